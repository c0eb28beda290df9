"""What can only be judged once the whole file is known: rows of one order that contradict each other."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.backends.utils import CursorWrapper

_PROBLEM = 'INSERT INTO import_problem (line_no, order_number, "column", key, params, fatal)'

_GATHER_ORDERS = """
CREATE INDEX ON import_row (order_number);
ANALYZE import_row;
CREATE TEMPORARY TABLE import_order AS
    SELECT order_number,
           row_number() OVER (ORDER BY min(line_no))::integer AS seq,
           min(line_no) AS first_line,
           bool_or(bad) AS rejected,
           min(ordered_at) AS ordered_at,
           min(buyer_email) AS buyer_email,
           min(shop_ref) AS shop_ref,
           min(currency) AS currency,
           max(shipping) AS shipping,
           max(shipping_standard) AS shipping_standard,
           bool_and(withdrawal_told) AS withdrawal_told,
           count(line) AS lines,
           min(ordered_at) <> max(ordered_at) AS two_ordered_at,
           min(buyer_email) <> max(buyer_email) AS two_buyer_email,
           min(shop_ref) <> max(shop_ref) AS two_shop_ref,
           min(currency) <> max(currency) AS two_currency,
           min(nullif(shipping, 0)) <> max(shipping) AS two_shipping
      FROM import_row
     WHERE order_number IS NOT NULL
     GROUP BY order_number;
CREATE UNIQUE INDEX ON import_order (seq);
CREATE UNIQUE INDEX ON import_order (order_number);
ANALYZE import_order;
"""

# In each of these the first row is taken at its word, and the row that differs is named.
_DISAGREE_IN_ORDER = """
    SELECT DISTINCT ON (r.order_number) r.line_no, r.order_number, '{column}', '{key}',
           jsonb_build_object('first_line', o.first_line), true
      FROM import_order o
      JOIN import_row f ON f.order_number = o.order_number AND f.line_no = o.first_line
      JOIN import_row r ON r.order_number = o.order_number AND r.{column} <> f.{column}
     WHERE o.two_{column}
     ORDER BY r.order_number, r.line_no
"""
_TWO_SHIPPINGS = """
    SELECT r.line_no, r.order_number, 'shipping', 'import.problem.disagrees',
           jsonb_build_object('first_line', o.first_line), true
      FROM import_order o
      JOIN LATERAL (
            SELECT line_no, order_number FROM import_row
             WHERE order_number = o.order_number AND shipping <> 0 ORDER BY line_no DESC LIMIT 1
      ) r ON true
     WHERE o.two_shipping
"""
_SAME_POSITION = """
    SELECT line_no, order_number, 'line', 'import.problem.same_line',
           jsonb_build_object('position', line, 'first_line', first_line), true
      FROM (SELECT line_no, order_number, line,
                   row_number() OVER w AS nth, min(line_no) OVER w AS first_line
              FROM import_row WHERE line IS NOT NULL
            WINDOW w AS (PARTITION BY order_number, line ORDER BY line_no)) AS numbered
     WHERE nth > 1
"""
_TWO_PARCELS = """
    SELECT max(line_no), order_number, 'parcel', 'import.problem.parcel_disagrees',
           jsonb_build_object('parcel', parcel_ref, 'first_line', min(line_no)), true
      FROM import_row WHERE parcel_ref IS NOT NULL
     GROUP BY order_number, parcel_ref
    HAVING min(carrier) <> max(carrier) OR min(tracking) <> max(tracking)
        OR min(shipped_on) <> max(shipped_on) OR min(promised_on) <> max(promised_on)
        OR min(delivered_on) <> max(delivered_on) OR min(delivery_source) <> max(delivery_source)
"""
_TWO_PAYMENTS = """
    SELECT max(line_no), min(order_number), 'payment_ref', 'import.problem.payment_disagrees',
           jsonb_build_object('payment', payment_ref, 'first_line', min(line_no)), true
      FROM import_row WHERE payment_ref IS NOT NULL
     GROUP BY order_number, payment_ref
    HAVING min(payment_amount) <> max(payment_amount) OR min(paid_at) <> max(paid_at)
        OR min(payment_method) <> max(payment_method)
"""
_PAYMENT_WITHOUT_AMOUNT = """
    SELECT min(line_no), order_number, 'payment_amount', 'import.problem.payment_without_amount',
           jsonb_build_object('payment', payment_ref), true
      FROM import_row WHERE payment_ref IS NOT NULL AND NOT bad
     GROUP BY order_number, payment_ref
    HAVING max(payment_amount) IS NULL
"""
_PAYMENT_WITHOUT_REF = """
    SELECT line_no, order_number, 'payment_ref', 'import.problem.payment_without_ref', '{}', true
      FROM import_row WHERE payment_ref IS NULL AND payment_amount IS NOT NULL AND NOT bad
"""
_PAYMENT_OF_TWO_ORDERS = """
    SELECT r.line_no, r.order_number, 'payment_ref', 'import.problem.payment_of_two_orders',
           jsonb_build_object('payment', r.payment_ref, 'first_line', p.first_line), true
      FROM (SELECT payment_ref, min(line_no) AS first_line FROM import_row WHERE payment_ref IS NOT NULL
             GROUP BY payment_ref HAVING min(order_number) <> max(order_number)) p
      JOIN import_row r ON r.payment_ref = p.payment_ref
      JOIN import_row f ON f.line_no = p.first_line AND f.payment_ref = p.payment_ref
     WHERE r.order_number <> f.order_number
"""
_DELIVERED_TOO_EARLY = """
    SELECT line_no, order_number, 'delivered_on', 'import.problem.delivered_before_ordered',
           jsonb_build_object('delivered_on', delivered_on,
                              'ordered_on', (ordered_at AT TIME ZONE %(zone)s)::date), true
      FROM import_row
     WHERE delivered_on < (ordered_at AT TIME ZONE %(zone)s)::date
"""
_SHIPPED_AFTER_DELIVERY = """
    SELECT line_no, order_number, 'shipped_on', 'import.problem.shipped_after_delivery',
           jsonb_build_object('delivered_on', delivered_on, 'shipped_on', shipped_on), false
      FROM import_row
     WHERE delivered_on < shipped_on
"""
_PAID_TOO_LITTLE = """
    SELECT min(r.first_line), r.order_number, 'payment_amount', 'import.problem.paid_too_little',
           jsonb_build_object('paid_minor', sum(p.paid), 'total_minor', min(r.total), 'currency', min(r.currency)),
           false
      FROM (SELECT order_number, min(line_no) AS first_line, min(currency) AS currency,
                   sum(line_total) + coalesce(max(shipping), 0) AS total
              FROM import_row GROUP BY order_number) r
      JOIN (SELECT order_number, payment_ref, max(payment_amount) AS paid
              FROM import_row WHERE payment_ref IS NOT NULL GROUP BY order_number, payment_ref) p
        ON p.order_number = r.order_number
     GROUP BY r.order_number
    HAVING sum(p.paid) < min(r.total)
"""


def judge(cursor: CursorWrapper, *, zone: ZoneInfo) -> None:
    """Gather the orders of the staged file, note what contradicts itself and reject those orders whole."""
    cursor.execute(_GATHER_ORDERS)
    for column in ("ordered_at", "buyer_email", "shop_ref", "currency"):
        key = "import.problem.two_currencies" if column == "currency" else "import.problem.disagrees"
        cursor.execute(_PROBLEM + _DISAGREE_IN_ORDER.format(column=column, key=key))
    for check in (
        _TWO_SHIPPINGS,
        _SAME_POSITION,
        _TWO_PARCELS,
        _TWO_PAYMENTS,
        _PAYMENT_WITHOUT_AMOUNT,
        _PAYMENT_WITHOUT_REF,
        _PAYMENT_OF_TWO_ORDERS,
        _SHIPPED_AFTER_DELIVERY,
        _PAID_TOO_LITTLE,
    ):
        cursor.execute(_PROBLEM + check)
    cursor.execute(_PROBLEM + _DELIVERED_TOO_EARLY, {"zone": zone.key})
    reject(cursor)


def reject(cursor: CursorWrapper) -> None:
    """Reject the orders that have a fatal problem. An order is never half imported."""
    cursor.execute(
        """
        UPDATE import_order o SET rejected = true
         WHERE NOT rejected
           AND order_number IN (SELECT order_number FROM import_problem WHERE fatal)
        """
    )
