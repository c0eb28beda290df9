"""What a refund's being late adds, for a mail; the pages know of every payment and say more."""

from __future__ import annotations

from recours.claims.queries import OpenedClaim
from recours.rules.entitlement import late_refund_table
from recours.rules.lifecycle.deadlines import refund_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import State
from recours.rules.surcharge import Meter, NoSurcharge, surcharge


def refund_meter(opened: OpenedClaim) -> Meter | None:
    """Return what the law adds today to what is still owed; None unless it is late and the law adds to it."""
    claim, rules = opened.claim, opened.rules
    if claim.state is not State.REFUND_DUE or rules.law is None:
        return None
    term = refund_term(claim, rules)
    table = late_refund_table(term.right.key if term.right else None)
    due = term.law_latest
    if table is None or due is None or not due.is_over(opened.now):
        return None
    try:
        return surcharge(
            owed_amount(claim), due.last_on, rules.calendar.local_date(opened.now), rules.law, table
        )
    except NoSurcharge:
        return None
