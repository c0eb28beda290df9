"""What must never be true of money on its way back; asked daily, like `claims.invariants`."""

from __future__ import annotations

MUST_NOT_BE: dict[str, str] = {
    "money is owed, and no refund was prepared within the hour": """
        SELECT claim.reference FROM claims_claim AS claim WHERE claim.state = 'refund_due'
        AND (claim.snapshot ->> 'state_since')::timestamptz < %(now)s - interval '1 hour' AND NOT EXISTS (
          SELECT 1 FROM refunds_refund AS refund WHERE refund.claim_id = claim.id
          AND refund.owed_at = (claim.snapshot ->> 'state_since')::timestamptz)""",
    "less was prepared than is owed": """
        SELECT claim.reference FROM claims_claim AS claim JOIN (
          SELECT claim_id, owed_at, sum(amount_minor) AS minor FROM refunds_refund GROUP BY claim_id, owed_at
        ) AS prepared ON prepared.claim_id = claim.id
          AND prepared.owed_at = (claim.snapshot ->> 'state_since')::timestamptz
        WHERE claim.state = 'refund_due'
          AND prepared.minor < (claim.snapshot -> 'agreed' -> 'amount' ->> 'minor')::bigint""",
    "money is on its way, and the claim owes nothing": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status IN ('requested', 'submitted') AND claim.state <> 'refund_due'""",
    "sent to a provider a day ago, and no answer": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status = 'submitted' AND refund.requested_at < %(now)s - interval '1 day'
          AND refund.pay_from < %(now)s - interval '1 day'""",
    "paid without a proof": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status = 'succeeded' AND (refund.provider_ref = '' OR refund.settled_at IS NULL)""",
    "in another currency than its claim": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        LEFT JOIN marketplaces_payment AS payment ON payment.id = refund.payment_id
        WHERE refund.currency <> claim.currency OR payment.currency <> refund.currency""",
}
