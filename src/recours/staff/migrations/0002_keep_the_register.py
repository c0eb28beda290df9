from django.db import migrations


class Migration(migrations.Migration):
    """What was written down of who was let in and who looked stays: not through the ORM, not through a console."""

    dependencies = [("staff", "0001_invitations_and_register")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION staff_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'the register is only ever added to' USING ERRCODE = 'restrict_violation';
                END $$;
                CREATE TRIGGER staff_register_kept BEFORE UPDATE OR DELETE ON staff_accessrecord
                    FOR EACH ROW EXECUTE FUNCTION staff_refuse_change();
            """,
            reverse_sql="""
                DROP TRIGGER staff_register_kept ON staff_accessrecord;
                DROP FUNCTION staff_refuse_change();
            """,
        ),
    ]
