"""A letter's days: what may follow what, and which terms they start."""

import datetime as dt

import pytest

from recours.rules import posting as p
from recours.rules.calendars import Calendar
from recours.rules.law import law_of
from recours.rules.letters import Kind
from recours.rules.posting import Standing, Step

D = dt.date
WRITTEN = D(2026, 10, 1)
TODAY = D(2026, 11, 20)
CALENDAR = Calendar("Europe/Paris", "FR")

IN, PRESENTED, RECEIVED, REFUSED, UNCLAIMED, RETURNED, CANCELLED = Step


def told(*steps: tuple[Step, dt.date]) -> dict[Step, dt.date]:
    days: dict[Step, dt.date] = {}
    for step, on in steps:
        p.check(days, step, on, written_on=WRITTEN, today=TODAY)
        days[step] = on
    return days


def starts(
    kind: Kind, *steps: tuple[Step, dt.date], term_days: int | None = None
) -> list[tuple[object, ...]]:
    law = law_of("FR")
    assert law is not None
    found = p.clocks(kind, told(*steps), law, CALENDAR, term_days=term_days)
    return [(each.what, each.from_step, each.starts_on, each.last_on) for each in found]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), Standing.PREPARED),
        (((IN, D(2026, 10, 2)),), Standing.HANDED_IN),
        (((IN, D(2026, 10, 2)), (PRESENTED, D(2026, 10, 5))), Standing.PRESENTED),
        (((IN, D(2026, 10, 2)), (RECEIVED, D(2026, 10, 5))), Standing.RECEIVED),
        (((IN, D(2026, 10, 2)), (PRESENTED, D(2026, 10, 5)), (REFUSED, D(2026, 10, 5))), Standing.REFUSED),
        (
            (
                (IN, D(2026, 10, 2)),
                (PRESENTED, D(2026, 10, 5)),
                (UNCLAIMED, D(2026, 10, 21)),
                (RETURNED, D(2026, 10, 26)),
            ),
            Standing.RETURNED,
        ),
        (((CANCELLED, D(2026, 10, 1)),), Standing.CANCELLED),
    ],
)
def test_a_letter_stands_at_its_last_step(
    steps: tuple[tuple[Step, dt.date], ...], expected: Standing
) -> None:
    assert p.standing(told(*steps)) is expected


@pytest.mark.parametrize(
    "steps",
    [
        [(PRESENTED, D(2026, 10, 5))],
        [(RECEIVED, D(2026, 10, 5))],
        [(IN, D(2026, 10, 2)), (IN, D(2026, 10, 2))],
        [(IN, D(2026, 10, 2)), (CANCELLED, D(2026, 10, 3))],
        [(CANCELLED, D(2026, 10, 2)), (IN, D(2026, 10, 3))],
        [(IN, D(2026, 10, 2)), (RECEIVED, D(2026, 10, 5)), (REFUSED, D(2026, 10, 5))],
        [(IN, D(2026, 10, 2)), (RECEIVED, D(2026, 10, 5)), (RETURNED, D(2026, 10, 5))],
        [(IN, D(2026, 10, 2)), (REFUSED, D(2026, 10, 5)), (RECEIVED, D(2026, 10, 6))],
        [(IN, D(2026, 10, 2)), (RETURNED, D(2026, 10, 5)), (RECEIVED, D(2026, 10, 5))],
        [
            (IN, D(2026, 10, 2)),
            (RETURNED, D(2026, 10, 5)),
            (REFUSED, D(2026, 10, 5)),
            (UNCLAIMED, D(2026, 10, 5)),
        ],
    ],
)
def test_a_step_that_cannot_follow_is_refused(steps: list[tuple[Step, dt.date]]) -> None:
    with pytest.raises(p.LetterStepNotOpen):
        told(*steps)


def test_a_letter_is_not_posted_before_the_day_it_bears() -> None:
    with pytest.raises(p.LetterStepTooEarly):
        told((IN, WRITTEN - dt.timedelta(days=1)))


def test_a_step_before_the_one_before_is_refused() -> None:
    with pytest.raises(p.LetterStepTooEarly):
        told((IN, D(2026, 10, 2)), (PRESENTED, D(2026, 10, 1)))


def test_a_step_in_the_future_is_refused() -> None:
    with pytest.raises(p.LetterStepInFuture):
        told((IN, TODAY + dt.timedelta(days=1)))


def test_a_year_mistyped_is_refused_and_sixty_days_are_not() -> None:
    told((IN, D(2026, 9, 21) + dt.timedelta(days=10)), (RETURNED, TODAY))

    with pytest.raises(p.LetterStepTooLate):
        p.check({IN: D(2025, 10, 2)}, PRESENTED, D(2026, 10, 2), written_on=D(2025, 10, 1), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("rk 123 456 785 fr", "RK123456785FR"), ("1L 123 456 7890 1", "1L12345678901")],
)
def test_a_registered_number_is_kept_in_capitals(typed: str, kept: str) -> None:
    assert p.registered_number(typed) == kept


@pytest.mark.parametrize("typed", ["RK123456784FR", "RK12345678FR", "1L123", "bonjour", "RK123456785FR" * 9])
def test_a_registered_number_miscopied_is_refused(typed: str) -> None:
    with pytest.raises(p.RegisteredNumberWrong):
        p.registered_number(typed)


@pytest.mark.parametrize("outcome", [RECEIVED, REFUSED, UNCLAIMED])
def test_a_formal_notice_counts_from_its_presentation_whatever_became_of_it(outcome: Step) -> None:
    steps = ((IN, D(2026, 10, 2)), (PRESENTED, D(2026, 10, 5)), (outcome, D(2026, 10, 20)))

    assert ("term", PRESENTED, D(2026, 10, 5), D(2026, 10, 20)) in starts(Kind.DELIVER, *steps, term_days=15)


@pytest.mark.parametrize("outcome", [RECEIVED, REFUSED, UNCLAIMED])
def test_without_a_presentation_the_day_of_the_outcome_counts(outcome: Step) -> None:
    steps = ((IN, D(2026, 10, 2)), (outcome, D(2026, 10, 6)))

    assert ("term", outcome, D(2026, 10, 6), D(2026, 10, 14)) in starts(Kind.CONFORMITY, *steps, term_days=8)


def test_a_letter_that_came_back_without_a_word_starts_no_term() -> None:
    steps = ((IN, D(2026, 10, 2)), (RETURNED, D(2026, 10, 20)))

    assert [each[0] for each in starts(Kind.DELIVER, *steps)] == ["mediator"]


def test_a_withdrawal_is_made_when_it_is_sent_and_paid_back_from_when_it_is_told() -> None:
    """14 days from Monday 5 October end on the 19th."""
    steps = ((IN, D(2026, 10, 2)), (PRESENTED, D(2026, 10, 5)))

    assert starts(Kind.WITHDRAWAL, *steps) == [
        ("withdrawal_sent", IN, D(2026, 10, 2), None),
        ("refund", PRESENTED, D(2026, 10, 5), D(2026, 10, 19)),
    ]


def test_a_complaint_opens_the_year_of_the_mediator_the_day_it_is_sent() -> None:
    assert starts(Kind.COMPLAINT, (IN, D(2026, 10, 2)))[0] == ("mediator", IN, D(2026, 10, 2), D(2027, 10, 2))


def test_a_bank_pays_back_from_when_it_is_told() -> None:
    assert starts(Kind.BANK, (IN, D(2026, 10, 2)), (RECEIVED, D(2026, 10, 5))) == [
        ("bank", RECEIVED, D(2026, 10, 5), None)
    ]


def test_a_letter_not_posted_starts_nothing() -> None:
    assert [starts(kind) for kind in Kind] == [[]] * len(Kind)


def test_a_letter_that_came_has_days_in_order() -> None:
    p.came(presented_on=D(2026, 10, 5), received_on=D(2026, 10, 5), today=TODAY)
    p.came(presented_on=None, received_on=TODAY, today=TODAY)

    with pytest.raises(p.ReceivedBeforePresented):
        p.came(presented_on=D(2026, 10, 6), received_on=D(2026, 10, 5), today=TODAY)
    with pytest.raises(p.LetterStepInFuture):
        p.came(presented_on=None, received_on=TODAY + dt.timedelta(days=1), today=TODAY)
    with pytest.raises(p.LetterStepTooLate):
        p.came(presented_on=D(2025, 10, 6), received_on=D(2026, 10, 5), today=TODAY)


ON_ITS_WAY = {IN: D(2026, 10, 2), PRESENTED: D(2026, 10, 5), RECEIVED: D(2026, 10, 8)}


@pytest.mark.parametrize(
    ("step", "on"),
    [
        (IN, D(2026, 10, 1)),
        (IN, D(2026, 10, 5)),
        (PRESENTED, D(2026, 10, 2)),
        (PRESENTED, D(2026, 10, 8)),
        (RECEIVED, TODAY),
        (PRESENTED, None),
        (RECEIVED, None),
    ],
)
def test_a_day_is_corrected_within_those_around_it(step: Step, on: dt.date | None) -> None:
    p.check_correction(ON_ITS_WAY, step, on, written_on=WRITTEN, today=TODAY)


@pytest.mark.parametrize(
    ("step", "on", "refusal"),
    [
        (IN, D(2026, 9, 30), p.LetterStepTooEarly),
        (IN, D(2026, 10, 6), p.LetterStepAfterNext),
        (PRESENTED, D(2026, 10, 1), p.LetterStepTooEarly),
        (PRESENTED, D(2026, 10, 9), p.LetterStepAfterNext),
        (RECEIVED, TODAY + dt.timedelta(days=1), p.LetterStepInFuture),
        (RETURNED, D(2026, 10, 9), p.LetterStepNotTold),
        (IN, None, p.LetterStepKept),
        (CANCELLED, None, p.LetterStepNotTold),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    step: Step, on: dt.date | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        p.check_correction(ON_ITS_WAY, step, on, written_on=WRITTEN, today=TODAY)


def test_what_was_missed_may_be_told_after_what_followed() -> None:
    days = {IN: D(2026, 10, 2), RETURNED: D(2026, 10, 26)}
    assert p.open_steps(days) == (PRESENTED, REFUSED, UNCLAIMED)

    p.check(days, UNCLAIMED, D(2026, 10, 21), written_on=WRITTEN, today=TODAY)
    with pytest.raises(p.LetterStepAfterNext):
        p.check(days, UNCLAIMED, D(2026, 10, 27), written_on=WRITTEN, today=TODAY)
    assert p.standing(days | {UNCLAIMED: D(2026, 10, 21)}) is Standing.RETURNED


@pytest.mark.parametrize(
    ("days", "after", "expected"),
    [
        ({IN: WRITTEN}, 27, None),
        ({IN: WRITTEN}, 28, WRITTEN),
        ({IN: WRITTEN, PRESENTED: D(2026, 10, 5)}, 28, None),
        ({IN: WRITTEN, PRESENTED: D(2026, 10, 5)}, 32, D(2026, 10, 5)),
        ({IN: WRITTEN, RECEIVED: D(2026, 10, 5)}, 400, None),
        ({}, 400, None),
    ],
)
def test_a_letter_is_quiet_twenty_eight_days_after_its_last_news(
    days: dict[Step, dt.date], after: int, expected: dt.date | None
) -> None:
    assert p.quiet_since(days, today=WRITTEN + dt.timedelta(days=after)) == expected
