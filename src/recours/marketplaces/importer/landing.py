"""Moving one batch of staged orders into the tables, in one transaction.

Orders are locked before their lines and their payments, each in the order of their ids. An import waits for
another import of the same marketplace, never for a reader.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from recours.marketplaces.importer.checks import reject
from recours.marketplaces.importer.records import Problem
from recours.marketplaces.importer.report import Tally
from recours.marketplaces.importer.staging import add_problems

ATTEMPTS = 3
"""A refund may be paid between our look and our write: the database refuses, and the batch looks again."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('recours.import ' || %(marketplace)s::text, 0))"

# The tables grow while their statistics sleep: to a planner that believes them empty, reading them whole looks
# cheap, once per batch and, in the checks of foreign keys, once per row. A batch looks rows up by index, always.
_PLANNER = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
SET LOCAL jit = off
"""

_SHOPS = """
INSERT INTO marketplaces_shop AS t (id, marketplace_id, ref, name, country, email)
SELECT DISTINCT ON (r.shop_ref) gen_random_uuid(), %(marketplace)s, r.shop_ref,
       coalesce(r.shop_name, r.shop_ref), coalesce(r.shop_country, ''), coalesce(r.shop_email, '')
  FROM import_order o JOIN import_row r ON r.order_number = o.order_number
 WHERE o.seq BETWEEN %(first)s AND %(last)s AND NOT o.rejected
 ORDER BY r.shop_ref, r.shop_name IS NULL, r.line_no DESC
ON CONFLICT (marketplace_id, ref) DO UPDATE
   SET name = CASE WHEN excluded.name = excluded.ref THEN t.name ELSE excluded.name END,
       country = coalesce(nullif(excluded.country, ''), t.country),
       email = coalesce(nullif(excluded.email, ''), t.email)
 WHERE (t.name, t.country, t.email) IS DISTINCT FROM (
       CASE WHEN excluded.name = excluded.ref THEN t.name ELSE excluded.name END,
       coalesce(nullif(excluded.country, ''), t.country),
       coalesce(nullif(excluded.email, ''), t.email))
"""
_BUYERS = """
INSERT INTO marketplaces_buyer AS t (id, marketplace_id, email, name, country)
SELECT DISTINCT ON (r.buyer_email) gen_random_uuid(), %(marketplace)s, r.buyer_email,
       coalesce(r.buyer_name, ''), coalesce(r.buyer_country, '')
  FROM import_order o JOIN import_row r ON r.order_number = o.order_number
 WHERE o.seq BETWEEN %(first)s AND %(last)s AND NOT o.rejected
 ORDER BY r.buyer_email, r.buyer_name IS NULL, r.line_no DESC
ON CONFLICT (marketplace_id, email) DO UPDATE
   SET name = coalesce(nullif(excluded.name, ''), t.name),
       country = coalesce(nullif(excluded.country, ''), t.country)
 WHERE (t.name, t.country) IS DISTINCT FROM (
       coalesce(nullif(excluded.name, ''), t.name), coalesce(nullif(excluded.country, ''), t.country))
"""
_LOCK_ORDERS = """
SELECT 1 FROM marketplaces_order e JOIN import_order o ON e.number = o.order_number
 WHERE e.marketplace_id = %(marketplace)s AND o.seq BETWEEN %(first)s AND %(last)s AND NOT o.rejected
 ORDER BY e.id FOR NO KEY UPDATE OF e
"""
_BATCH = """
DROP TABLE IF EXISTS pg_temp.import_batch;
CREATE TEMPORARY TABLE import_batch AS
SELECT o.order_number, o.first_line, o.ordered_at, o.currency, o.shipping, o.shipping_standard, o.withdrawal_told,
       coalesce(e.id, gen_random_uuid()) AS id, e.id IS NULL AS fresh, false AS touched,
       s.id AS shop_id, b.id AS buyer_id,
       CASE WHEN e.shop_id <> s.id THEN 'shop_ref' WHEN e.buyer_id <> b.id THEN 'buyer_email'
            WHEN e.currency <> o.currency THEN 'currency' END AS contradicts,
       CASE WHEN o.shipping < e.shipping_refunded_minor THEN e.shipping_refunded_minor END AS shipping_refunded
  FROM import_order o
  JOIN marketplaces_shop s ON s.marketplace_id = {marketplace} AND s.ref = o.shop_ref
  JOIN marketplaces_buyer b ON b.marketplace_id = {marketplace} AND b.email = o.buyer_email
  LEFT JOIN marketplaces_order e ON e.marketplace_id = {marketplace} AND e.number = o.order_number
 WHERE o.seq BETWEEN {first} AND {last} AND NOT o.rejected;
CREATE UNIQUE INDEX ON import_batch (order_number);
ANALYZE import_batch;
"""
_LOCK_LINES = """
SELECT 1 FROM marketplaces_orderline l JOIN import_batch b ON b.id = l.order_id
 WHERE NOT b.fresh ORDER BY l.id FOR NO KEY UPDATE OF l
"""
_LOCK_PAYMENTS = """
SELECT 1 FROM marketplaces_payment p JOIN import_batch b ON b.id = p.order_id
 WHERE NOT b.fresh ORDER BY p.id FOR NO KEY UPDATE OF p
"""
_CONFLICTS = """
SELECT first_line, order_number, contradicts, 'import.problem.contradicts_known_order', NULL, NULL, true
  FROM import_batch WHERE contradicts IS NOT NULL
UNION ALL
SELECT first_line, order_number, 'shipping', 'import.problem.below_refunded', shipping_refunded, currency, true
  FROM import_batch WHERE shipping_refunded IS NOT NULL
UNION ALL
SELECT r.line_no, r.order_number, 'line_total',
       CASE WHEN r.line_total < l.refunded_minor THEN 'import.problem.below_refunded'
            ELSE 'import.problem.lowered' END,
       CASE WHEN r.line_total < l.refunded_minor THEN l.refunded_minor ELSE l.captured_minor END,
       l.currency, r.line_total < l.refunded_minor
  FROM import_batch b
  JOIN import_row r ON r.order_number = b.order_number
  JOIN marketplaces_orderline l ON l.order_id = b.id AND l.position = r.line
 WHERE NOT b.fresh AND r.line_total < l.captured_minor
UNION ALL
SELECT r.line_no, r.order_number, 'payment_amount', 'import.problem.below_refunded',
       p.refunded_minor, p.currency, true
  FROM import_batch b
  JOIN import_row r ON r.order_number = b.order_number
  JOIN marketplaces_payment p ON p.marketplace_id = %(marketplace)s AND p.ref = r.payment_ref
 WHERE p.order_id = b.id AND r.payment_amount < p.refunded_minor
UNION ALL
SELECT r.line_no, r.order_number, 'payment_ref', 'import.problem.payment_known', NULL, NULL, true
  FROM import_batch b
  JOIN import_row r ON r.order_number = b.order_number
  JOIN marketplaces_payment p ON p.marketplace_id = %(marketplace)s AND p.ref = r.payment_ref
 WHERE p.order_id IS DISTINCT FROM b.id
   AND NOT (p.order_id IS NULL AND p.buyer_id = b.buyer_id AND p.currency = b.currency)
"""

# Each writes only what differs, counts new and changed rows, and marks the known orders it changed.
_COUNTED = """
WITH done AS ({write} RETURNING {order} AS order_id, xmax = 0 AS is_new),
     marked AS (UPDATE import_batch b SET touched = true FROM done d WHERE d.order_id = b.id AND NOT b.fresh)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM done
"""
_ORDERS = """
INSERT INTO marketplaces_order AS t
       (id, marketplace_id, shop_id, buyer_id, number, ordered_at, currency, shipping_captured_minor,
        shipping_standard_minor, withdrawal_told)
SELECT b.id, %(marketplace)s, b.shop_id, b.buyer_id, b.order_number, b.ordered_at, b.currency,
       coalesce(b.shipping, e.shipping_captured_minor, 0),
       coalesce(b.shipping_standard, e.shipping_standard_minor), coalesce(b.withdrawal_told, e.withdrawal_told, true)
  FROM import_batch b LEFT JOIN marketplaces_order e ON e.id = b.id AND NOT b.fresh
ON CONFLICT (marketplace_id, number) DO UPDATE
   SET ordered_at = excluded.ordered_at, shipping_captured_minor = excluded.shipping_captured_minor,
       shipping_standard_minor = excluded.shipping_standard_minor, withdrawal_told = excluded.withdrawal_told
 WHERE (t.ordered_at, t.shipping_captured_minor, t.shipping_standard_minor, t.withdrawal_told) IS DISTINCT FROM (
       excluded.ordered_at, excluded.shipping_captured_minor, excluded.shipping_standard_minor,
       excluded.withdrawal_told)
"""
# An estimate, or the buyer's word, does not replace what the platform or the carrier said.
_WEAKER = (
    "(t.delivery_source IN ('platform', 'carrier') AND excluded.delivery_source IN ('buyer', 'fallback'))"
)
_PARCELS = """
INSERT INTO marketplaces_parcel AS t
       (order_id, ref, carrier, tracking, shipped_on, promised_on, delivered_on, delivery_source)
SELECT b.id, r.parcel_ref, coalesce(max(r.carrier), ''), coalesce(max(r.tracking), ''), max(r.shipped_on),
       max(r.promised_on), max(r.delivered_on),
       CASE WHEN max(r.delivered_on) IS NULL THEN '' ELSE coalesce(max(r.delivery_source), 'platform') END
  FROM import_batch b JOIN import_row r ON r.order_number = b.order_number
 WHERE r.parcel_ref IS NOT NULL
 GROUP BY b.id, r.parcel_ref
ON CONFLICT (order_id, ref) DO UPDATE
   SET carrier = coalesce(nullif(excluded.carrier, ''), t.carrier),
       tracking = coalesce(nullif(excluded.tracking, ''), t.tracking),
       shipped_on = coalesce(excluded.shipped_on, t.shipped_on),
       promised_on = coalesce(excluded.promised_on, t.promised_on),
       delivered_on = CASE WHEN {weaker} THEN t.delivered_on
                           ELSE coalesce(excluded.delivered_on, t.delivered_on) END,
       delivery_source = CASE WHEN {weaker} THEN t.delivery_source
                              ELSE coalesce(nullif(excluded.delivery_source, ''), t.delivery_source) END
 WHERE (t.carrier, t.tracking, t.shipped_on, t.promised_on, t.delivered_on, t.delivery_source)
       IS DISTINCT FROM (
       coalesce(nullif(excluded.carrier, ''), t.carrier),
       coalesce(nullif(excluded.tracking, ''), t.tracking),
       coalesce(excluded.shipped_on, t.shipped_on),
       coalesce(excluded.promised_on, t.promised_on),
       CASE WHEN {weaker} THEN t.delivered_on ELSE coalesce(excluded.delivered_on, t.delivered_on) END,
       CASE WHEN {weaker} THEN t.delivery_source
            ELSE coalesce(nullif(excluded.delivery_source, ''), t.delivery_source) END)
""".replace("{weaker}", _WEAKER)
_LINES = """
INSERT INTO marketplaces_orderline AS t
       (order_id, parcel_id, position, sku, title, quantity, currency, captured_minor, exclusion)
SELECT b.id, p.id, r.line, coalesce(r.sku, ''), r.title, r.quantity, r.currency, r.line_total,
       coalesce(r.exclusion, '')
  FROM import_batch b
  JOIN import_row r ON r.order_number = b.order_number
  LEFT JOIN marketplaces_parcel p ON p.order_id = b.id AND p.ref = r.parcel_ref
 WHERE r.line IS NOT NULL
 ORDER BY r.line_no, r.line
ON CONFLICT (order_id, position) DO UPDATE
   SET parcel_id = coalesce(excluded.parcel_id, t.parcel_id),
       sku = coalesce(nullif(excluded.sku, ''), t.sku),
       title = excluded.title, quantity = excluded.quantity, captured_minor = excluded.captured_minor,
       exclusion = coalesce(nullif(excluded.exclusion, ''), t.exclusion)
 WHERE (t.parcel_id, t.sku, t.title, t.quantity, t.captured_minor, t.exclusion) IS DISTINCT FROM (
       coalesce(excluded.parcel_id, t.parcel_id), coalesce(nullif(excluded.sku, ''), t.sku),
       excluded.title, excluded.quantity, excluded.captured_minor,
       coalesce(nullif(excluded.exclusion, ''), t.exclusion))
"""
_PAYMENTS = """
INSERT INTO marketplaces_payment AS t
       (id, marketplace_id, buyer_id, order_id, ref, method, status, captured_at, currency, captured_minor)
SELECT gen_random_uuid(), %(marketplace)s, b.buyer_id, b.id, r.payment_ref, coalesce(max(r.payment_method), ''),
       'captured', coalesce(max(r.paid_at), b.ordered_at), b.currency, max(r.payment_amount)
  FROM import_batch b JOIN import_row r ON r.order_number = b.order_number
 WHERE r.payment_ref IS NOT NULL
 GROUP BY b.id, b.buyer_id, b.ordered_at, b.currency, r.payment_ref
ON CONFLICT (marketplace_id, ref) DO UPDATE
   SET order_id = excluded.order_id, method = coalesce(nullif(excluded.method, ''), t.method),
       captured_at = excluded.captured_at, captured_minor = excluded.captured_minor
 WHERE (t.order_id, t.method, t.captured_at, t.captured_minor) IS DISTINCT FROM (
       excluded.order_id, coalesce(nullif(excluded.method, ''), t.method),
       excluded.captured_at, excluded.captured_minor)
"""


def land(marketplace_id: UUID, first: int, last: int, *, dry_run: bool) -> Tally:
    """Write the staged orders `first` to `last` (both included) in one transaction and count what changed.

    Orders that contradict what is known, or would fall below what was refunded, are rejected and noted.
    With `dry_run` the transaction is rolled back in the end.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                tally, problems = _land(cursor, marketplace_id, first, last)
                if dry_run:
                    transaction.set_rollback(True)
        except (IntegrityError, OperationalError):
            if attempt == ATTEMPTS:
                raise
        else:
            add_problems([each for each, fatal in problems if fatal], fatal=True)
            add_problems([each for each, fatal in problems if not fatal], fatal=False)
            if any(fatal for _, fatal in problems):
                with connection.cursor() as cursor:
                    reject(cursor)
            return tally
    raise AssertionError


def _land(
    cursor: CursorWrapper, marketplace_id: UUID, first: int, last: int
) -> tuple[Tally, list[tuple[Problem, bool]]]:
    params: dict[str, Any] = {"marketplace": marketplace_id, "first": first, "last": last}
    cursor.execute(_LOCK, params)
    cursor.execute(_PLANNER)
    cursor.execute(_SHOPS, params)
    cursor.execute(_BUYERS, params)
    cursor.execute(_LOCK_ORDERS, params)
    # DDL takes no parameters; these are a UUID and two integers of ours.
    cursor.execute(_BATCH.format(marketplace=f"'{marketplace_id}'", first=int(first), last=int(last)))
    cursor.execute(_LOCK_LINES)
    cursor.execute(_LOCK_PAYMENTS)
    problems = _conflicts(cursor, params)
    cursor.execute("SELECT count(*) = 0 FROM import_batch WHERE NOT fresh")
    (all_new,) = cursor.fetchone()
    tally = Tally()
    _counted(cursor, _ORDERS, "t.id", params, all_new=all_new)
    _counted(cursor, _PARCELS, "t.order_id", params, all_new=all_new)
    tally.lines_new, tally.lines_changed = _counted(cursor, _LINES, "t.order_id", params, all_new=all_new)
    _counted(
        cursor, _PAYMENTS, "t.order_id", params, all_new=all_new and not _any_payment_known(cursor, params)
    )
    cursor.execute("SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE touched) FROM import_batch")
    tally.orders_new, tally.orders_changed = cursor.fetchone()
    cursor.execute(
        "SELECT count(DISTINCT b.order_number), count(r.line)"
        "  FROM import_batch b JOIN import_row r ON r.order_number = b.order_number"
    )
    orders, lines = cursor.fetchone()
    tally.orders_same = orders - tally.orders_new - tally.orders_changed
    tally.lines_same = lines - tally.lines_new - tally.lines_changed
    return tally, problems


def _counted(
    cursor: CursorWrapper, write: str, order: str, params: dict[str, Any], *, all_new: bool = False
) -> tuple[int, int]:
    """Write the rows and return how many are new and how many changed."""
    if all_new:
        # Nothing to compare with: the bare insertion. Should an order appear meanwhile, the batch looks again.
        cursor.execute(write[: write.index("ON CONFLICT")], params)
        return cursor.rowcount, 0
    cursor.execute(_COUNTED.format(write=write, order=order), params)
    new, changed = cursor.fetchone()
    return new, changed


def _any_payment_known(cursor: CursorWrapper, params: dict[str, Any]) -> bool:
    """Whether a payment of the batch is known already, as the charge of a purchase that seemed to have failed."""
    cursor.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM import_batch b
              JOIN import_row r ON r.order_number = b.order_number
              JOIN marketplaces_payment p ON p.marketplace_id = %(marketplace)s AND p.ref = r.payment_ref)
        """,
        params,
    )
    return bool(cursor.fetchone()[0])


def count_anew() -> None:
    """Let the planner know how the tables have grown: the first import would be planned for empty ones to its end.

    Called after the first batch, the second, the fourth and so on, each time that what was known has doubled.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE marketplaces_shop, marketplaces_buyer, marketplaces_order, marketplaces_parcel,"
            " marketplaces_orderline, marketplaces_payment"
        )


def _conflicts(cursor: CursorWrapper, params: dict[str, Any]) -> list[tuple[Problem, bool]]:
    """Return what cannot be (and take those orders out of the batch), and what may be but is worth saying."""
    cursor.execute(_CONFLICTS, params)
    problems = []
    for line_no, order_number, column, key, amount_minor, currency, fatal in cursor.fetchall():
        said: dict[str, str | int] = (
            {} if amount_minor is None else {"amount_minor": amount_minor, "currency": currency}
        )
        problems.append((Problem(line_no, key, column, said, order_number), fatal))
    refused = [each.order_number for each, fatal in problems if fatal]
    if refused:
        cursor.execute("DELETE FROM import_batch WHERE order_number = ANY(%s)", [refused])
    return problems
