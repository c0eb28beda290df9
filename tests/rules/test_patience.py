"""When a provider that keeps failing is left alone, and when one call may try whether it is back."""

from __future__ import annotations

import datetime as dt

import pytest

from recours.rules.patience import Asking, Failing, asking, paused_until

NOON = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


def failing(failures: int = 5, minutes: float = 1, tried: float | None = None) -> Failing:
    tried_at = None if tried is None else NOON + tried * MINUTE
    return Failing(failures=failures, since=NOON, last_at=NOON + minutes * MINUTE, tried_at=tried_at)


def test_provider_that_answered_last_is_asked_as_usual() -> None:
    assert asking(None, NOON) is Asking.AS_USUAL


@pytest.mark.parametrize("weather", [failing(failures=4, minutes=60), failing(failures=500, minutes=0.9)])
def test_few_failures_or_many_at_once_are_the_weather(weather: Failing) -> None:
    assert asking(weather, weather.last_at) is Asking.AS_USUAL


@pytest.mark.parametrize(("minutes", "pause"), [(1, 1), (2, 1), (4, 2), (10, 5), (30, 15), (600, 15)])
def test_pause_is_half_of_how_long_it_failed_within_bounds(minutes: float, pause: float) -> None:
    assert paused_until(failing(minutes=minutes)) == NOON + (minutes + pause) * MINUTE


def test_pause_ends_at_its_instant() -> None:
    until = NOON + 2 * MINUTE

    assert asking(failing(), until - SECOND) is Asking.NOT_NOW
    assert asking(failing(), until) is Asking.TO_TRY


def test_try_under_way_begins_a_pause() -> None:
    tried = failing(tried=2)

    assert asking(tried, NOON + 2 * MINUTE) is Asking.NOT_NOW
    assert asking(tried, NOON + 3 * MINUTE) is Asking.TO_TRY
