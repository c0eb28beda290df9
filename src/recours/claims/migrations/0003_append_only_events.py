from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION claims_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'claim events are appended, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER claim_events_append_only BEFORE UPDATE OR DELETE ON claims_claimevent
  FOR EACH ROW EXECUTE FUNCTION claims_refuse_change();
"""

UNDO = """
DROP TRIGGER claim_events_append_only ON claims_claimevent;
DROP FUNCTION claims_refuse_change();
"""


class Migration(migrations.Migration):
    """The database itself keeps the history append-only, whoever writes."""

    dependencies = [("claims", "0002_relate_claims")]
    operations = [migrations.RunSQL(APPEND_ONLY, UNDO)]
