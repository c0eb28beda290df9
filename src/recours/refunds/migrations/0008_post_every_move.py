from django.db import migrations

POST = """
-- SECURITY DEFINER: the tables' owner writes, so that the application's own role needs no right to, and has none.
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

CREATE FUNCTION refunds_post_chargeback() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.status = 'lost' AND (TG_OP = 'INSERT' OR OLD.status <> 'lost') THEN
    INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id)
      SELECT 'lost', 'charged_back', origin, NEW.currency, minor, NEW.payment_id
      FROM (VALUES ('refundable', NEW.unclaimed_minor), ('lost', NEW.twice_minor)) AS part (origin, minor)
      WHERE minor > 0;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chargebacks_posted AFTER INSERT OR UPDATE ON refunds_chargeback
  FOR EACH ROW EXECUTE FUNCTION refunds_post_chargeback();

-- Captures come by the hundred thousand: one statement for all that a statement wrote.
CREATE FUNCTION refunds_post_captures() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id)
    SELECT 'captured', 'refundable', 'captured', currency, captured_minor, id
    FROM written WHERE captured_minor > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER captures_posted AFTER INSERT ON marketplaces_payment
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION refunds_post_captures();

CREATE FUNCTION refunds_post_recaptures() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id)
    SELECT 'captured',
      CASE WHEN written.captured_minor > before.captured_minor THEN 'refundable' ELSE 'captured' END,
      CASE WHEN written.captured_minor > before.captured_minor THEN 'captured' ELSE 'refundable' END,
      written.currency, abs(written.captured_minor - before.captured_minor), written.id
    FROM written JOIN before USING (id) WHERE written.captured_minor <> before.captured_minor;
  RETURN NULL;
END $$;
CREATE TRIGGER recaptures_posted AFTER UPDATE ON marketplaces_payment
  REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION refunds_post_recaptures();

CREATE FUNCTION refunds_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is written once' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_kept BEFORE UPDATE OR DELETE ON refunds_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_ledger_change();
"""

UNPOST = """
DROP TRIGGER ledger_kept ON refunds_ledgerentry;
DROP TRIGGER recaptures_posted ON marketplaces_payment;
DROP TRIGGER captures_posted ON marketplaces_payment;
DROP TRIGGER chargebacks_posted ON refunds_chargeback;
DROP TRIGGER refunds_posted ON refunds_refund;
DROP FUNCTION refunds_refuse_ledger_change();
DROP FUNCTION refunds_post_recaptures();
DROP FUNCTION refunds_post_captures();
DROP FUNCTION refunds_post_chargeback();
DROP FUNCTION refunds_post_refund();
DROP FUNCTION refunds_account(text, text, uuid);
"""

OPENING = """
INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id)
  SELECT 'captured', 'refundable', 'captured', currency, captured_minor, id
  FROM marketplaces_payment WHERE captured_minor > 0;
INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id, refund_id)
  SELECT 'requested', 'in_flight', CASE WHEN payment_id IS NULL THEN 'untold' ELSE 'refundable' END,
    currency, amount_minor, payment_id, id
  FROM refunds_refund WHERE provider <> 'bank' AND status NOT IN ('failed', 'cancelled', 'reversed');
INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id, refund_id)
  SELECT 'succeeded', CASE WHEN provider = 'bank' THEN 'charged_back' ELSE 'refunded' END,
    CASE WHEN provider = 'bank' THEN 'refundable' ELSE 'in_flight' END, currency, amount_minor, payment_id, id
  FROM refunds_refund WHERE status = 'succeeded';
INSERT INTO refunds_ledgerentry (kind, debit, credit, currency, amount_minor, payment_id)
  SELECT 'lost', 'charged_back', origin, currency, minor, payment_id
  FROM refunds_chargeback,
    LATERAL (VALUES ('refundable', unclaimed_minor), ('lost', twice_minor)) AS part (origin, minor)
  WHERE status = 'lost' AND minor > 0;
"""


class Migration(migrations.Migration):
    """Every move of money is posted by the database itself, in the transaction that makes it, and stays."""

    dependencies = [("refunds", "0007_keep_a_ledger")]
    operations = [
        migrations.RunSQL(OPENING, migrations.RunSQL.noop),
        migrations.RunSQL(POST, UNPOST),
    ]
