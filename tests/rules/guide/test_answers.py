from datetime import date
from typing import Any

import pytest

from recours.rules.guide import (
    Answers,
    Question,
    Trouble,
    Wanted,
    check,
    check_answered,
    days_asked,
    questions,
    read_amount,
    remedies,
)
from recours.rules.guide.answers import (
    GuideAmountMissing,
    GuideAmountTooLarge,
    GuideAmountZero,
    GuideAnswerMissing,
    GuideDayBeforeOrder,
    GuideDayMissing,
    GuideDayNotCome,
    GuideDayTooFar,
    GuideDayTooOld,
    GuideOrderNumberMissing,
    GuideSentBackTooEarly,
    GuideStoryMissing,
    GuideTextTooLong,
)
from recours.rules.letters import Step, Tried
from recours.rules.money import BadAmount, Money, NegativeAmount
from recours.rules.refusals import Refusal
from recours.rules.wording import LANGUAGES

pytestmark = pytest.mark.rules

TODAY = date(2026, 11, 20)


def test_every_trouble_has_its_days_and_its_remedies() -> None:
    for trouble in Trouble:
        assert any(is_needed for _, is_needed in days_asked(trouble)), trouble
        assert remedies(trouble), trouble


def test_what_is_wanted_is_not_asked_where_only_money_can_be() -> None:
    assert Question.WANTED in questions(Answers(trouble=Trouble.DAMAGED))
    assert Question.WANTED not in questions(Answers(trouble=Trouble.REFUND_LATE))
    assert remedies(Trouble.REFUND_LATE) == (Wanted.REFUND,)


def test_a_swindle_has_no_ladder_to_climb() -> None:
    assert Question.TRIED not in questions(Answers(trouble=Trouble.FRAUD))
    assert Trouble.FRAUD.ground is None


def test_the_first_written_complaint_is_not_the_help_centre() -> None:
    answers = Answers(
        tried=(
            Tried(on=date(2026, 11, 1), step=Step.HELP_CENTRE),
            Tried(on=date(2026, 11, 9), step=Step.DISPUTE),
            Tried(on=date(2026, 11, 3), step=Step.SELLER),
        )
    )

    assert answers.complained_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("said", "refused", "field"),
    [
        ({"delivered_on": date(2026, 11, 21)}, GuideDayNotCome, "delivered_on"),
        ({"ordered_on": date(1926, 11, 1)}, GuideDayTooOld, "ordered_on"),
        (
            {"ordered_on": date(2026, 11, 2), "delivered_on": date(2026, 11, 1)},
            GuideDayBeforeOrder,
            "delivered_on",
        ),
        (
            {"ordered_on": date(2026, 11, 2), "promised_on": date(2026, 11, 1)},
            GuideDayBeforeOrder,
            "promised_on",
        ),
        ({"promised_on": date(3026, 11, 1)}, GuideDayTooFar, "promised_on"),
        (
            {"delivered_on": date(2026, 11, 9), "sent_back_on": date(2026, 11, 8)},
            GuideSentBackTooEarly,
            "sent_back_on",
        ),
        ({"tried": (Tried(on=date(2026, 11, 21), step=Step.SELLER),)}, GuideDayNotCome, "tried.seller"),
        ({"amount": Money(0, "EUR")}, GuideAmountZero, "amount"),
        ({"amount": Money(100_000_000, "EUR")}, GuideAmountTooLarge, "amount"),
        ({"story": "a" * 20_000}, GuideTextTooLong, "story"),
        ({"product": "a" * 201}, GuideTextTooLong, "product"),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_mended(
    said: dict[str, Any], refused: type[Refusal], field: str
) -> None:
    with pytest.raises(refused) as caught:
        check(Answers(trouble=Trouble.DAMAGED, **said), TODAY)

    assert caught.value.params["field"] == field
    for lang in LANGUAGES:
        assert caught.value.explain(lang)
        assert caught.value.remedy(lang)


def test_today_and_a_promise_to_come_are_accepted() -> None:
    check(
        Answers(
            trouble=Trouble.LOST, ordered_on=TODAY, promised_on=date(2026, 12, 24), amount=Money(1, "EUR")
        ),
        TODAY,
    )


@pytest.mark.parametrize(
    ("question", "trouble", "said", "refused"),
    [
        (Question.TROUBLE, None, {}, GuideAnswerMissing),
        (Question.DAYS, Trouble.DAMAGED, {"ordered_on": TODAY}, GuideDayMissing),
        (Question.PURCHASE, Trouble.LOST, {"product": "Lampe"}, GuideOrderNumberMissing),
        (Question.PURCHASE, Trouble.LOST, {"order_number": "  "}, GuideOrderNumberMissing),
        (Question.PURCHASE, Trouble.CHARGED_TWICE, {"order_number": "1"}, GuideAmountMissing),
        (Question.WANTED, Trouble.LOST, {}, GuideAnswerMissing),
        (Question.WANTED, Trouble.LOST, {"wanted": Wanted.REPLACEMENT}, GuideAnswerMissing),
        (Question.STORY, Trouble.DEFECTIVE, {"story": " "}, GuideStoryMissing),
    ],
)
def test_a_page_left_without_what_it_needs_is_refused_by_name(
    question: Question, trouble: Trouble | None, said: dict[str, Any], refused: type[Refusal]
) -> None:
    with pytest.raises(refused) as caught:
        check_answered(question, Answers(trouble=trouble, **said))

    for lang in LANGUAGES:
        assert caught.value.explain(lang)
        assert caught.value.remedy(lang)


@pytest.mark.parametrize("question", Question)
def test_a_half_filled_form_can_be_checked(question: Question) -> None:
    check(Answers(), TODAY)

    if question is not Question.TROUBLE:
        check_answered(question, Answers())


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("0", GuideAmountZero),
        ("1 000 000", GuideAmountTooLarge),
        ("-5", NegativeAmount),
        ("beaucoup", BadAmount),
        ("", BadAmount),
    ],
)
def test_an_amount_that_is_none_is_refused(text: str, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        read_amount(text, "EUR")


def test_an_amount_is_read_as_people_write_it() -> None:
    assert read_amount("89,90 €", "EUR") == Money(8990, "EUR")
