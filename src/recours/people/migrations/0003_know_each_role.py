from django.db import migrations, models

SHOP_ROLES = ["staff", "administrator"]
DESK_ROLES = ["agent", "lead", "administrator", "auditor"]


class Migration(migrations.Migration):
    """A row whose role is none opens no door, and looks in a list as if it did: there are none from here on.

    Those that are there give nobody anything, so they go; left, they would stop the upgrade.
    """

    dependencies = [("people", "0002_roles")]

    operations = [
        migrations.RunSQL(
            sql="""
                DELETE FROM people_shopstaff WHERE role NOT IN ('staff', 'administrator');
                DELETE FROM people_deskstaff WHERE role NOT IN ('agent', 'lead', 'administrator', 'auditor');
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="shopstaff",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=SHOP_ROLES), name="shop_staff_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="deskstaff",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=DESK_ROLES), name="desk_staff_role_known"
            ),
        ),
    ]
