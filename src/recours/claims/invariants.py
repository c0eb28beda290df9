"""What must never be true of a claim. Each is a question whose answer is a list of claims, empty on every good day.

`verify` proves that rows and events agree; these ask whether what they agree on makes sense.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection

from recours import clock

logger = logging.getLogger(__name__)

SHOWN = 50
"""Claims named per invariant: whoever broke one a thousand times needs the first few."""

MUST_NOT_BE: dict[str, str] = {
    "silence is late": """
        SELECT reference FROM claims_claim
        WHERE due_at < %(now)s - interval '15 minutes' AND parked_at IS NULL ORDER BY due_at""",
    "parked for a day": """
        SELECT reference FROM claims_claim WHERE parked_at < %(now)s - interval '1 day' ORDER BY parked_at""",
    "closed without a refund to ask about, and waits for something": """
        SELECT reference FROM claims_claim WHERE state = 'closed' AND (due_at IS NOT NULL OR due_party <> '')
        AND resolution NOT IN ('refunded', 'partly_refunded', 'granted_by_silence')""",
    "closed without a resolution": """
        SELECT reference FROM claims_claim WHERE state = 'closed' AND resolution = ''""",
    "open with a resolution": """
        SELECT reference FROM claims_claim WHERE state <> 'closed' AND resolution <> ''""",
    "open, and nobody's turn has an end": """
        SELECT reference FROM claims_claim WHERE due_at IS NULL AND NOT overdue AND state <> 'closed'
        AND NOT (state = 'contacting_seller')""",
    "its line is free while it is open, or held while it is closed": """
        SELECT DISTINCT claim.reference FROM claims_claim AS claim
        JOIN claims_claimline AS line ON line.claim_id = claim.id
        WHERE line.is_open <> (claim.state <> 'closed')""",
    "a seller's turn without a seller": """
        SELECT reference FROM claims_claim WHERE shop_id IS NULL
        AND (due_party = 'seller' OR state IN ('contacting_seller', 'with_seller', 'with_buyer'))""",
    "refunded more than was disputed": """
        SELECT reference FROM claims_claim WHERE (snapshot -> 'refunded' ->> 'minor')::bigint > disputed_minor""",
    "an appeal judged by who ruled first": """
        SELECT reference FROM claims_claim WHERE assigned_to_id IS NOT NULL AND state = 'with_platform'
        AND snapshot -> 'appeal' ->> 'first_agent' = assigned_to_id::text""",
    "judged by a party": """
        SELECT claim.reference FROM claims_claim AS claim JOIN marketplaces_buyer AS buyer ON buyer.id = claim.buyer_id
        WHERE claim.assigned_to_id = buyer.user_id
        UNION SELECT claim.reference FROM claims_claim AS claim
        JOIN people_shopstaff AS staff ON staff.shop_id = claim.shop_id WHERE claim.assigned_to_id = staff.user_id""",
    "money is owed, and nobody said how much": """
        SELECT reference FROM claims_claim WHERE state = 'refund_due'
        AND (snapshot -> 'agreed' -> 'amount' ->> 'minor') IS NULL""",
    "buyer, order and payment of different people": """
        SELECT claim.reference FROM claims_claim AS claim
        LEFT JOIN marketplaces_order AS bought ON bought.id = claim.order_id
        LEFT JOIN marketplaces_payment AS payment ON payment.id = claim.payment_id
        WHERE bought.buyer_id <> claim.buyer_id OR payment.buyer_id <> claim.buyer_id""",
}


class Broken(NamedTuple):
    """A claim of which something is true that must never be."""

    invariant: str
    reference: str

    @property
    def link(self) -> str:
        """Where the desk finds it."""
        return f"/desk/claims/{self.reference}/"


def broken(
    invariants: Mapping[str, str] = MUST_NOT_BE, *, now: dt.datetime | None = None, limit: int = SHOWN
) -> Iterator[Broken]:
    """Yield what must never be, the first `limit` claims of each invariant."""
    for name, question in invariants.items():
        with connection.cursor() as cursor:
            cursor.execute(question, {"now": now or clock.now()})
            for (reference,) in cursor.fetchmany(limit):
                yield Broken(name, reference)


def report(found: Iterable[Broken]) -> int:
    """Log each with its link, for whoever watches the logs; return how many there were."""
    count = 0
    for each in found:
        logger.error("must never be: %s: %s %s", each.invariant, each.reference, each.link)
        count += 1
    return count
