"""Each kind of letter says what its person said and what the law in the data says, and nothing else."""

import re
from datetime import date
from typing import Any

import pytest
from tests.rules.letters.cases import prepared

from recours.rules.letters import Fact, Kind, Party, Prepared, Step, Tried
from recours.rules.letters.basis import LetterLawUnknown
from recours.rules.letters.checks import (
    LetterAmountTooLarge,
    LetterAmountZero,
    LetterDateBeforeOrder,
    LetterDateInFuture,
    LetterNeeds,
    LetterStoryTooLong,
    LetterTermOutOfRange,
)
from recours.rules.letters.kinds import (
    ConformityOver,
    DeliveryNotLate,
    MediatorTooLate,
    PaymentReportOver,
    RefundNotLate,
    WithdrawalOver,
)
from recours.rules.letters.texts import texts
from recours.rules.money import Money
from recours.rules.refusals import Refusal

pytestmark = pytest.mark.rules


def plain(made: Prepared) -> str:
    letter = made.letter
    said = [letter.subject, letter.opening, *letter.law, letter.demand, letter.follows]
    return " ".join(said).replace("\u00a0", " ").replace("\u202f", " ")


def numbers(made: Prepared) -> set[str]:
    return {match for article in made.articles for match in re.findall(r"[LR]\d{3}-\d+", article)}


@pytest.mark.parametrize(
    ("kind", "articles"),
    [
        (Kind.COMPLAINT, {"L612-1", "L612-2"}),
        (Kind.DELIVER, {"L216-1", "L216-6", "L216-7"}),
        (Kind.CONFORMITY, {"L217-3", "L217-9", "L217-10", "L217-14", "L217-17"}),
        (Kind.REFUND_OVERDUE, {"L221-24", "L242-4"}),
        (Kind.BANK, {"L133-18", "L133-24"}),
        (Kind.MEDIATOR, {"L612-1", "L612-2", "L616-1", "R612-5"}),
    ],
)
def test_a_kind_cites_its_articles_and_prints_them(kind: Kind, articles: set[str]) -> None:
    made = prepared(kind)

    assert numbers(made) == articles
    assert all(article in plain(made) for article in articles)


def test_no_number_of_the_law_is_written_in_the_words() -> None:
    written = str(texts())

    assert re.findall(r"[LR]\.? ?\d{3}|\d+ (?:jours|mois|ans)", written) == []


@pytest.mark.parametrize("kind", Kind)
def test_a_letter_leaves_no_placeholder_and_no_braces(kind: Kind) -> None:
    changed: dict[str, Any] = (
        {"written_on": date(2026, 6, 20), "delivered_on": None} if kind is Kind.WITHDRAWAL else {}
    )

    assert not set("{}") & set(plain(prepared(kind, **changed)))


def test_a_refund_forty_days_late_has_its_surcharge() -> None:
    made = prepared(Kind.REFUND_OVERDUE)

    assert made.meter is not None
    assert (made.meter.days_late, made.meter.surcharge) == (40, Money(1798, "EUR"))
    assert "107,88 €" in plain(made)


def test_a_refund_within_an_unpublished_rate_is_not_priced() -> None:
    made = prepared(
        Kind.REFUND_OVERDUE,
        claimed_on=date(2026, 7, 1),
        sent_back_on=date(2026, 7, 2),
        written_on=date(2026, 7, 20),
    )

    assert "intérêt au taux légal" in made.letter.demand
    assert "0,00" not in plain(made)
    assert "taux du semestre en cours" in plain(made)


def test_a_refund_within_a_published_rate_does_not_speak_of_it() -> None:
    assert "semestre en cours" not in plain(prepared(Kind.REFUND_OVERDUE))


def test_braces_of_a_person_stay_braces() -> None:
    made = prepared(Kind.COMPLAINT, order_number="{amount} {0.__class__}", wanted="{x}")

    assert "{amount} {0.__class__}" in made.letter.subject
    assert made.letter.demand.count("{x}") == 1


def test_facts_are_in_order_of_their_days() -> None:
    made = prepared(Kind.COMPLAINT, facts=(Fact(on=date(2026, 4, 10), text="Colis perdu de vue."),))

    days = [on.replace("\u00a0", " ") for on, _ in made.letter.facts]
    assert days == ["1er avril 2026", "1er avril 2026", "10 avril 2026", "20 avril 2026"]


def test_what_was_not_tried_is_named() -> None:
    assert prepared(Kind.COMPLAINT).untried == (Step.HELP_CENTRE, Step.DISPUTE, Step.SUPPORT)
    assert prepared(Kind.BANK).untried == ()


def test_articles_to_be_checked_are_named() -> None:
    assert any("L216-7" in article for article in prepared(Kind.DELIVER).unverified)
    assert prepared(Kind.BANK).unverified == ()


def test_a_delivery_is_late_the_day_after() -> None:
    with pytest.raises(DeliveryNotLate):
        prepared(Kind.DELIVER, promised_on=date(2026, 6, 20))
    assert prepared(Kind.DELIVER, promised_on=date(2026, 6, 19)).letter.kind is Kind.DELIVER


def test_withdrawal_ends_with_its_last_day() -> None:
    # The fourteenth day after 18 April is Saturday 2 May 2026: it runs to the Monday.
    told = {"delivered_on": date(2026, 4, 18), "ordered_on": date(2026, 4, 1)}

    assert prepared(Kind.WITHDRAWAL, **told, written_on=date(2026, 5, 4)).letter.kind is Kind.WITHDRAWAL
    with pytest.raises(WithdrawalOver):
        prepared(Kind.WITHDRAWAL, **told, written_on=date(2026, 5, 5))


@pytest.mark.parametrize(
    ("kind", "changed", "refusal"),
    [
        (Kind.COMPLAINT, {"order_number": " "}, LetterNeeds),
        (Kind.COMPLAINT, {"delivered_on": date(2026, 6, 21)}, LetterDateInFuture),
        (Kind.COMPLAINT, {"delivered_on": date(2026, 3, 31)}, LetterDateBeforeOrder),
        (Kind.COMPLAINT, {"tried": (Tried(on=date(2027, 1, 1), step=Step.SELLER),)}, LetterDateInFuture),
        (Kind.COMPLAINT, {"amount": "0"}, LetterAmountZero),
        (Kind.COMPLAINT, {"amount": "1000000"}, LetterAmountTooLarge),
        (Kind.COMPLAINT, {"story": "x" * 20_000}, LetterStoryTooLong),
        (Kind.COMPLAINT, {"term_days": 0}, LetterTermOutOfRange),
        (
            Kind.CONFORMITY,
            {"delivered_on": date(2024, 6, 19), "ordered_on": None, "paid_on": None},
            ConformityOver,
        ),
        (Kind.REFUND_OVERDUE, {"written_on": date(2026, 5, 11)}, RefundNotLate),
        (Kind.REFUND_OVERDUE, {"sent_back_on": None}, LetterNeeds),
        (Kind.REFUND_OVERDUE, {"amount": ""}, LetterNeeds),
        (Kind.REFUND_OVERDUE, {"refund_of": "x"}, LetterNeeds),
        (Kind.BANK, {"paid_on": date(2025, 5, 19)}, PaymentReportOver),
        (Kind.BANK, {"is_outside_eea": True}, PaymentReportOver),
        (Kind.MEDIATOR, {"complained_on": None}, LetterNeeds),
        (Kind.MEDIATOR, {"complained_on": date(2025, 6, 19), "ordered_on": None}, MediatorTooLate),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(
    kind: Kind, changed: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        prepared(kind, **changed)

    for lang in ("fr", "en"):
        assert refused.value.explain(lang)
        assert refused.value.remedy(lang)


def test_a_refused_address_refuses_the_letter() -> None:
    with pytest.raises(Refusal):
        prepared(Kind.COMPLAINT, addressee=Party(name="Sans adresse", address=()))


def test_a_letter_of_before_the_law_is_refused() -> None:
    past = dict.fromkeys(("ordered_on", "delivered_on", "paid_on"), date(2015, 1, 1))

    with pytest.raises(LetterLawUnknown):
        prepared(Kind.COMPLAINT, **past, tried=(), written_on=date(2015, 1, 2))


def test_the_function_of_withdrawal_is_cited_from_its_first_day() -> None:
    told = {"ordered_on": date(2026, 6, 1), "delivered_on": date(2026, 6, 10), "paid_on": None}

    assert "L221-21" not in plain(prepared(Kind.WITHDRAWAL, **told, written_on=date(2026, 6, 18)))
    assert "L221-21" in plain(prepared(Kind.WITHDRAWAL, **told, written_on=date(2026, 6, 19)))
