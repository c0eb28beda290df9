"""The next doors, when seller and marketplace have been tried: which are open, which are not, and why.

The European platform for online disputes is not among them: it closed on 20 July 2025.
"""

from __future__ import annotations

from datetime import timedelta

from recours.rules.entitlement.terms import by_the_law
from recours.rules.guide.answers import SellerIn, Trouble
from recours.rules.guide.days import Reckoning
from recours.rules.guide.model import Door, DoorState
from recours.rules.guide.places import Place, place
from recours.rules.law import Right
from recours.rules.money import Money
from recours.rules.profile import Fact, Profile
from recours.rules.windows import Dated

_BANKS_ALONE = frozenset({Trouble.UNAUTHORISED_CHARGE, Trouble.FRAUD})


def doors(by: Reckoning, profile: Profile) -> tuple[Door, ...]:
    """Return the next doors for one person, in the order in which they are tried."""
    found = (
        _mediator(by, profile),
        _amicable(by, profile),
        _court(by, profile),
        _centre(by, profile),
        _report(profile),
    )
    return tuple(door for door in found if door is not None)


def _mediator(by: Reckoning, profile: Profile) -> Door | None:
    """Free of charge, after a written complaint and within a year of it. Sources: C. conso L612-1, L612-2, L616-1."""
    if by.law is None or by.answers.trouble in _BANKS_ALONE:
        return None
    free, year = by.law.find("mediator_free", by.today), by.law.find("mediator", by.today)
    if free is None or year is None:
        return None
    named = by.law.find("mediator_named", by.today)
    rights = [right for right in (free, year, named) if right is not None]
    until = by.mediator()
    return _door(
        "mediator",
        *_admissible(by),
        rights,
        place=place("mediators", profile.meta.country),
        told=profile.mediator,
        until=until.dated if until is not None else None,
    )


def _admissible(by: Reckoning) -> tuple[DoorState, str]:
    until = by.mediator()
    if until is None:
        return DoorState.NOT_YET, "complaint"
    if until.is_over:
        return DoorState.CLOSED, "year"
    silent, _ = by_the_law(by.law, "mediator_after_silence", by.answers.complained_on, by.calendar)
    if silent is not None and silent.last_on >= by.today:
        return DoorState.TO_CHECK, "silence"
    if by.answers.seller_in is SellerIn.OUTSIDE:
        return DoorState.TO_CHECK, "outside"
    return DoorState.OPEN, "ready"


def _amicable(by: Reckoning, profile: Profile) -> Door | None:
    """An attempt at an agreement, which comes before the court for small sums. Source: CPC 750-1."""
    right = by.law.find("amicable_attempt", by.today) if by.law is not None else None
    court = place("small_claims", profile.meta.country)
    if right is None or court is None or by.answers.trouble in _BANKS_ALONE:
        return None
    limit = _limit(court)
    is_above = limit is not None and by.answers.amount is not None and _is_above(by.answers.amount, limit)
    return _door(
        "amicable",
        DoorState.OPEN,
        "not_compulsory" if is_above else "compulsory",
        [right],
        place=place("conciliator", profile.meta.country),
        limit=limit,
    )


def _court(by: Reckoning, profile: Profile) -> Door | None:
    right = by.law.find("amicable_attempt", by.today) if by.law is not None else None
    court = place("small_claims", profile.meta.country)
    if right is None or court is None or by.answers.trouble in _BANKS_ALONE:
        return None
    limit = _limit(court)
    if limit is not None and by.answers.amount is not None and _is_above(by.answers.amount, limit):
        return _door("court", DoorState.OPEN, "above", [], place=court, limit=limit)
    return _door("court", DoorState.NOT_YET, "attempt", [right], place=court, limit=limit)


def _centre(by: Reckoning, profile: Profile) -> Door | None:
    """The European Consumer Centre: for a seller in another country of the Union, once it was silent."""
    centre = place("consumer_centre", profile.meta.country)
    if centre is None or by.answers.trouble in _BANKS_ALONE:
        return None
    return _door("consumer_centre", *_helped(by, centre), [], place=centre)


def _helped(by: Reckoning, centre: Place) -> tuple[DoorState, str]:
    match by.answers.seller_in:
        case None:
            return DoorState.TO_CHECK, "unknown"
        case SellerIn.SAME_COUNTRY:
            return DoorState.CLOSED, "same_country"
        case SellerIn.OUTSIDE:
            return DoorState.CLOSED, "outside"
    complained_on = by.answers.complained_on
    if complained_on is None:
        return DoorState.NOT_YET, "complaint"
    if centre.wait_days is not None and by.today <= complained_on + timedelta(days=centre.wait_days):
        return DoorState.NOT_YET, "wait"
    return DoorState.OPEN, "ready"


def _report(profile: Profile) -> Door | None:
    """Telling the authorities, who settle no single case but see who is complained of."""
    found = place("signalconso", profile.meta.country)
    return None if found is None else _door("report", DoorState.OPEN, "ready", [], place=found)


def _limit(court: Place) -> Money | None:
    return Money(court.limit_minor, "EUR") if court.limit_minor is not None else None


def _is_above(amount: Money, limit: Money) -> bool:
    return amount.currency == limit.currency and amount > limit


def _door(
    key: str,
    state: DoorState,
    reason: str,
    rights: list[Right],
    *,
    place: Place | None = None,
    told: Fact | None = None,
    until: Dated | None = None,
    limit: Money | None = None,
) -> Door:
    return Door(
        key=key,
        state=state,
        reason=reason,
        place=place,
        told=told,
        until=until,
        limit=limit,
        articles=tuple(dict.fromkeys(right.ref for right in rights)),
        unverified=tuple(dict.fromkeys(right.ref for right in rights if not right.verified)),
    )
