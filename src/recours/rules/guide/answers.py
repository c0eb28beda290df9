"""What the guide asks, one question a page, and what it holds of the answers."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from recours.rules.letters.checks import MAX_AMOUNT_MINOR, MAX_STORY
from recours.rules.letters.model import Tried
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money
from recours.rules.refusals import Refusal

MAX_LINE = 200
"""Characters of an order number, a product or a shop. Ours."""
OLDEST_YEARS = 25
"""A day before this was mistyped: no term that the guide counts is longer. Ours; the longest is twenty years."""
LATEST_YEARS = 2
"""A delivery promised for later than this was mistyped. Ours."""


class Trouble(StrEnum):
    """What happened. Most are grounds; the others are where a claim has gone wrong already, or is none."""

    LOST = "lost"
    LATE = "late"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    CHANGE_OF_MIND = "change_of_mind"
    REFUND_LATE = "refund_late"
    CHARGED_TWICE = "charged_twice"
    OVERCHARGE = "overcharge"
    UNAUTHORISED_CHARGE = "unauthorised_charge"
    TECHNICAL_FAULT = "technical_fault"
    FRAUD = "fraud"

    @property
    def ground(self) -> Ground | None:
        """The ground that policy and law know it by; None where there is nothing to claim from a seller."""
        if self is Trouble.CHARGED_TWICE:
            return Ground.PAYMENT_ERROR
        if self in (Trouble.REFUND_LATE, Trouble.FRAUD):
            return None
        return Ground(self.value)

    @property
    def is_payment(self) -> bool:
        """It is for the bank too, and first."""
        return self in PAYMENTS

    @property
    def is_faulty(self) -> bool:
        """Goods in hand that are not what was sold."""
        return self in FAULTY


PAYMENTS = frozenset({Trouble.CHARGED_TWICE, Trouble.OVERCHARGE, Trouble.UNAUTHORISED_CHARGE, Trouble.FRAUD})
FAULTY = frozenset({Trouble.DAMAGED, Trouble.DEFECTIVE, Trouble.NOT_AS_DESCRIBED, Trouble.WRONG_ITEM})


class Wanted(StrEnum):
    """What the person asks for."""

    REFUND = "refund"
    PART_REFUND = "part_refund"
    REPLACEMENT = "replacement"
    DELIVERY = "delivery"


class SellerIn(StrEnum):
    """Where the seller is established, which says who helps next."""

    SAME_COUNTRY = "same_country"
    UNION = "union"
    OUTSIDE = "outside"


class Question(StrEnum):
    """A page of the guide, in the order in which they are asked."""

    TROUBLE = "trouble"
    DAYS = "days"
    PURCHASE = "purchase"
    TRIED = "tried"
    WANTED = "wanted"
    STORY = "story"


class Answers(Struct, frozen=True, kw_only=True):
    """All that the person said; what is not known is left out.

    `paid_on` is the day of the debit, or of the fault while buying. `claimed_on` is the day of the withdrawal or of the
    termination that a late refund follows, and `refund_of` which of the two. `complained_on` is the first written
    complaint, where there was one. `is_informed` is false for who was never told of the right to withdraw.
    `seller_in` is None for who does not know.
    """

    trouble: Trouble | None = None
    ordered_on: date | None = None
    promised_on: date | None = None
    delivered_on: date | None = None
    claimed_on: date | None = None
    sent_back_on: date | None = None
    paid_on: date | None = None
    refund_of: Literal["withdrawal", "termination"] = "withdrawal"
    is_informed: bool = True
    is_outside_eea: bool = False
    seller_in: SellerIn | None = None
    order_number: str = ""
    product: str = ""
    shop: str = ""
    amount: Money | None = None
    tried: tuple[Tried, ...] = ()
    wanted: Wanted | None = None
    story: str = ""

    @property
    def complained_on(self) -> date | None:
        """The day of the first written complaint: the help centre is read, the others are written to."""
        written = [each.on for each in self.tried if each.step.value != "help_centre"]
        return min(written, default=None)


class GuideDayNotCome(Refusal, ValueError):
    """A day is said to have happened that has not come."""


class GuideDayTooOld(Refusal, ValueError):
    """A day lies so far back that its year was mistyped."""


class GuideDayTooFar(Refusal, ValueError):
    """A delivery is promised for so late that its year was mistyped."""


class GuideDayBeforeOrder(Refusal, ValueError):
    """Something is said to have happened before the order."""


class GuideSentBackTooEarly(Refusal, ValueError):
    """The article is said to have been sent back before it came."""


class GuideAnswerMissing(Refusal, ValueError):
    """The question was left without an answer."""


class GuideDayMissing(Refusal, ValueError):
    """A day is missing without which nothing can be counted."""


class GuideOrderNumberMissing(Refusal, ValueError):
    """No seller finds a purchase without the order's number."""


class GuideAmountMissing(Refusal, ValueError):
    """The sum is missing without which nothing can be asked for."""


class GuideStoryMissing(Refusal, ValueError):
    """A seller is told what is wrong with an article."""


class GuideAmountZero(Refusal, ValueError):
    """The amount is nothing."""


class GuideAmountTooLarge(Refusal, ValueError):
    """The amount is larger than any order."""


class GuideTextTooLong(Refusal, ValueError):
    """An answer is longer than what can be made of it."""


DAYS: dict[Trouble, tuple[str, ...]] = {
    Trouble.LOST: ("ordered_on", "promised_on"),
    Trouble.LATE: ("ordered_on", "promised_on", "delivered_on"),
    **dict.fromkeys(FAULTY, ("ordered_on", "delivered_on")),
    Trouble.CHANGE_OF_MIND: ("ordered_on", "delivered_on"),
    Trouble.REFUND_LATE: ("ordered_on", "delivered_on", "claimed_on", "sent_back_on"),
    **dict.fromkeys(PAYMENTS, ("paid_on",)),
    Trouble.TECHNICAL_FAULT: ("paid_on",),
}
"""Which days matter, in the order in which they happen."""
_MAY_BE_UNKNOWN = {
    Trouble.LOST: {"promised_on"},
    Trouble.LATE: {"promised_on"},
    Trouble.CHANGE_OF_MIND: {"delivered_on"},
    Trouble.REFUND_LATE: {"delivered_on", "sent_back_on"},
}
_REMEDIES: dict[Trouble, tuple[Wanted, ...]] = {
    Trouble.LOST: (Wanted.REFUND, Wanted.DELIVERY),
    Trouble.LATE: (Wanted.REFUND, Wanted.PART_REFUND),
    **dict.fromkeys(FAULTY, (Wanted.REFUND, Wanted.REPLACEMENT, Wanted.PART_REFUND)),
}


def questions(answers: Answers) -> tuple[Question, ...]:
    """Return the questions that the answers so far lead to. Nothing is asked where only one answer is possible."""
    if answers.trouble is None:
        return tuple(Question)
    asked = {
        Question.WANTED: len(remedies(answers.trouble)) > 1,
        Question.TRIED: answers.trouble is not Trouble.FRAUD,
    }
    return tuple(question for question in Question if asked.get(question, True))


def days_asked(trouble: Trouble) -> tuple[tuple[str, bool], ...]:
    """Return the days that matter, by the names of their fields, and whether nothing can be counted without."""
    unknown = _MAY_BE_UNKNOWN.get(trouble, set())
    return tuple((name, name not in unknown) for name in DAYS[trouble])


def remedies(trouble: Trouble) -> tuple[Wanted, ...]:
    """Return what can be asked for; a refund wherever nothing else makes sense."""
    return _REMEDIES.get(trouble, (Wanted.REFUND,))


def read_amount(text: str, currency: str) -> Money:
    """Return a sum as it was typed. Raises GuideAmountZero, GuideAmountTooLarge and the refusals of `Money.parse`."""
    amount = Money.parse(text, currency)
    _check_amount(amount)
    return amount


def check(answers: Answers, today: date) -> None:
    """Refuse what cannot be, whatever is still missing: `field` of the refusal says where it is mended.

    Raises GuideDayNotCome, GuideDayTooOld, GuideDayTooFar, GuideDayBeforeOrder, GuideSentBackTooEarly, GuideAmountZero,
    GuideAmountTooLarge, GuideTextTooLong.
    """
    happened = ("ordered_on", "delivered_on", "claimed_on", "sent_back_on", "paid_on")
    told = [(name, on) for name in (*happened, "promised_on") if (on := getattr(answers, name)) is not None]
    told += [(f"tried.{each.step.value}", each.on) for each in answers.tried]
    for name, on in told:
        if on > today and name != "promised_on":
            raise GuideDayNotCome(field=name, on=on)
        if on.year > today.year + LATEST_YEARS:
            raise GuideDayTooFar(field=name, on=on)
        if on.year < today.year - OLDEST_YEARS:
            raise GuideDayTooOld(field=name, on=on)
        if answers.ordered_on is not None and on < answers.ordered_on:
            raise GuideDayBeforeOrder(field=name, on=on, ordered_on=answers.ordered_on)
    if answers.sent_back_on and answers.delivered_on and answers.sent_back_on < answers.delivered_on:
        raise GuideSentBackTooEarly(
            field="sent_back_on", on=answers.sent_back_on, delivered_on=answers.delivered_on
        )
    if answers.amount is not None:
        _check_amount(answers.amount)
    _check_lengths(answers)


def check_answered(question: Question, answers: Answers) -> None:
    """Refuse a page that was left without what the next ones need; the others may be skipped.

    Raises GuideAnswerMissing, GuideDayMissing, GuideOrderNumberMissing, GuideAmountMissing, GuideStoryMissing.
    """
    trouble = answers.trouble
    if trouble is None:
        if question is Question.TROUBLE:
            raise GuideAnswerMissing(field="trouble")
        return
    match question:
        case Question.DAYS:
            for name, is_needed in days_asked(trouble):
                if is_needed and getattr(answers, name) is None:
                    raise GuideDayMissing(field=name)
        case Question.PURCHASE:
            if needs_order_number(trouble) and not answers.order_number.strip():
                raise GuideOrderNumberMissing(field="order_number")
            if needs_amount(trouble) and answers.amount is None:
                raise GuideAmountMissing(field="amount")
        case Question.WANTED:
            if answers.wanted not in remedies(trouble):
                raise GuideAnswerMissing(field="wanted")
        case Question.STORY:
            if trouble.is_faulty and not answers.story.strip():
                raise GuideStoryMissing(field="story")


def needs_order_number(trouble: Trouble) -> bool:
    """Whether there is an order that somebody is to find: a charge that its payer did not make has none."""
    return trouble not in {Trouble.UNAUTHORISED_CHARGE, Trouble.FRAUD, Trouble.TECHNICAL_FAULT}


def needs_amount(trouble: Trouble) -> bool:
    """Whether there is nothing to ask for without a sum."""
    return trouble.is_payment or trouble is Trouble.REFUND_LATE


def _check_amount(amount: Money) -> None:
    if not amount.is_positive:
        raise GuideAmountZero(field="amount")
    if amount.minor > MAX_AMOUNT_MINOR:
        raise GuideAmountTooLarge(field="amount", amount=amount)


def _check_lengths(answers: Answers) -> None:
    lines = {name: getattr(answers, name) for name in ("order_number", "product", "shop")}
    lines |= {f"tried.{each.step.value}": each.text for each in answers.tried}
    for name, text in lines.items():
        if len(text) > MAX_LINE:
            raise GuideTextTooLong(field=name, count=len(text), most=MAX_LINE)
    if len(answers.story) > MAX_STORY:
        raise GuideTextTooLong(field="story", count=len(answers.story), most=MAX_STORY)
