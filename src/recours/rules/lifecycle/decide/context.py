"""What every decision needs to know, and the checks that several of them make."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Actor, Claim, Terms
from recours.rules.lifecycle.deadlines import Rulebook
from recours.rules.lifecycle.vocabulary import GrantBasis, Ground, Remedy, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.tracking import MAX_CHARS, Checked, Verdict, checked

MAX_TEXT = 5000
"""Characters of one explanation; SignalConso's figure (PEERS), long enough for a story and short enough to be read."""


class Context(Struct, frozen=True):
    """The rules in force for the claim, and the instant (aware UTC) of the decision."""

    rules: Rulebook
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day in the marketplace's zone."""
        return self.rules.calendar.local_date(self.now)


def text_given(text: str) -> str:
    """Return the text trimmed. Raises TextMissing, TextTooLong, TextNotText."""
    trimmed = text.strip()
    if "\0" in trimmed:
        raise r.TextNotText
    if not trimmed:
        raise r.TextMissing
    if len(trimmed) > MAX_TEXT:
        raise r.TextTooLong(length=len(trimmed), limit=MAX_TEXT)
    return trimmed


def checked_terms(claim: Claim, terms: Terms, *, offered: bool = False) -> Terms:
    """Return the terms made whole for this claim.

    A refund names an amount above zero, in the claim's currency, within what is disputed and not yet refunded, and so
    does store credit, which is only ever `offered`; a return is only asked for goods that arrived, and goods are only
    sent again by a seller. Raises CreditIsOffered, AmountMissing, WrongCurrency, AmountTooHigh, NoSuchParty,
    ReturnImpossible.
    """
    owed = remaining(claim)
    if terms.remedy is Remedy.CREDIT and not offered:
        raise r.CreditIsOffered
    if terms.remedy in PAID_IN:
        if terms.amount is None or terms.amount.minor <= 0:
            raise r.AmountMissing
        if terms.amount.currency != owed.currency:
            raise r.WrongCurrency(given=terms.amount.currency, expected=owed.currency)
        if terms.amount > owed:
            raise r.AmountTooHigh(most=owed)
    else:
        must_have_seller(claim)
        terms = replace(terms, amount=None)
    if terms.goods_return and not (claim.ground.goods_received and claim.has_seller):
        raise r.ReturnImpossible
    if terms.goods_return and terms.return_paid_by is None:
        terms = replace(terms, return_paid_by=Role.SELLER)
    return terms


def checked_parcel(carrier: str, tracking: str, *, sure: bool) -> Checked:
    """Return who carries a parcel and its number, as they are kept.

    Raises TrackingMissing, TrackingTooLong, TextNotText; and unless its sender is `sure`, TrackingDigitWrong and
    TrackingFormatWrong.
    """
    if "\0" in carrier + tracking:
        raise r.TextNotText
    found = checked(carrier, tracking)
    if not found.carrier or not found.number:
        raise r.TrackingMissing
    if max(len(found.carrier), len(found.number)) > MAX_CHARS:
        raise r.TrackingTooLong(limit=MAX_CHARS)
    if found.verdict is Verdict.WRONG_DIGIT and not sure:
        raise r.TrackingDigitWrong(number=found.number)
    if found.verdict is Verdict.WRONG_FORMAT and not sure:
        raise r.TrackingFormatWrong(carrier=found.carrier, like=found.like)
    return found


def remaining(claim: Claim) -> Money:
    """What is disputed and has not been refunded."""
    return claim.disputed - claim.refunded


PAID_IN = frozenset({Remedy.REFUND, Remedy.CREDIT})
"""Remedies with an amount, which counts against what was paid."""


def owed_state(terms: Terms, *, goods_are_back: bool = False) -> State:
    """Where a claim goes when these terms are owed."""
    if terms.goods_return and not goods_are_back:
        return State.AWAITING_RETURN
    return State.REFUND_DUE if terms.remedy in PAID_IN else State.REPLACEMENT_DUE


def stage_of(ground: Ground, *, has_seller: bool) -> State:
    """Who answers a dispute first: the seller, or the platform when no seller is concerned."""
    return State.WITH_SELLER if has_seller and not ground.concerns_marketplace else State.WITH_PLATFORM


def refund_resolution(claim: Claim, refunded: Money) -> Resolution:
    """How a claim ends whose refunds amount to `refunded`."""
    if claim.basis is GrantBasis.SILENCE:
        return Resolution.GRANTED_BY_SILENCE
    return Resolution.REFUNDED if refunded >= claim.disputed else Resolution.PARTLY_REFUNDED


def must_have_seller(claim: Claim) -> None:
    if not claim.has_seller:
        raise r.NoSuchParty


def must_hold(claim: Claim, agent: Actor) -> None:
    """An agent acts on a claim that nobody else has taken. Raises AssignedToAnother."""
    if claim.assigned_to is not None and claim.assigned_to != agent.id:
        raise r.AssignedToAnother


def must_be_impartial(claim: Claim, agent_id: object) -> None:
    """Who ruled first does not judge the appeal. Raises AppealNeedsAnotherAgent."""
    if (
        claim.appeal is not None
        and claim.appeal.first_agent is not None
        and claim.appeal.first_agent == agent_id
    ):
        raise r.AppealNeedsAnotherAgent
