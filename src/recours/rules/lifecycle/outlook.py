"""When a refund would come that is not due yet: the promise with an "if" before it."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from recours.rules.entitlement import RefundWindow
from recours.rules.lifecycle.claim import Claim, ReturnTrip, Terms
from recours.rules.lifecycle.deadlines import Rulebook, refund_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.decide.platform import goods_are_back
from recours.rules.lifecycle.vocabulary import Act, Remedy, State
from recours.rules.money import Money


class Outlook(Struct, frozen=True, kw_only=True):
    """What would be paid and when, if what the claim waits for happened: today, or by silence at its hour."""

    amount: Money
    term: RefundWindow


def refund_outlook(claim: Claim, rules: Rulebook, now: dt.datetime) -> Outlook | None:
    """Return when the refund would be due, None where the next step does not lead to one.

    A request that the seller's silence grants: from the end of their window. A ruling: from the end of the time to
    appeal. A return that is awaited: as if it were sent today; one on its way: as if it were accepted today. Nothing
    is foreseen while people still judge. `claim` must be as of `now`.
    """
    due = claim.next_deadline
    match claim.state:
        case State.WITH_SELLER if due is not None and due.otherwise is Act.GRANT_BY_DEFAULT:
            return _without_return(claim, claim.wanted, rules, due.due_at)
        case State.RULED if due is not None and claim.ruling is not None and claim.ruling.terms is not None:
            return _without_return(claim, claim.ruling.terms, rules, due.due_at)
        case State.AWAITING_RETURN | State.RETURN_IN_TRANSIT if claim.agreed is not None:
            return _after_return(claim, claim.agreed, rules, now)
        case _:
            return None


def _without_return(claim: Claim, terms: Terms, rules: Rulebook, owed_at: dt.datetime) -> Outlook | None:
    if terms.remedy is not Remedy.REFUND or terms.amount is None:
        return None
    if terms.goods_return and not goods_are_back(claim):
        return None
    return Outlook(amount=terms.amount, term=refund_term(replace(claim, state_since=owed_at), rules))


def _after_return(claim: Claim, terms: Terms, rules: Rulebook, now: dt.datetime) -> Outlook | None:
    if terms.remedy is not Remedy.REFUND:
        return None
    trip = claim.trip or ReturnTrip(authorised_at=claim.state_since)
    if trip.shipped_on is None:
        trip = replace(trip, shipped_on=rules.calendar.local_date(now))
    supposed = replace(claim, state_since=now, trip=trip)
    return Outlook(amount=owed_amount(claim), term=refund_term(supposed, rules))
