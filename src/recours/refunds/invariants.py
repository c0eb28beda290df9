"""What must never be true of money on its way back; asked daily, like `claims.invariants`."""

from __future__ import annotations

MUST_NOT_BE: dict[str, str] = {
    "money is owed, and no refund was prepared within the hour": """
        SELECT claim.reference FROM claims_claim AS claim WHERE claim.state = 'refund_due'
        AND (claim.snapshot ->> 'state_since')::timestamptz < %(now)s - interval '1 hour' AND NOT EXISTS (
          SELECT 1 FROM refunds_refund AS refund WHERE refund.claim_id = claim.id
          AND refund.provider <> 'bank' AND refund.surcharge_of_id IS NULL
          AND (refund.owed_at = (claim.snapshot ->> 'state_since')::timestamptz
            OR refund.status NOT IN ('succeeded', 'reversed', 'cancelled')))""",
    "less was prepared than is owed": """
        SELECT claim.reference FROM claims_claim AS claim JOIN LATERAL (
          SELECT sum(amount_minor) AS minor FROM refunds_refund AS refund
          WHERE refund.claim_id = claim.id AND refund.provider <> 'bank' AND refund.surcharge_of_id IS NULL
            AND refund.status NOT IN ('succeeded', 'reversed')
        ) AS prepared ON prepared.minor IS NOT NULL
        WHERE claim.state = 'refund_due'
          AND prepared.minor < (claim.snapshot -> 'agreed' -> 'amount' ->> 'minor')::bigint
            - (claim.snapshot -> 'refunded' ->> 'minor')::bigint
            + coalesce((claim.snapshot -> 'paid_before' ->> 'minor')::bigint, 0)""",
    "money is on its way, and the claim owes nothing": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status IN ('requested', 'approved', 'submitted', 'pending') AND claim.state <> 'refund_due'
          AND refund.surcharge_of_id IS NULL""",
    "sent to a provider a day ago, and no answer": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status IN ('submitted', 'pending') AND refund.requested_at < %(now)s - interval '1 day'
          AND refund.pay_from < %(now)s - interval '1 day'
          AND (refund.provider <> 'sepa' OR refund.submitted_at < %(now)s - interval '5 days')""",
    "paid without a proof": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status = 'succeeded' AND (refund.provider_ref = '' OR refund.settled_at IS NULL)""",
    "the law adds to a refund that was late, and nobody has it paid for two weeks": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        WHERE refund.status = 'due' AND refund.requested_at < %(now)s - interval '14 days'""",
    "in another currency than its claim": """
        SELECT claim.reference FROM refunds_refund AS refund JOIN claims_claim AS claim ON claim.id = refund.claim_id
        LEFT JOIN marketplaces_payment AS payment ON payment.id = refund.payment_id
        WHERE refund.currency <> claim.currency OR payment.currency <> refund.currency""",
}
