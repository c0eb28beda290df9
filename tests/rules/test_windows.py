"""Windows against an oracle that walks the clock, and against worked cases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recours.rules.windows import (
    Calendar,
    Dated,
    DateOutOfRange,
    Pause,
    Unit,
    UnknownCountry,
    UnknownSubdivision,
    UnknownZone,
    Window,
    due_after,
    earlier_of,
    later_of,
    one_day,
)

PARIS = Calendar("Europe/Paris", "FR")
ZONES = [
    "Europe/Paris",
    "Africa/Cairo",  # midnight skipped in spring
    "Africa/Casablanca",
    "America/Asuncion",  # midnight skipped
    "America/Havana",  # midnight twice
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",  # until 2011 the clock went back across midnight
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # 30 December 2011 never was
    "Pacific/Chatham",
    "Pacific/Kwajalein",  # 21 August 1993 never was
    "UTC",
]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def due(
    start: datetime | date, window: Window, calendar: Calendar = PARIS, pauses: Sequence[Pause] = ()
) -> Dated:
    return due_after(
        start, window, calendar, rule="seller.response", source="test", event="dispute_opened", pauses=pauses
    )


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))


def oracle(start: datetime, count: int, zone: str, *, working: Calendar | None = None) -> datetime:
    """Walk the clock minute by minute: the end of the Nth local day that is seen after the event's."""
    tz = ZoneInfo(zone)
    at = start.replace(second=0, microsecond=0)
    seen = [at.astimezone(tz).date()]
    step = timedelta(minutes=1)
    while True:
        at += step
        today = at.astimezone(tz).date()
        if today > seen[-1]:
            counted = [d for d in seen[1:] if working is None or working.is_working_day(d)]
            # A day that comes back (the clock crossing midnight backwards) is not over yet.
            soon = any((at + step * n).astimezone(tz).date() < today for n in range(1, 70))
            if len(counted) >= count and not soon:
                return at
            if not soon:
                seen.append(today)
        # Far from midnight, stride; the day's last and first two hours are walked.
        local = at.astimezone(tz)
        step = timedelta(minutes=1) if local.hour >= 21 or local.hour < 2 else timedelta(minutes=20)


@settings(max_examples=150, deadline=None)
@given(instants, st.integers(0, 6), st.sampled_from(ZONES))
def test_days_end_where_the_walked_clock_says(start: datetime, count: int, zone: str) -> None:
    assert due(start, Window(count, Unit.DAYS), Calendar(zone, "FR")).due_at == oracle(start, count, zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("around", ["2011-12-30", "1993-08-21", "2023-04-28", "2010-11-07", "2018-10-07"])
def test_days_around_the_strangest_midnights(zone: str, around: str) -> None:
    middle = datetime.fromisoformat(around).replace(tzinfo=UTC)

    for hours in range(-60, 36, 7):
        start = middle + hours * HOUR
        for count in (0, 1, 2):
            found = due(start, Window(count, Unit.DAYS), Calendar(zone, "FR")).due_at
            assert found == oracle(start, count, zone), (start, count)


@settings(max_examples=60, deadline=None)
@given(instants, st.integers(1, 7), st.sampled_from(["Europe/Paris", "Pacific/Apia", "America/Havana"]))
def test_working_days_end_where_the_walked_clock_says(start: datetime, count: int, zone: str) -> None:
    calendar = Calendar(zone, "FR")

    found = due(start, Window(count, Unit.WORKING_DAYS), calendar)

    assert found.due_at == oracle(start, count, zone, working=calendar)
    assert calendar.is_working_day(found.last_on)


@given(instants, st.integers(0, 500), st.sampled_from(ZONES))
def test_hours_are_elapsed_time(start: datetime, count: int, zone: str) -> None:
    assert due(start, Window(count, Unit.HOURS), Calendar(zone, "FR")).due_at == start + count * HOUR


@given(instants, st.integers(0, 60), st.sampled_from([Unit.DAYS, Unit.MONTHS, Unit.WORKING_DAYS]))
def test_a_longer_window_never_ends_earlier(start: datetime, count: int, unit: Unit) -> None:
    assert due(start, Window(count, unit)).due_at <= due(start, Window(count + 1, unit)).due_at


@given(instants, st.integers(1, 50), st.sampled_from(ZONES), st.sampled_from(list(Unit)))
def test_the_last_day_is_still_in_time_and_the_end_is_not(
    start: datetime, count: int, zone: str, unit: Unit
) -> None:
    dated = due(start, Window(count, unit), Calendar(zone, "FR"))

    assert not dated.is_over(dated.due_at - SECOND)
    assert dated.is_over(dated.due_at)
    assert dated.is_over(dated.due_at + SECOND)
    assert dated.trace[0].kind == "start"
    assert dated.trace[-1].kind == "end"
    assert dated.trace[-1].at == dated.due_at
    assert dated.due_at.tzinfo is UTC


@given(instants, st.integers(1, 30), st.integers(0, 20 * 24 * 60))
def test_a_pause_never_shortens_and_never_costs_more_than_a_day(
    start: datetime, count: int, minutes: int
) -> None:
    pause = Pause(start + HOUR, start + HOUR + timedelta(minutes=minutes))
    window = Window(count, Unit.DAYS)

    plain, paused = due(start, window).due_at, due(start, window, pauses=[pause]).due_at

    length = pause.ended_at - pause.started_at
    assert length - HOUR <= paused - plain < length + timedelta(days=1) + HOUR


@given(instants, st.lists(st.tuples(st.integers(-100, 200), st.integers(0, 50)), max_size=5))
def test_hours_stand_still_during_pauses(start: datetime, spans: list[tuple[int, int]]) -> None:
    pauses = [Pause(start + a * HOUR, start + (a + length) * HOUR) for a, length in spans]

    found = due(start, Window(48, Unit.HOURS), pauses=pauses).due_at

    running, at = 0, start
    while running < 48:
        if not any(pause.started_at <= at < pause.ended_at for pause in pauses):
            running += 1
        at += HOUR
    # A pause that starts exactly at the end finds the window closed.
    assert found == at


@pytest.mark.parametrize(
    ("start", "window", "last_on"),
    [
        (paris(2026, 11, 19, 14, 12), Window(5, Unit.DAYS), date(2026, 11, 24)),
        (paris(2026, 11, 19, 0, 0), Window(5, Unit.DAYS), date(2026, 11, 24)),
        (paris(2026, 11, 19, 23, 59), Window(5, Unit.DAYS), date(2026, 11, 24)),
        (paris(2026, 11, 20, 0, 0), Window(5, Unit.DAYS), date(2026, 11, 25)),
        (date(2026, 11, 19), Window(0, Unit.DAYS), date(2026, 11, 19)),
        (date(2026, 1, 31), Window(1, Unit.MONTHS), date(2026, 2, 28)),
        (date(2028, 1, 31), Window(1, Unit.MONTHS), date(2028, 2, 29)),
        (date(2026, 11, 30), Window(13, Unit.MONTHS), date(2027, 12, 30)),
        (date(2026, 12, 31), Window(2, Unit.MONTHS), date(2027, 2, 28)),
        (date(2024, 2, 29), Window(2, Unit.YEARS), date(2026, 2, 28)),
        (date(2026, 11, 2), Window(2, Unit.YEARS), date(2028, 11, 2)),
        # Friday; Saturday and Sunday rest; Wednesday 11 November is a holiday.
        (date(2026, 11, 6), Window(3, Unit.WORKING_DAYS), date(2026, 11, 12)),
        (date(2026, 4, 30), Window(1, Unit.WORKING_DAYS), date(2026, 5, 4)),
        # Saturday 14 November rolls to Monday; Sunday too; Friday stays.
        (date(2026, 10, 31), Window(14, Unit.DAYS, rolls=True), date(2026, 11, 16)),
        (date(2026, 11, 1), Window(14, Unit.DAYS, rolls=True), date(2026, 11, 16)),
        (date(2026, 10, 30), Window(14, Unit.DAYS, rolls=True), date(2026, 11, 13)),
        # Friday 1 May is a holiday: Monday.
        (date(2026, 4, 17), Window(14, Unit.DAYS, rolls=True), date(2026, 5, 4)),
        # 25 and 26 December 2026, a Friday and a Saturday.
        (date(2026, 12, 11), Window(14, Unit.DAYS, rolls=True), date(2026, 12, 28)),
        (date(2026, 10, 31), Window(14, Unit.DAYS), date(2026, 11, 14)),
    ],
)
def test_worked_cases(start: datetime | date, window: Window, last_on: date) -> None:
    dated = due(start, window)

    assert dated.last_on == last_on
    assert dated.due_at == PARIS.day_end(last_on)


def test_holidays_of_a_subdivision_count_there_only() -> None:
    saint_stephen = Window(14, Unit.DAYS, rolls=True)
    moselle = Calendar("Europe/Paris", "FR", "57")

    # 26 December 2028 is a Tuesday.
    assert due(date(2028, 12, 12), saint_stephen).last_on == date(2028, 12, 26)
    assert due(date(2028, 12, 12), saint_stephen, moselle).last_on == date(2028, 12, 27)


def test_a_deadline_in_the_hour_that_summer_time_skips() -> None:
    start = paris(2027, 3, 26, 2, 30)

    assert due(start, Window(48, Unit.HOURS)).due_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert due(start, Window(2, Unit.DAYS)).due_at == datetime(2027, 3, 28, 22, tzinfo=UTC)


def test_hours_from_a_day_count_from_its_end() -> None:
    assert due(date(2026, 11, 2), Window(48, Unit.HOURS)).due_at == paris(2026, 11, 5).astimezone(UTC)


def test_a_day_that_never_was_is_not_counted_and_the_trace_says_so() -> None:
    samoa = Calendar("Pacific/Apia", "WS")
    start = datetime(2011, 12, 28, 12, tzinfo=ZoneInfo("Pacific/Apia"))

    dated = due(start, Window(2, Unit.DAYS), samoa)

    assert dated.last_on == date(2011, 12, 31)
    assert [(step.kind, step.code) for step in dated.trace] == [
        ("start", "instant"),
        ("add", "days"),
        ("skip", "missing_day"),
        ("end", "day"),
    ]
    assert not samoa.exists(date(2011, 12, 30))


def test_pauses_of_day_windows_round_up_to_whole_days() -> None:
    start = paris(2026, 11, 19, 14, 12)
    pauses = [
        Pause(paris(2026, 11, 20), paris(2026, 11, 21)),
        Pause(paris(2026, 11, 20, 12), paris(2026, 11, 21, 2)),  # overlaps: 26 hours in all
        Pause(paris(2026, 11, 1), paris(2026, 11, 2)),  # before the event
        Pause(paris(2026, 12, 24), paris(2026, 12, 25)),  # after the end
    ]

    dated = due(start, Window(5, Unit.DAYS), pauses=pauses)

    assert dated.last_on == date(2026, 11, 26)
    assert [step.params for step in dated.trace if step.kind == "pause"] == [{"minutes": 26 * 60, "days": 2}]


def test_a_paused_window_of_working_days_ends_on_one() -> None:
    pause = Pause(paris(2026, 11, 17), paris(2026, 11, 18))

    dated = due(date(2026, 11, 17), Window(3, Unit.WORKING_DAYS), pauses=[pause])

    assert dated.last_on == date(2026, 11, 23)


def test_the_trace_names_what_it_skips_and_rolls_over() -> None:
    rolled = due(date(2026, 12, 11), Window(14, Unit.DAYS, rolls=True))
    worked = due(date(2026, 11, 6), Window(3, Unit.WORKING_DAYS))

    assert [(step.code, step.params) for step in rolled.trace if step.kind == "roll"] == [
        ("holiday", {"holiday_on": "2026-12-25", "country": "FR"}),
        ("weekend", {"rest_on": "2026-12-26"}),
        ("weekend", {"rest_on": "2026-12-27"}),
    ]
    assert [(step.code, step.params) for step in worked.trace if step.kind == "skip"] == [
        ("weekend", {"count": 2}),
        ("holiday", {"holiday_on": "2026-11-11", "country": "FR"}),
    ]
    assert PARIS.holiday_name(date(2026, 11, 11), "fr") == "Armistice"
    assert PARIS.holiday_name(date(2026, 11, 11), "en") == "Armistice Day"


def test_the_later_and_the_earlier_keep_both_traces() -> None:
    first, second = (
        due(date(2026, 11, 2), Window(10, Unit.DAYS)),
        due(date(2026, 11, 5), Window(10, Unit.DAYS)),
    )

    later, earlier = later_of(first, second), earlier_of(first, second)

    assert (later.due_at, earlier.due_at) == (second.due_at, first.due_at)
    assert later.trace[:-1] == first.trace + second.trace
    assert (later.trace[-1].code, later.trace[-1].params) == ("later", {"number": 2})
    assert later_of(first) is first


def test_a_fixed_day_ends_with_its_day() -> None:
    assert one_day(date(2026, 11, 24), PARIS, rule="r", source="s").due_at == PARIS.day_end(
        date(2026, 11, 24)
    )


@pytest.mark.parametrize(
    ("zone", "country", "subdivision", "refusal"),
    [
        ("Europe/Lutece", "FR", None, UnknownZone),
        ("", "FR", None, UnknownZone),
        ("../etc/passwd", "FR", None, UnknownZone),
        ("Europe/Paris", "XX", None, UnknownCountry),
        ("Europe/Paris", "France", None, UnknownCountry),
        ("Europe/Paris", "FR", "99", UnknownSubdivision),
    ],
)
def test_calendars_of_nowhere_are_refused(
    zone: str, country: str, subdivision: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        Calendar(zone, country, subdivision)


@pytest.mark.parametrize(
    ("count", "unit", "rolls"),
    [(-1, Unit.DAYS, False), (10**9, Unit.DAYS, False), (True, Unit.DAYS, False), (1, Unit.HOURS, True)],
)
def test_impossible_windows_are_refused(count: int, unit: Unit, rolls: bool) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(count, unit, rolls)


def test_dates_too_far_are_refused() -> None:
    with pytest.raises(DateOutOfRange):
        due(date(2199, 12, 31), Window(30, Unit.YEARS))
    with pytest.raises(DateOutOfRange):
        due(date(9999, 12, 31), Window(1, Unit.DAYS))
    with pytest.raises(DateOutOfRange):
        due(date(1, 1, 1), Window(1, Unit.WORKING_DAYS))


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 1, 1), Window(1, Unit.DAYS))  # noqa: DTZ001


@given(instants, st.sampled_from(ZONES))
def test_every_instant_is_in_the_day_that_holds_it(at: datetime, zone: str) -> None:
    calendar = Calendar(zone, "FR")
    on = calendar.local_date(at)
    assume(calendar.exists(on))

    assert at < calendar.day_end(on)
