"""What an article ends in: a word of its front matter, read here; the faces make a button of it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from recours.rules.conversation import Topic
from recours.rules.lifecycle.vocabulary import COMPLAINTS, Ground


class Kind(StrEnum):
    """Where a reader goes on to."""

    DISPUTE = "dispute"
    PAYMENT = "payment"
    PURCHASE = "purchase"
    MESSAGE = "message"
    BEFORE_PURCHASE = "before_purchase"
    SUPPORT = "support"
    ORDERS = "orders"
    CLAIMS = "claims"
    WHAT_HAPPENED = "what_happened"
    WITHDRAW = "withdraw"


class Action(Struct, frozen=True):
    """A kind, and what it is about: the ground of a dispute, the topic of a message; nothing for the others."""

    kind: Kind
    ground: Ground | None = None
    topic: Topic | None = None

    def __str__(self) -> str:
        about = self.topic or self.ground
        return f"{self.kind}:{about}" if about else str(self.kind)

    @property
    def needs_order(self) -> bool:
        """Whether the reader has to say which order, or which charge, it is about."""
        return self.kind in (Kind.DISPUTE, Kind.PAYMENT, Kind.MESSAGE)


PAYMENT_GROUNDS = (Ground.UNAUTHORISED_CHARGE, Ground.OVERCHARGE, Ground.PAYMENT_ERROR)
GOODS_GROUNDS = tuple(ground for ground in COMPLAINTS if not ground.concerns_marketplace)
TOPICS = (
    Topic.QUESTION,
    *(Topic(ground.value) for ground in (*GOODS_GROUNDS, *PAYMENT_GROUNDS)),
    Topic.WITHDRAWAL,
    Topic.INVOICE,
    Topic.ADDRESS,
)

ACTIONS: dict[str, Action] = {
    str(action): action
    for action in (
        Action(Kind.DISPUTE),
        *(Action(Kind.DISPUTE, ground=ground) for ground in GOODS_GROUNDS),
        *(Action(Kind.PAYMENT, ground=ground) for ground in PAYMENT_GROUNDS),
        Action(Kind.PURCHASE),
        *(Action(Kind.MESSAGE, topic=topic) for topic in TOPICS),
        *(
            Action(kind)
            for kind in (
                Kind.BEFORE_PURCHASE,
                Kind.SUPPORT,
                Kind.ORDERS,
                Kind.CLAIMS,
                Kind.WHAT_HAPPENED,
                Kind.WITHDRAW,
            )
        ),
    )
}
"""Every action there is, by its word."""


def action_of(word: str) -> Action:
    """Return the action of a word. Raises KeyError for none of ours."""
    return ACTIONS[word]
