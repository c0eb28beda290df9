"""What a story must hold before a letter can be made of it: refused by name, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from recours.rules.letters.model import Kind, Story
from recours.rules.money import Money
from recours.rules.refusals import Refusal

MAX_STORY = 6_000
"""Characters of the account, two pages. Ours."""
MAX_AMOUNT_MINOR = 10_000_000
"""100 000,00: beyond it, a comma went astray more often than a parcel is worth that. Ours."""

NEEDED: dict[Kind, tuple[str, ...]] = {
    Kind.COMPLAINT: ("order_number", "product", "story"),
    Kind.DELIVER: ("order_number", "product", "ordered_on"),
    Kind.WITHDRAWAL: ("order_number", "product", "ordered_on"),
    Kind.CONFORMITY: ("order_number", "product", "delivered_on", "story"),
    Kind.REFUND_OVERDUE: ("order_number", "product", "amount", "claimed_on"),
    Kind.BANK: ("amount", "paid_on"),
    Kind.MEDIATOR: ("order_number", "product", "marketplace", "complained_on", "story"),
}
_PAST = ("ordered_on", "delivered_on", "sent_back_on", "claimed_on", "complained_on", "paid_on")
_AFTER_ORDER = ("promised_on", "delivered_on", "sent_back_on", "claimed_on", "complained_on")


class LetterNeeds(Refusal, ValueError):
    """A letter of this kind cannot be written without this."""


class LetterDateInFuture(Refusal, ValueError):
    """Something is said to have happened after the day of the letter."""


class LetterDateBeforeOrder(Refusal, ValueError):
    """Something is said to have happened before the order."""


class LetterAmountZero(Refusal, ValueError):
    """Nothing is asked for."""


class LetterAmountTooLarge(Refusal, ValueError):
    """The amount is larger than any order."""


class LetterStoryTooLong(Refusal, ValueError):
    """The account is longer than a letter can hold."""


class LetterTermOutOfRange(Refusal, ValueError):
    """The time given is not between one day and ninety."""


def check(story: Story) -> Money | None:
    """Return the amount, None where none was said. Raises the refusals above, and those of `Money.parse`."""
    for field in ("place", *NEEDED[story.kind]):
        value = getattr(story, field)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise LetterNeeds(field=field)
    if len(story.story) > MAX_STORY:
        raise LetterStoryTooLong(count=len(story.story), most=MAX_STORY)
    if story.refund_of not in ("withdrawal", "termination"):
        raise LetterNeeds(field="refund_of")
    if story.term_days is not None and not 1 <= story.term_days <= 90:
        raise LetterTermOutOfRange(days=story.term_days)
    _check_dates(story)
    if not story.amount.strip():
        return None
    amount = Money.parse(story.amount, story.currency)
    if amount.is_zero:
        raise LetterAmountZero()
    if amount.minor > MAX_AMOUNT_MINOR:
        raise LetterAmountTooLarge(amount=amount)
    return amount


def _check_dates(story: Story) -> None:
    told: Sequence[tuple[str, date]] = [
        *((name, on) for name in _PAST if (on := getattr(story, name)) is not None),
        *((f"facts[{n}].on", fact.on) for n, fact in enumerate(story.facts)),
        *((f"tried[{n}].on", tried.on) for n, tried in enumerate(story.tried)),
    ]
    for field, on in told:
        if on > story.written_on:
            raise LetterDateInFuture(field=field, on=on)
    for field in _AFTER_ORDER:
        on = getattr(story, field)
        if story.ordered_on is not None and on is not None and on < story.ordered_on:
            raise LetterDateBeforeOrder(field=field, on=on, ordered_on=story.ordered_on)
