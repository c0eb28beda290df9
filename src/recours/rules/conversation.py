"""What a conversation is about, who owes an answer and by when, and how much one person may write."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import Ground, Role
from recours.rules.policy import Policy
from recours.rules.refusals import Refusal
from recours.rules.windows import Dated, due_after

_GROUNDS = frozenset(ground.value for ground in Ground)


class Topic(StrEnum):
    """Why somebody writes: one of the grounds, or something that is no complaint."""

    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    LOST = "lost"
    LATE = "late"
    UNAUTHORISED_CHARGE = "unauthorised_charge"
    OVERCHARGE = "overcharge"
    PAYMENT_ERROR = "payment_error"
    TECHNICAL_FAULT = "technical_fault"
    WITHDRAWAL = "withdrawal"
    INVOICE = "invoice"
    ADDRESS = "address"
    QUESTION = "question"
    BEFORE_PURCHASE = "before_purchase"

    @property
    def ground(self) -> Ground | None:
        """The ground of a dispute that would follow; None for what is no complaint."""
        return Ground(self.value) if self.value in _GROUNDS else None


def topic_of(ground: Ground) -> Topic:
    """Return what the messages of a claim are about."""
    return Topic.WITHDRAWAL if ground is Ground.CHANGE_OF_MIND else Topic(ground.value)


class Waiting(StrEnum):
    """Whose answer a conversation waits for."""

    SELLER = "seller"
    PLATFORM = "platform"
    NOBODY = ""


def answer_due(written_at: dt.datetime, policy: Policy) -> Dated:
    """Return by when the seller should have answered a first message, by the line contact.seller_answers."""
    return due_after(
        written_at,
        policy.contact.seller_answers,
        policy.calendar,
        rule="contact.seller_answers",
        source=policy.label,
        event="contact_sent",
    )


def waits_on(present: Waiting, author: Role, *, has_shop: bool) -> Waiting:
    """Return whose answer is awaited after a message. An agent who joins in does not answer for the seller."""
    match author:
        case Role.BUYER:
            return present or (Waiting.SELLER if has_shop else Waiting.PLATFORM)
        case Role.SELLER if present is Waiting.SELLER:
            return Waiting.NOBODY
        case Role.AGENT if present is Waiting.PLATFORM:
            return Waiting.NOBODY
        case _:
            return present


class TooManyMessages(Refusal):
    """More than a person writes: the same limits for everybody, so that nobody is flooded."""


class Limit(Struct, frozen=True):
    """At most `count` messages by one author within `span`."""

    count: int
    span: dt.timedelta


LIMITS = (Limit(20, dt.timedelta(minutes=10)), Limit(200, dt.timedelta(days=1)))
"""What no person has reached who types: a message every half minute, and two hundred a day."""


def check_pace(sent: dict[dt.timedelta, int], limits: tuple[Limit, ...] = LIMITS) -> None:
    """Raise TooManyMessages when an author has sent as much as may be; `sent` counts messages per span."""
    for limit in limits:
        if sent.get(limit.span, 0) >= limit.count:
            minutes = int(limit.span.total_seconds() // 60)
            raise TooManyMessages(count=limit.count, minutes=minutes)
