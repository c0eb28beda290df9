"""May a claim be opened, on this ground, today? A refusal names the rule and the date, and what else can be done."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from recours.rules.entitlement import ClaimWindow, claim_window
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import About, Ground
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording.format import Until


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of the thing claimed about. Days are the marketplace's; None where nobody knows.

    `received_by_own_word`: the buyer themselves said that the parcel came, not the carrier or the platform.
    """

    ground: Ground
    about: About
    disputed: Money
    ordered_on: dt.date | None = None
    promised_on: dt.date | None = None
    delivered_on: dt.date | None = None
    received_by_own_word: bool = False


class StillOnItsWay(Refusal):
    """The parcel may still arrive in time; a dispute opens the day after the promised date."""


class TooLateToClaim(Refusal):
    """Both the policy's window and the law's are over."""


class NothingLeftToRefund(Refusal):
    """All that was paid has been refunded already."""


class NotReceivedYet(Refusal):
    """A ground about goods in hand, and nobody knows when they arrived."""


class AlreadyArrived(Refusal):
    """A parcel that the buyer said they received is not lost."""


class ArrivedInTime(Refusal):
    """A parcel that came by the promised day is not late."""


class GroundNeedsAnOrder(Refusal):
    """A ground about goods, without an order."""


def check_eligible(facts: Facts, rules: Rulebook, now: dt.datetime) -> ClaimWindow | None:
    """Return the window in which this claim may be opened, or raise why it may not be, at `now` (aware UTC).

    The window is the better of the policy's and the law's. None for what has no window: a purchase that failed.
    Raises GroundNeedsAnOrder, NothingLeftToRefund, NotReceivedYet, AlreadyArrived, ArrivedInTime, StillOnItsWay,
    TooLateToClaim.
    """
    if facts.about is not About.ORDER and not facts.ground.concerns_marketplace:
        raise GroundNeedsAnOrder
    if facts.about is not About.PURCHASE and facts.disputed.minor <= 0:
        raise NothingLeftToRefund
    if facts.ground.goods_received and facts.delivered_on is None:
        raise NotReceivedYet
    if facts.ground is Ground.LOST and facts.delivered_on is not None and facts.received_by_own_word:
        raise AlreadyArrived(delivered_on=facts.delivered_on)
    window = window_of(facts, rules)
    if window is None:
        return None
    if facts.ground is Ground.LATE and facts.delivered_on is not None and window.opens_at is not None:
        last_on = rules.calendar.local_date(window.opens_at - dt.timedelta(microseconds=1))
        if facts.delivered_on <= last_on:
            raise ArrivedInTime(delivered_on=facts.delivered_on, promised_on=last_on)
    zone = rules.calendar.zone
    if window.opens_at is not None and now < window.opens_at:
        raise StillOnItsWay(
            promised=Until(window.opens_at, zone), opens_on=rules.calendar.local_date(window.opens_at)
        )
    if window.until is not None and now >= window.until.due_at:
        raise TooLateToClaim(until=Until(window.until.due_at, zone))
    return window


def window_of(facts: Facts, rules: Rulebook) -> ClaimWindow | None:
    """Return when this ground may be claimed, by policy and by law; None for a purchase that failed.

    A parcel that a carrier marked as delivered and that never came can be claimed as lost at once: the risk stays
    with the seller until the buyer holds the goods (art. L216-2), and there is nothing left to wait for.
    """
    if facts.about is About.PURCHASE or facts.ordered_on is None:
        return None
    window = claim_window(
        ground=facts.ground,
        ordered_at=facts.ordered_on,
        promised_on=facts.promised_on,
        delivered_on=facts.delivered_on,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
    )
    said_delivered = facts.ground is Ground.LOST and facts.delivered_on is not None
    return replace(window, opens_at=None) if said_delivered else window
