"""What Stripe says, read as input from outside: only what we use, and only in the shape that it is documented in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.refunds.providers.stripe.amounts import NotWritable, from_stripe
from recours.rules.money import Money, UnknownCurrency

T = TypeVar("T")

KEY = "recours_key"
"""Where our key is kept in a refund's metadata, which is not forgotten after a day."""


Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
"""Something's name. Source: docs.stripe.com/upgrades, object ids have at most 255 characters. No column of ours takes
more, nor a zero byte, and what could not be stored would be sent again for three days."""
Code = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[ -~]*$")]
"""One of Stripe's own words for a reason or a state."""


class Unreadable(ValueError):
    """Stripe, or somebody in its place, said something that is not in its own language."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A refund, as far as we read it. Source: docs.stripe.com/api/refunds/object."""

    id: Id
    amount: int
    currency: str
    status: Code
    created: int
    payment_intent: Id | None = None
    charge: Id | None = None
    metadata: dict[str, str] = {}
    failure_reason: Code | None = None

    @property
    def money(self) -> Money:
        """Raises Unreadable."""
        try:
            return from_stripe(self.amount, self.currency)
        except (NotWritable, UnknownCurrency) as error:
            raise Unreadable(str(error)) from error

    @property
    def outcome(self) -> Outcome:
        """Raises Unreadable. Source: docs.stripe.com/refunds, the statuses of a refund."""
        match self.status:
            case "succeeded":
                return Outcome.PAID
            case "pending" | "requires_action":
                return Outcome.PENDING
            case "failed" | "canceled":
                return Outcome.DECLINED
        raise Unreadable(self.status)

    @property
    def key(self) -> UUID | None:
        try:
            return UUID(self.metadata[KEY])
        except (KeyError, ValueError):
            return None


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A chargeback, as far as we read it. Source: docs.stripe.com/api/disputes/object."""

    id: Id
    amount: int
    currency: str
    status: Code
    reason: Code = ""
    payment_intent: Id | None = None
    charge: Id | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event. Source: docs.stripe.com/api/events/object."""

    class Data(msgspec.Struct, frozen=True, kw_only=True):
        object: dict[str, Any]
        previous_attributes: dict[str, Any] | None = None

    id: Id
    type: str
    created: int
    data: Data


REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed")
DISPUTE_EVENTS = ("charge.dispute.created", "charge.dispute.closed")
EVENTS = REFUND_EVENTS + DISPUTE_EVENTS

REASONS = {
    "lost_or_stolen_card": "La carte a été déclarée perdue ou volée.",
    "expired_or_canceled_card": "La carte a expiré ou a été annulée.",
    "charge_for_pending_refund_disputed": "Le titulaire de la carte a contesté ce paiement auprès de sa banque.",
    "insufficient_funds": "Le solde du compte Stripe ne suffit pas.",
    "declined": "La banque a refusé l’opération.",
    "merchant_request": "Le remboursement a été annulé chez Stripe.",
}


def seen(thing: object) -> Seen:
    """Read a refund. Raises Unreadable."""
    return _convert(thing, Seen)


def told(thing: object) -> Told:
    """Read an event. Raises Unreadable."""
    return _convert(thing, Told)


def notice(event: Told) -> Notice | None:
    """Return what an event says that concerns refunds; None for what does not. Raises Unreadable."""
    if event.type in REFUND_EVENTS:
        return _of_refund(event)
    if event.type in DISPUTE_EVENTS:
        return _of_dispute(event)
    return None


def why_failed(refund: Seen) -> str:
    return REASONS.get(refund.failure_reason or "", "Stripe n’a pas pu verser cette somme.")


def at(second: int) -> dt.datetime:
    """Raises Unreadable."""
    try:
        return dt.datetime.fromtimestamp(second, dt.UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unreadable(str(second)) from error


def _of_refund(event: Told) -> Notice:
    refund = seen(event.data.object)
    outcome = refund.outcome
    if outcome is Outcome.DECLINED:
        # A card's refund that fails had nearly always left first: it succeeds at once, and comes back days later.
        was_pending = (event.data.previous_attributes or {}).get("status") in {"pending", "requires_action"}
        outcome = Outcome.DECLINED if was_pending else Outcome.REVERSED
    return Notice(
        kind=NoticeKind.REFUND,
        event_id=event.id,
        at=at(event.created),
        amount=refund.money,
        payment_ref=refund.payment_intent or refund.charge or "",
        key=refund.key,
        ref=refund.id,
        outcome=outcome,
        reason=why_failed(refund) if outcome in {Outcome.DECLINED, Outcome.REVERSED} else "",
    )


def _of_dispute(event: Told) -> Notice | None:
    dispute = _convert(event.data.object, Dispute)
    match event.type, dispute.status:
        case "charge.dispute.created", _:
            kind = NoticeKind.CHARGEBACK_OPENED
        case "charge.dispute.closed", "won":
            kind = NoticeKind.CHARGEBACK_WON
        case "charge.dispute.closed", "lost":
            kind = NoticeKind.CHARGEBACK_LOST
        case _:
            return None  # an early warning that was closed: no money moved
    try:
        amount = from_stripe(dispute.amount, dispute.currency)
    except (NotWritable, UnknownCurrency) as error:
        raise Unreadable(str(error)) from error
    return Notice(
        kind=kind,
        event_id=event.id,
        at=at(event.created),
        amount=amount,
        payment_ref=dispute.payment_intent or dispute.charge or "",
        ref=dispute.id,
        reason=dispute.reason,
    )


def _convert(thing: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(thing, kind)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from error
