from django.db import migrations

COUNT = """
CREATE FUNCTION refunds_count_refund() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER refunds_counted AFTER INSERT OR UPDATE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_count_refund();

CREATE FUNCTION refunds_count_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM refunds_refund WHERE id = NEW.refund_id AND status NOT IN ('failed', 'cancelled')) THEN
    UPDATE marketplaces_orderline SET refunded_minor = refunded_minor + NEW.amount_minor
      WHERE id = NEW.order_line_id;
    UPDATE marketplaces_order SET shipping_refunded_minor = shipping_refunded_minor + NEW.amount_minor
      WHERE id = NEW.shipping_of_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_parts_counted AFTER INSERT ON refunds_refundpart
  FOR EACH ROW EXECUTE FUNCTION refunds_count_part();

CREATE FUNCTION refunds_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger of refunds is kept' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refunds_kept BEFORE DELETE ON refunds_refund
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_change();
CREATE TRIGGER refund_parts_kept BEFORE UPDATE OR DELETE ON refunds_refundpart
  FOR EACH ROW EXECUTE FUNCTION refunds_refuse_change();
"""

UNDO = """
DROP TRIGGER refunds_counted ON refunds_refund;
DROP TRIGGER refunds_kept ON refunds_refund;
DROP TRIGGER refund_parts_counted ON refunds_refundpart;
DROP TRIGGER refund_parts_kept ON refunds_refundpart;
DROP FUNCTION refunds_count_refund();
DROP FUNCTION refunds_count_part();
DROP FUNCTION refunds_refuse_change();
"""


class Migration(migrations.Migration):
    """Move the counters of what was refunded with every refund, so that their CHECKs refuse more than was paid."""

    dependencies = [("refunds", "0001_store_refunds")]
    operations = [migrations.RunSQL(COUNT, UNDO)]
