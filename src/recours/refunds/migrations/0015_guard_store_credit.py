from django.db import migrations

POST = """
CREATE OR REPLACE FUNCTION refunds_account(status text, provider text, payment uuid, is_surcharge boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN status IN ('requested', 'approved', 'submitted', 'pending') THEN 'in_flight'
    WHEN is_surcharge AND status IN ('due', 'failed') THEN 'surcharge_due'
    WHEN is_surcharge AND status = 'succeeded' THEN 'surcharge_paid'
    WHEN is_surcharge THEN 'surcharge'
    WHEN status = 'succeeded' AND provider = 'bank' THEN 'charged_back'
    WHEN status = 'succeeded' AND provider = 'credit' THEN 'credited'
    WHEN status = 'succeeded' THEN 'refunded'
    WHEN payment IS NULL THEN 'untold'
    ELSE 'refundable'
  END
$$;
"""

POST_BEFORE = POST.replace("    WHEN status = 'succeeded' AND provider = 'credit' THEN 'credited'\n", "")

GUARD = """
CREATE FUNCTION refunds_guard_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.refund_id, NEW.claim_id, NEW.code, NEW.currency, NEW.amount_minor, NEW.issued_at, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.id, OLD.refund_id, OLD.claim_id, OLD.code, OLD.currency, OLD.amount_minor, OLD.issued_at, OLD.expires_at) THEN
      RAISE EXCEPTION 'what store credit is worth, and until when, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'issued' AND (NEW.status, NEW.ended_at) IS DISTINCT FROM (OLD.status, OLD.ended_at) THEN
      RAISE EXCEPTION 'store credit ends once' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF NOT EXISTS (
    SELECT 1 FROM refunds_refund AS refund WHERE refund.id = NEW.refund_id AND refund.provider = 'credit'
      AND refund.claim_id = NEW.claim_id AND refund.currency = NEW.currency AND refund.amount_minor = NEW.amount_minor
      AND refund.surcharge_of_id IS NULL AND refund.status = 'submitted'
  ) THEN
    RAISE EXCEPTION 'store credit is issued for a refund that is being made, and for its amount'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credits_guarded BEFORE INSERT OR UPDATE ON refunds_storecredit
  FOR EACH ROW EXECUTE FUNCTION refunds_guard_credit();
CREATE TRIGGER credits_kept BEFORE DELETE ON refunds_storecredit
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_change();

CREATE FUNCTION refunds_guard_credited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.provider = 'credit') <> (NEW.provider = 'credit') THEN
    RAISE EXCEPTION 'what the buyer accepted as store credit is not paid in money, nor the other way round'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.provider = 'credit' AND NEW.status <> OLD.status AND (
    NEW.status = 'succeeded' AND NOT EXISTS (
      SELECT 1 FROM refunds_storecredit AS credit WHERE credit.refund_id = NEW.id AND credit.status <> 'voided')
    OR NEW.status = 'reversed' AND NOT EXISTS (
      SELECT 1 FROM refunds_storecredit AS credit WHERE credit.refund_id = NEW.id AND credit.status = 'voided')
  ) THEN
    RAISE EXCEPTION 'store credit counts while it is there, and no longer' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credited_guarded BEFORE UPDATE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_guard_credited();
"""

UNGUARD = """
DROP TRIGGER credited_guarded ON refunds_refund;
DROP FUNCTION refunds_guard_credited();
DROP TRIGGER credits_kept ON refunds_storecredit;
DROP TRIGGER credits_guarded ON refunds_storecredit;
DROP FUNCTION refunds_guard_credit();
"""


class Migration(migrations.Migration):
    """Store credit stands on an account of its own, is worth what its refund counts, and ends once."""

    dependencies = [("refunds", "0014_issue_store_credit")]
    operations = [
        migrations.RunSQL(POST, POST_BEFORE),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
