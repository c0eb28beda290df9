"""What a view of the desk shows: one queue, and what is asked of its claims. The same words in an address and in a row.

An address is typed, kept in bookmarks and sent to colleagues: what it says wrong is taken as not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct, structs

from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money
from recours.rules.refusals import Refusal

MOST_HOURS = 24 * 366
HELD_BY = "held_by"
"""The parameter that names an agent, or a word of `Holder`."""
Word = TypeVar("Word", bound=StrEnum)


class Queue(StrEnum):
    """What the desk has to look at, in the order of its tabs; their values are in the address."""

    TO_RULE = "to_rule"
    LATE = "late"
    DUE_SOON = "due_soon"
    UNASSIGNED = "unassigned"
    MINE = "mine"
    APPEALS = "appeals"
    WITH_SELLER = "with_seller"
    WITH_PARCEL = "with_parcel"
    LATE_REFUNDS = "late_refunds"
    STUCK_REFUNDS = "stuck_refunds"
    MISSING_REFUNDS = "missing_refunds"
    LOST_MAILS = "lost_mails"


DUE_SOON_HOURS = 4
"""What `Queue.DUE_SOON` calls soon."""


class Holder(StrEnum):
    """Who follows a claim, where no agent is named."""

    ME = "me"
    NOBODY = "nobody"


class Language(StrEnum):
    """The language a buyer is written to in."""

    FR = "fr"
    EN = "en"

    @classmethod
    def of(cls, code: str | None) -> Language:
        """Return what an account says; French for who has none, or says another that no mail is written in."""
        return next((each for each in cls if each.value == code), cls.FR)


class Filters(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One view. Amounts are inclusive, in the marketplace's currency; of `held_by` and `agent` at most one is given.

    `within_hours`: the deadline falls in so many hours at most.
    """

    queue: Queue = Queue.TO_RULE
    ground: Ground | None = None
    language: Language | None = None
    shop: UUID | None = None
    held_by: Holder | None = None
    agent: UUID | None = None
    least: Money | None = None
    most: Money | None = None
    within_hours: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked of the claims besides their queue."""
        return self != Filters(queue=self.queue)


def read(address: Mapping[str, Any], currency: str) -> Filters:
    """Return the view that an address names."""
    return Filters(
        queue=_word(Queue, address.get("queue")) or Queue.TO_RULE,
        ground=_word(Ground, address.get("ground")),
        language=_word(Language, address.get("language")),
        shop=_key(address.get("shop")),
        held_by=_word(Holder, address.get(HELD_BY)),
        agent=_key(address.get(HELD_BY)),
        least=_amount(address.get("least"), currency),
        most=_amount(address.get("most"), currency),
        within_hours=_hours(address.get("within_hours")),
    )


def address_of(filters: Filters) -> dict[str, str]:
    """Return the parameters of an address that `read` understands; only those that say something."""
    said = structs.asdict(filters)
    said[HELD_BY] = said.pop("agent") or said[HELD_BY]
    return {name: _text(value) for name, value in said.items() if value is not None}


def _text(value: object) -> str:
    return f"{value.to_decimal():f}" if isinstance(value, Money) else str(value)


def _word(words: type[Word], given: object) -> Word | None:
    try:
        return words(str(given))
    except ValueError:
        return None


def _key(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _amount(given: object, currency: str) -> Money | None:
    try:
        return Money.parse(str(given or ""), currency)
    except Refusal:
        return None


def _hours(given: object) -> int | None:
    text = str(given or "")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        return None
    return min(int(text), MOST_HOURS) or None
