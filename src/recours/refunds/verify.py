"""Proof that the money adds up: counters, refunds, captures, claims and the ledger, each held against another.

Each check is one statement that returns what is wrong; the database refuses all of it, and this finds it where a guard
was taken away, or somebody wrote past it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from recours.claims.verify import Difference

_LIVE = "refund.status NOT IN ('failed', 'cancelled', 'reversed')"

_OF_PAYMENT = f"""
SELECT payment.ref AS subject, payment.captured_minor AS captured, payment.refunded_minor AS counted,
  coalesce(sum(refund.amount_minor), 0)::bigint + coalesce((
    SELECT sum(taken.unclaimed_minor) FROM refunds_chargeback AS taken WHERE taken.payment_id = payment.id
  ), 0)::bigint AS summed
FROM marketplaces_payment AS payment
LEFT JOIN refunds_refund AS refund ON refund.payment_id = payment.id AND {_LIVE}
GROUP BY payment.id
"""  # noqa: S608

_OF_LINE = f"""
SELECT bought.number || '/' || line.position AS subject, line.captured_minor AS captured,
  line.refunded_minor AS counted, coalesce(sum(part.amount_minor) FILTER (WHERE {_LIVE}), 0)::bigint AS summed
FROM marketplaces_orderline AS line
JOIN marketplaces_order AS bought ON bought.id = line.order_id
LEFT JOIN refunds_refundpart AS part ON part.order_line_id = line.id
LEFT JOIN refunds_refund AS refund ON refund.id = part.refund_id
GROUP BY line.id, bought.id
"""  # noqa: S608

_OF_SHIPPING = f"""
SELECT bought.number AS subject, bought.shipping_captured_minor AS captured,
  bought.shipping_refunded_minor AS counted,
  coalesce(sum(part.amount_minor) FILTER (WHERE {_LIVE}), 0)::bigint AS summed
FROM marketplaces_order AS bought
LEFT JOIN refunds_refundpart AS part ON part.shipping_of_id = bought.id
LEFT JOIN refunds_refund AS refund ON refund.id = part.refund_id
GROUP BY bought.id
"""  # noqa: S608

_IN_LEDGER = """
SELECT payment.ref AS subject, payment.captured_minor - payment.refunded_minor AS counted,
  coalesce(sum(CASE 'refundable' WHEN entry.debit THEN entry.amount_minor
    WHEN entry.credit THEN -entry.amount_minor ELSE 0 END), 0)::bigint AS posted,
  payment.captured_minor AS captured,
  coalesce(sum(CASE 'captured' WHEN entry.credit THEN entry.amount_minor
    WHEN entry.debit THEN -entry.amount_minor ELSE 0 END), 0)::bigint AS captured_posted
FROM marketplaces_payment AS payment LEFT JOIN refunds_ledgerentry AS entry ON entry.payment_id = payment.id
GROUP BY payment.id
"""

_REFUND_IN_LEDGER = """
SELECT claim.reference AS subject, refund.amount_minor AS counted, coalesce(sum(
  CASE refunds_account(refund.status, refund.provider, refund.payment_id, refund.surcharge_of_id IS NOT NULL)
    WHEN entry.debit THEN entry.amount_minor WHEN entry.credit THEN -entry.amount_minor ELSE 0 END
  ), 0)::bigint AS posted, bool_or(entry.currency <> refund.currency) AS mixed,
  refund.status IN ('cancelled', 'reversed') OR refund.status = 'failed' AND refund.surcharge_of_id IS NULL AS is_over
FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
LEFT JOIN refunds_ledgerentry AS entry ON entry.refund_id = refund.id
GROUP BY refund.id, claim.id
"""


def _of(totals: str, one: str, test: str, other: str) -> str:
    return f"SELECT subject, {one}, {other} FROM ({totals}) AS total WHERE {one} {test} {other}"  # noqa: S608


CHECKS: tuple[tuple[str, str], ...] = (
    ("payment_miscounted", _of(_OF_PAYMENT, "counted", "<>", "summed")),
    ("payment_overpaid", _of(_OF_PAYMENT, "summed", ">", "captured")),
    ("line_miscounted", _of(_OF_LINE, "counted", "<>", "summed")),
    ("line_overpaid", _of(_OF_LINE, "summed", ">", "captured")),
    ("shipping_miscounted", _of(_OF_SHIPPING, "counted", "<>", "summed")),
    ("shipping_overpaid", _of(_OF_SHIPPING, "summed", ">", "captured")),
    (
        "parts_differ",
        """
        SELECT claim.reference, refund.amount_minor, sum(part.amount_minor)::bigint
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        JOIN refunds_refundpart AS part ON part.refund_id = refund.id
        GROUP BY refund.id, claim.id HAVING sum(part.amount_minor) <> refund.amount_minor
        """,
    ),
    (
        "claim_paid_differs",
        """
        SELECT claim.reference, (claim.snapshot -> 'refunded' ->> 'minor')::bigint, coalesce(paid.minor, 0)::bigint
        FROM claims_claim AS claim LEFT JOIN (
          SELECT claim_id, sum(amount_minor) AS minor FROM refunds_refund
          WHERE status = 'succeeded' AND surcharge_of_id IS NULL GROUP BY claim_id
        ) AS paid ON paid.claim_id = claim.id
        WHERE (claim.snapshot -> 'refunded' ->> 'minor')::bigint <> coalesce(paid.minor, 0)
        """,
    ),
    (
        "paid_unrecorded",
        """
        SELECT claim.reference, refund.amount_minor, count(event.seq)
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        LEFT JOIN claims_claimevent AS event ON event.claim_id = claim.id
          AND event.kind = CASE refund.provider WHEN 'credit' THEN 'CreditIssued' ELSE 'RefundPaid' END
          AND event.body ->> 'refund_id' = refund.id::text
          AND (event.body -> 'amount' ->> 'minor')::bigint = refund.amount_minor
        WHERE refund.status IN ('succeeded', 'reversed') AND refund.provider <> 'bank'
          AND refund.surcharge_of_id IS NULL
        GROUP BY refund.id, claim.id HAVING count(event.seq) <> 1
        """,
    ),
    (
        "debt_paid_twice",
        """
        SELECT claim.reference, count(*), sum(refund.amount_minor)::bigint
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.provider <> 'bank' AND refund.surcharge_of_id IS NULL
        GROUP BY claim.id, refund.owed_at, refund.payment_id HAVING count(*) > 1
        """,
    ),
    (
        "reference_used_twice",
        """
        SELECT provider_ref, count(*), sum(amount_minor)::bigint FROM refunds_refund
        WHERE provider_ref <> '' GROUP BY provider, provider_ref HAVING count(*) > 1
        """,
    ),
    ("ledger_payment_differs", _of(_IN_LEDGER, "counted", "<>", "posted")),
    ("ledger_capture_differs", _of(_IN_LEDGER, "captured", "<>", "captured_posted")),
    (
        "ledger_refund_differs",
        f"""
        SELECT subject, counted, posted FROM ({_REFUND_IN_LEDGER}) AS total
        WHERE posted <> CASE WHEN is_over THEN 0 ELSE counted END OR mixed
        """,  # noqa: S608
    ),
    (
        "ledger_unbalanced",
        """
        SELECT currency, sum(amount_minor)::bigint,
          coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0)::bigint
        FROM refunds_ledgerentry WHERE amount_minor <= 0 OR debit = credit GROUP BY currency
        """,
    ),
    (
        "sent_unapproved",
        """
        SELECT claim.reference, refund.amount_minor, 0
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status IN ('approved', 'submitted', 'pending', 'succeeded') AND refund.approved_at IS NULL
          AND refund.provider <> 'bank'
        """,
    ),
    (
        "charged_back_differs",
        """
        SELECT taken.provider_ref, taken.amount_minor,
          taken.unclaimed_minor + taken.twice_minor + coalesce(sum(refund.amount_minor), 0)::bigint AS shared
        FROM refunds_chargeback AS taken LEFT JOIN refunds_refund AS refund
          ON refund.provider = 'bank' AND refund.payment_id = taken.payment_id
          AND starts_with(refund.provider_ref, taken.provider_ref || '/')
        WHERE taken.status = 'lost' GROUP BY taken.id
        HAVING taken.unclaimed_minor + taken.twice_minor + coalesce(sum(refund.amount_minor), 0) <> taken.amount_minor
        """,
    ),
    (
        "surcharge_twice",
        """
        SELECT claim.reference, count(*), sum(refund.amount_minor)::bigint
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.surcharge_of_id IS NOT NULL AND refund.status <> 'reversed'
        GROUP BY claim.id, refund.surcharge_of_id HAVING count(*) > 1
        """,
    ),
    (
        "surcharge_unfounded",
        """
        SELECT claim.reference, refund.amount_minor, late.amount_minor
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        JOIN refunds_refund AS late ON late.id = refund.surcharge_of_id
        WHERE late.claim_id <> refund.claim_id OR late.currency <> refund.currency OR late.surcharge_of_id IS NOT NULL
          OR late.status NOT IN ('succeeded', 'reversed') OR late.settled_at < late.pay_until
          OR refund.payment_id IS NOT NULL
        """,
    ),
    (
        "ledger_surcharge_differs",
        """
        SELECT currency, coalesce(due.minor, 0)::bigint, coalesce(posted.minor, 0)::bigint
        FROM (
          SELECT currency, sum(amount_minor) AS minor FROM refunds_refund
          WHERE surcharge_of_id IS NOT NULL AND status IN ('due', 'failed') GROUP BY currency
        ) AS due FULL JOIN (
          SELECT currency, sum(CASE 'surcharge_due' WHEN debit THEN amount_minor ELSE -amount_minor END) AS minor
          FROM refunds_ledgerentry WHERE 'surcharge_due' IN (debit, credit) GROUP BY currency
        ) AS posted USING (currency)
        WHERE coalesce(due.minor, 0) <> coalesce(posted.minor, 0)
        """,
    ),
    (
        "credit_twice",
        """
        SELECT claim.reference, count(*), sum(credit.amount_minor)::bigint
        FROM refunds_storecredit AS credit JOIN claims_claim AS claim ON claim.id = credit.claim_id
        GROUP BY claim.id, credit.refund_id HAVING count(*) > 1
        """,
    ),
    (
        "credit_unfounded",
        """
        SELECT claim.reference, credit.amount_minor, refund.amount_minor
        FROM refunds_storecredit AS credit JOIN claims_claim AS claim ON claim.id = credit.claim_id
        JOIN refunds_refund AS refund ON refund.id = credit.refund_id
        WHERE refund.provider <> 'credit' OR refund.claim_id <> credit.claim_id OR refund.currency <> credit.currency
          OR refund.amount_minor <> credit.amount_minor
          OR (credit.status = 'voided') <> (refund.status = 'reversed')
        """,
    ),
    (
        "credit_missing",
        """
        SELECT claim.reference, refund.amount_minor, count(credit.id)
        FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        LEFT JOIN refunds_storecredit AS credit ON credit.refund_id = refund.id
        WHERE refund.provider = 'credit' AND refund.status IN ('succeeded', 'reversed')
        GROUP BY refund.id, claim.id HAVING count(credit.id) = 0
        """,
    ),
    (
        "credit_unaccepted",
        """
        SELECT claim.reference, credit.amount_minor, 0
        FROM refunds_storecredit AS credit JOIN claims_claim AS claim ON claim.id = credit.claim_id
        WHERE NOT EXISTS (
          SELECT 1 FROM claims_claimevent AS event WHERE event.claim_id = claim.id AND event.actor_role = 'buyer'
            AND event.kind IN ('OfferAccepted', 'OfferApproved'))
        """,
    ),
    (
        "ledger_credit_differs",
        """
        SELECT currency, coalesce(issued.minor, 0)::bigint, coalesce(posted.minor, 0)::bigint
        FROM (
          SELECT credit.currency, sum(credit.amount_minor) AS minor FROM refunds_storecredit AS credit
          JOIN refunds_refund AS refund ON refund.id = credit.refund_id
          WHERE credit.status <> 'voided' AND refund.status = 'succeeded' GROUP BY credit.currency
        ) AS issued FULL JOIN (
          SELECT currency, sum(CASE 'credited' WHEN debit THEN amount_minor ELSE -amount_minor END) AS minor
          FROM refunds_ledgerentry WHERE 'credited' IN (debit, credit) GROUP BY currency
        ) AS posted USING (currency)
        WHERE coalesce(issued.minor, 0) <> coalesce(posted.minor, 0)
        """,
    ),
    ("not_positive", "SELECT key::text, amount_minor, 0 FROM refunds_refund WHERE amount_minor <= 0"),
)
"""Name of what is wrong (its sentence is `verify.<name>`), and the statement that returns (subject, stored, told)."""


def differences(reference: str = "") -> Iterator[Difference]:
    """Yield every sum that does not add up, amounts in minor units; with a claim's reference, of its own only."""
    for name, statement in CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            for subject, stored, told in cursor.fetchall():
                if not reference or subject == reference:
                    yield Difference(what=name, subject=subject, params={"stored": stored, "told": told})
