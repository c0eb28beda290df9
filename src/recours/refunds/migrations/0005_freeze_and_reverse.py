from django.db import migrations

COUNT = """
CREATE OR REPLACE FUNCTION refunds_count_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counts_before bigint := 0;
  counts_now bigint := 0;
  change bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.amount_minor, NEW.payment_id, NEW.claim_id, NEW.currency, NEW.key)
       IS DISTINCT FROM (OLD.amount_minor, OLD.payment_id, OLD.claim_id, OLD.currency, OLD.key) THEN
      RAISE EXCEPTION 'what a refund pays, and for what, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'succeeded' AND NEW.status NOT IN ('succeeded', 'reversed') THEN
      RAISE EXCEPTION 'a refund that succeeded stays so, or is reversed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'reversed' AND NEW.status <> 'reversed' THEN
      RAISE EXCEPTION 'a refund that was reversed is owed in another row' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'reversed' AND OLD.status NOT IN ('succeeded', 'reversed') THEN
      RAISE EXCEPTION 'only a refund that succeeded is reversed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status NOT IN ('failed', 'cancelled', 'reversed') THEN counts_before := 1; END IF;
  END IF;
  IF NEW.status NOT IN ('failed', 'cancelled', 'reversed') THEN counts_now := 1; END IF;
  change := counts_now - counts_before;
  IF change <> 0 THEN
    UPDATE marketplaces_payment SET refunded_minor = refunded_minor + change * NEW.amount_minor
      WHERE id = NEW.payment_id;
    UPDATE marketplaces_orderline AS line SET refunded_minor = refunded_minor + change * part.amount_minor
      FROM refunds_refundpart AS part WHERE part.refund_id = NEW.id AND line.id = part.order_line_id;
    UPDATE marketplaces_order AS bought
      SET shipping_refunded_minor = shipping_refunded_minor + change * part.amount_minor
      FROM refunds_refundpart AS part WHERE part.refund_id = NEW.id AND bought.id = part.shipping_of_id;
  END IF;
  RETURN NEW;
END $$;
"""

COUNT_BEFORE = """
CREATE OR REPLACE FUNCTION refunds_count_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  counts_before bigint := 0;
  counts_now bigint := 0;
  change bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.amount_minor, NEW.payment_id, NEW.claim_id, NEW.currency, NEW.key)
       IS DISTINCT FROM (OLD.amount_minor, OLD.payment_id, OLD.claim_id, OLD.currency, OLD.key) THEN
      RAISE EXCEPTION 'what a refund pays, and for what, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'succeeded' AND NEW.status <> 'succeeded' THEN
      RAISE EXCEPTION 'a refund that succeeded stays so' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status NOT IN ('failed', 'cancelled') THEN counts_before := 1; END IF;
  END IF;
  IF NEW.status NOT IN ('failed', 'cancelled') THEN counts_now := 1; END IF;
  change := counts_now - counts_before;
  IF change <> 0 THEN
    UPDATE marketplaces_payment SET refunded_minor = refunded_minor + change * NEW.amount_minor
      WHERE id = NEW.payment_id;
    UPDATE marketplaces_orderline AS line SET refunded_minor = refunded_minor + change * part.amount_minor
      FROM refunds_refundpart AS part WHERE part.refund_id = NEW.id AND line.id = part.order_line_id;
    UPDATE marketplaces_order AS bought
      SET shipping_refunded_minor = shipping_refunded_minor + change * part.amount_minor
      FROM refunds_refundpart AS part WHERE part.refund_id = NEW.id AND bought.id = part.shipping_of_id;
  END IF;
  RETURN NEW;
END $$;
"""

FREEZE = """
CREATE FUNCTION refunds_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'submitted' AND OLD.status <> 'submitted' AND NEW.payment_id IS NOT NULL THEN
    -- A chargeback being written holds the payment's row too: whoever comes second sees the first.
    PERFORM 1 FROM marketplaces_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_chargeback WHERE payment_id = NEW.payment_id AND status = 'open') THEN
      RAISE EXCEPTION 'refunds are frozen while the bank looks into their payment'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_frozen BEFORE UPDATE OF status ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_frozen();

CREATE FUNCTION refunds_count_chargeback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM marketplaces_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.payment_id, NEW.provider, NEW.provider_ref, NEW.currency, NEW.amount_minor)
       IS DISTINCT FROM (OLD.payment_id, OLD.provider, OLD.provider_ref, OLD.currency, OLD.amount_minor) THEN
      RAISE EXCEPTION 'what a bank takes back, and from where, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status <> 'open' AND (NEW.status, NEW.unclaimed_minor, NEW.twice_minor)
       IS DISTINCT FROM (OLD.status, OLD.unclaimed_minor, OLD.twice_minor) THEN
      RAISE EXCEPTION 'what the bank decided is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE marketplaces_payment SET refunded_minor = refunded_minor + NEW.unclaimed_minor - OLD.unclaimed_minor
      WHERE id = NEW.payment_id AND NEW.unclaimed_minor <> OLD.unclaimed_minor;
  ELSIF NEW.unclaimed_minor <> 0 THEN
    UPDATE marketplaces_payment SET refunded_minor = refunded_minor + NEW.unclaimed_minor
      WHERE id = NEW.payment_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER chargebacks_counted BEFORE INSERT OR UPDATE ON refunds_chargeback
  FOR EACH ROW EXECUTE FUNCTION refunds_count_chargeback();
CREATE TRIGGER chargebacks_kept BEFORE DELETE ON refunds_chargeback
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_change();
CREATE TRIGGER provider_events_kept BEFORE DELETE ON refunds_providerevent
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_change();
"""

THAW = """
DROP TRIGGER provider_events_kept ON refunds_providerevent;
DROP TRIGGER chargebacks_kept ON refunds_chargeback;
DROP TRIGGER chargebacks_counted ON refunds_chargeback;
DROP TRIGGER refunds_frozen ON refunds_refund;
DROP FUNCTION refunds_count_chargeback();
DROP FUNCTION refunds_refuse_frozen();
"""

ASKED = "UPDATE refunds_refund SET asked_at = submitted_at WHERE status = 'submitted'"


class Migration(migrations.Migration):
    """What came back is free again; what a bank takes back freezes what goes to its payment, and counts once lost."""

    dependencies = [("refunds", "0004_hear_providers")]
    operations = [
        migrations.RunSQL(COUNT, COUNT_BEFORE),
        migrations.RunSQL(FREEZE, THAW),
        migrations.RunSQL(ASKED, migrations.RunSQL.noop),
    ]
