"""By when a team means to have taken a claim."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from recours.rules.calendars import Calendar
from recours.rules.casework.hours import Hours, HoursUpsideDown, NeverOpen, target

PARIS = Calendar("Europe/Paris", "FR")
HOURS = Hours()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-11-20T09:00", "2026-11-20T13:00"),
        ("2026-11-20T14:00", "2026-11-20T18:00"),
        ("2026-11-20T14:00:01", "2026-11-23T09:00:01"),  # a Friday: the second that is left is Monday's
        ("2026-11-20T17:00", "2026-11-23T12:00"),
        ("2026-11-20T22:00", "2026-11-23T13:00"),
        ("2026-11-21T03:00", "2026-11-23T13:00"),
        ("2026-11-10T17:00", "2026-11-12T12:00"),  # the 11th is a public holiday
        ("2026-10-23T17:00", "2026-10-26T12:00"),  # the hour changes on the Sunday between
        ("2026-03-27T17:00", "2026-03-30T12:00"),
    ],
)
def test_only_working_minutes_count(since: str, expected: str) -> None:
    assert target(at(since), HOURS, PARIS) == at(expected)


def test_the_team_has_days_of_its_own() -> None:
    hours = Hours(closed_on=(dt.date(2026, 11, 23),))

    assert target(at("2026-11-20T22:00"), hours, PARIS) == at("2026-11-24T13:00")


def test_a_night_of_25_hours_is_as_long_as_it_is() -> None:
    hours = Hours(weekdays=(5, 6), opens=0, closes=24 * 60, take_minutes=49 * 60)

    assert target(at("2026-10-24T00:00"), hours, PARIS) == at("2026-10-26T00:00")


def test_a_team_that_is_hardly_there_has_no_aim() -> None:
    assert (
        target(at("2026-11-20T09:00"), Hours(weekdays=(0,), closes=9 * 60 + 1, take_minutes=60), PARIS)
        is None
    )


def test_hours_make_sense() -> None:
    with pytest.raises(HoursUpsideDown):
        Hours(opens=600, closes=600).checked()
    with pytest.raises(HoursUpsideDown):
        Hours(closes=25 * 60).checked()
    with pytest.raises(NeverOpen):
        Hours(weekdays=()).checked()
    with pytest.raises(NeverOpen):
        Hours(take_minutes=0).checked()
    assert HOURS.checked() == HOURS
