from django.db import migrations

POST = """
DROP TRIGGER refunds_posted ON refunds_refund;
DROP FUNCTION refunds_post_refund();
DROP FUNCTION refunds_account(text, text, uuid);

CREATE FUNCTION refunds_account(status text, provider text, payment uuid, is_surcharge boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN status IN ('requested', 'approved', 'submitted', 'pending') THEN 'in_flight'
    WHEN is_surcharge AND status IN ('due', 'failed') THEN 'surcharge_due'
    WHEN is_surcharge AND status = 'succeeded' THEN 'surcharge_paid'
    WHEN is_surcharge THEN 'surcharge'
    WHEN status = 'succeeded' AND provider = 'bank' THEN 'charged_back'
    WHEN status = 'succeeded' THEN 'refunded'
    WHEN payment IS NULL THEN 'untold'
    ELSE 'refundable'
  END
$$;

CREATE FUNCTION refunds_post_refund() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  added boolean := NEW.surcharge_of_id IS NOT NULL;
  origin text := CASE WHEN added THEN 'surcharge' WHEN NEW.payment_id IS NULL THEN 'untold' ELSE 'refundable' END;
  goal text := refunds_account(NEW.status, NEW.provider, NEW.payment_id, added);
BEGIN
  IF TG_OP = 'UPDATE' THEN origin := refunds_account(OLD.status, OLD.provider, OLD.payment_id, added); END IF;
  IF origin <> goal THEN
    INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id, refund_id)
      VALUES (NEW.status, goal, origin, NEW.currency, NEW.amount_minor, NEW.payment_id, NEW.id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_posted AFTER INSERT OR UPDATE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_post_refund();

CREATE FUNCTION refunds_refuse_unfounded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.surcharge_of_id IS DISTINCT FROM OLD.surcharge_of_id THEN
    RAISE EXCEPTION 'what a surcharge is added to never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' AND NEW.surcharge_of_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM refunds_refund AS late WHERE late.id = NEW.surcharge_of_id AND late.claim_id = NEW.claim_id
      AND late.currency = NEW.currency AND late.surcharge_of_id IS NULL AND late.status = 'succeeded'
      AND late.settled_at >= late.pay_until
  ) THEN
    RAISE EXCEPTION 'the law adds to a refund of the same claim that was paid late, and to nothing else'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER surcharges_founded BEFORE INSERT OR UPDATE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_unfounded();
"""

UNPOST = """
DROP TRIGGER surcharges_founded ON refunds_refund;
DROP FUNCTION refunds_refuse_unfounded();
DROP TRIGGER refunds_posted ON refunds_refund;
DROP FUNCTION refunds_post_refund();
DROP FUNCTION refunds_account(text, text, uuid, boolean);

CREATE FUNCTION refunds_account(status text, provider text, payment uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN status IN ('requested', 'approved', 'submitted', 'pending') THEN 'in_flight'
    WHEN status = 'succeeded' AND provider = 'bank' THEN 'charged_back'
    WHEN status = 'succeeded' THEN 'refunded'
    WHEN payment IS NULL THEN 'untold'
    ELSE 'refundable'
  END
$$;

CREATE FUNCTION refunds_post_refund() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  origin text := CASE WHEN NEW.payment_id IS NULL THEN 'untold' ELSE 'refundable' END;
  goal text := refunds_account(NEW.status, NEW.provider, NEW.payment_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN origin := refunds_account(OLD.status, OLD.provider, OLD.payment_id); END IF;
  IF origin <> goal THEN
    INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id, refund_id)
      VALUES (NEW.status, goal, origin, NEW.currency, NEW.amount_minor, NEW.payment_id, NEW.id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_posted AFTER INSERT OR UPDATE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_post_refund();
"""


class Migration(migrations.Migration):
    """What the law adds is posted like every move of money, and only to a refund that was paid late."""

    dependencies = [("refunds", "0012_owe_surcharges")]
    operations = [migrations.RunSQL(POST, UNPOST)]
