"""A shop's holiday: what may be announced, when it is shown, in whose words."""

import datetime as dt

import pytest
from msgspec.structs import replace

from recours.rules import holidays
from recours.rules.holidays import Holiday, checked_holiday

TODAY = dt.date(2026, 12, 1)
AWAY = Holiday(
    first_on=dt.date(2026, 12, 10), last_on=dt.date(2026, 12, 20), fr=" Paul répond. ", zh="由小李回复。"
)


def test_holiday_is_kept_trimmed() -> None:
    assert checked_holiday(AWAY, TODAY) == replace(AWAY, fr="Paul répond.")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"last_on": dt.date(2026, 12, 9)}, holidays.HolidayBackwards),
        ({"first_on": dt.date(2026, 11, 1), "last_on": dt.date(2026, 11, 30)}, holidays.HolidayOver),
        ({"last_on": dt.date(2027, 2, 8)}, holidays.HolidayTooLong),
        ({"fr": " ", "zh": "\n"}, holidays.HolidayWithoutWords),
    ],
)
def test_holiday_that_makes_no_sense_is_refused(changed: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked_holiday(replace(AWAY, **changed), TODAY)


def test_holiday_of_sixty_days_is_the_longest() -> None:
    longest = replace(AWAY, last_on=AWAY.first_on + dt.timedelta(days=59))

    assert checked_holiday(longest, TODAY).last_on == dt.date(2027, 2, 7)


@pytest.mark.parametrize(("day", "is_shown"), [(2, False), (3, True), (10, True), (20, True), (21, False)])
def test_holiday_is_shown_from_a_week_before_to_its_last_day(day: int, is_shown: bool) -> None:
    assert AWAY.is_shown(dt.date(2026, 12, day)) is is_shown


def test_words_are_those_of_the_reader_or_else_the_first_written() -> None:
    assert (AWAY.words("zh"), AWAY.words("en")) == ("由小李回复。", " Paul répond. ")
    assert replace(AWAY, fr="", zh="", en="Ask Li.").words("fr") == "Ask Li."
