"""Windows of time, and the one function that turns them into a date: `due_after`.

A deadline is the *exclusive* end of a window, an instant in UTC: an act at that instant or later is late.
Every date carries its trace, free of language, which `rules.wording.trace` puts into words.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from recours.rules.calendars import (
    Calendar,
    DateOutOfRange,
    UnknownCountry,
    UnknownSubdivision,
    UnknownZone,
    check_range,
)

__all__ = [
    "Calendar",
    "DateOutOfRange",
    "Dated",
    "Pause",
    "TraceStep",
    "Unit",
    "UnknownCountry",
    "UnknownSubdivision",
    "UnknownZone",
    "Window",
    "due_after",
    "earlier_of",
    "later_of",
    "one_day",
]

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class Unit(StrEnum):
    """What a window counts."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


_MAX_COUNT = {
    Unit.HOURS: 24 * 366 * 10,
    Unit.DAYS: 366 * 30,
    Unit.WORKING_DAYS: 260 * 5,
    Unit.MONTHS: 12 * 50,
    Unit.YEARS: 50,
}


class Window(Struct, frozen=True):
    """A length of time: `count` units, not negative; `rolls` when an end on a non-working day moves on.

    `rolls` is for windows that the law counts so; hours never roll (Reg. 1182/71, art. 3(4)).
    """

    count: int
    unit: Unit
    rolls: bool = False

    def __post_init__(self) -> None:
        if type(self.count) is not int or not 0 <= self.count <= _MAX_COUNT[self.unit]:
            raise ValueError(f"a window counts 0 to {_MAX_COUNT[self.unit]} {self.unit}, not {self.count}")
        if self.rolls and self.unit is Unit.HOURS:
            raise ValueError("a window in hours does not roll")


class Pause(Struct, frozen=True):
    """A time when the clock stood still: from `started_at` to `ended_at`, both aware."""

    started_at: datetime
    ended_at: datetime


class TraceStep(Struct, frozen=True, omit_defaults=True):
    """One step of a date's arithmetic, free of language.

    `code` names the sentence (`trace.<kind>.<code>`); `at` is the instant reached, if the step has one;
    `params` are numbers, codes, and dates in ISO form under names that end in `_on`.
    """

    kind: Literal["start", "add", "skip", "roll", "pause", "end", "choice"]
    code: str
    at: datetime | None = None
    params: dict[str, str | int] = {}


class Dated(Struct, frozen=True):
    """A date and its explanation: `due_at` is UTC and exclusive, `zone` is where it is shown."""

    due_at: datetime
    trace: tuple[TraceStep, ...]
    zone: str

    @property
    def last_on(self) -> date:
        """The last local day on which one may still act."""
        return (self.due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()

    def is_over(self, now: datetime) -> bool:
        """Is an act at `now` late? At the very instant of the end it is."""
        return now >= self.due_at


def due_after(
    start: datetime | date,
    window: Window,
    calendar: Calendar,
    *,
    rule: str,
    source: str,
    event: str,
    pauses: Sequence[Pause] = (),
) -> Dated:
    """Return the instant (UTC, exclusive) at which a window counted from an event ends, with its trace.

    - *Hours* are exact elapsed time, whatever the clocks on the wall do. From an event known only by its
      day, they are counted from the end of that day, the reading that favours who must act.
    - *Days* end with the Nth local day after the event's own, which is not counted: the exclusive end is the
      following midnight of the calendar's zone. A local day that never happened is not counted either.
    - *Working days* are counted likewise, leaving out weekly rest and public holidays.
    - *Months and years* end with the day of the same number, or with the month's last where there is none.
    - *Pauses* after the event and before the end add up: an hours window ends that much later, any other
      as many whole days later as started in their sum (26 hours make two days: a stopped clock never costs
      who waits), and a working-days window then ends on a working day. A later pause changes nothing.
    - A window that *rolls* and ends on a non-working day runs to the end of the next working day.

    `rule` names the line of the policy or the article, `source` its version or text, `event` what happened:
    codes, which the trace keeps. Raises DateOutOfRange; ValueError for a naive instant.
    Source: Regulation (EEC, Euratom) 1182/71, art. 3(1) to (4).
    """
    check_range(start)
    trace = [_start(start, calendar, event)]
    params: dict[str, str | int] = {"count": window.count, "rule": rule, "source": source}
    trace.append(TraceStep(kind="add", code=window.unit.value, params=params))
    if window.unit is Unit.HOURS:
        due_at = _hours_end(start, window.count, calendar, pauses, trace)
    else:
        due_at = _days_end(start, window, calendar, pauses, trace)
    return Dated(due_at=due_at, trace=tuple(trace), zone=calendar.zone)


def one_day(on: date, calendar: Calendar, *, rule: str, source: str) -> Dated:
    """Return the end of a day that was fixed rather than counted (a promised date), with its trace."""
    due_at = calendar.day_end(on)
    params: dict[str, str | int] = {"fixed_on": on.isoformat(), "rule": rule, "source": source}
    step = TraceStep(kind="start", code="fixed", params=params)
    return Dated(due_at=due_at, trace=(step, _end(due_at, on, calendar)), zone=calendar.zone)


def later_of(*dated: Dated) -> Dated:
    """Return the latest of several dates; the trace keeps them all and says which was kept."""
    return _choose("later", dated, max(dated, key=lambda each: each.due_at))


def earlier_of(*dated: Dated) -> Dated:
    """Return the earliest of several dates; the trace keeps them all and says which was kept."""
    return _choose("earlier", dated, min(dated, key=lambda each: each.due_at))


def _choose(code: str, dated: Sequence[Dated], chosen: Dated) -> Dated:
    if len(dated) == 1:
        return chosen
    step = TraceStep(kind="choice", code=code, at=chosen.due_at, params={"number": dated.index(chosen) + 1})
    return Dated(
        due_at=chosen.due_at,
        trace=(*(step for each in dated for step in each.trace), step),
        zone=chosen.zone,
    )


def _start(start: datetime | date, calendar: Calendar, event: str) -> TraceStep:
    if isinstance(start, datetime):
        if start.tzinfo is None:
            raise ValueError("an instant carries its zone")
        return TraceStep(kind="start", code="instant", at=start.astimezone(UTC), params={"event": event})
    return TraceStep(kind="start", code="day", params={"event": event, "started_on": start.isoformat()})


def _hours_end(
    start: datetime | date, hours: int, calendar: Calendar, pauses: Sequence[Pause], trace: list[TraceStep]
) -> datetime:
    origin = start.astimezone(UTC) if isinstance(start, datetime) else calendar.day_end(start)
    length = timedelta(hours=hours)
    calendar.day_end(calendar.local_date(origin + length))  # refuses what is out of range
    paused = _paused(origin, pauses, lambda so_far: origin + length + so_far)
    due_at = origin + length + paused
    if paused:
        trace.append(_pause_step("elapsed", paused))
    trace.append(TraceStep(kind="end", code="instant", at=due_at))
    return due_at


def _days_end(
    start: datetime | date,
    window: Window,
    calendar: Calendar,
    pauses: Sequence[Pause],
    trace: list[TraceStep],
) -> datetime:
    event_on = calendar.local_date(start) if isinstance(start, datetime) else start
    origin = start.astimezone(UTC) if isinstance(start, datetime) else calendar.day_start(start)
    plain_on = _counted(event_on, window, calendar, trace)
    paused = _paused(
        origin, pauses, lambda so_far: calendar.day_end(_last(plain_on, so_far, window, calendar, []))
    )
    if paused:
        trace.append(_pause_step("days", paused, days=_whole_days(paused).days))
    last_on = _last(plain_on, paused, window, calendar, trace)
    due_at = calendar.day_end(last_on)
    trace.append(_end(due_at, last_on, calendar))
    return due_at


def _last(
    plain_on: date, paused: timedelta, window: Window, calendar: Calendar, trace: list[TraceStep]
) -> date:
    """Return the last day once the pauses are added and the end moved off a day of rest, if it must be."""
    last_on = plain_on + _whole_days(paused)
    if not window.rolls and not (paused and window.unit is Unit.WORKING_DAYS):
        return last_on
    if calendar.is_working_day(last_on):
        trace.append(TraceStep(kind="roll", code="none", params={"last_on": last_on.isoformat()}))
        return last_on
    return _rolled(last_on, calendar, trace)


def _counted(event_on: date, window: Window, calendar: Calendar, trace: list[TraceStep]) -> date:
    """Return the window's last day, before pauses and rolling, and note what was left out or clamped."""
    match window.unit:
        case Unit.DAYS:
            return _after_days(event_on, window.count, calendar, trace)
        case Unit.WORKING_DAYS:
            return _after_working_days(event_on, window.count, calendar, trace)
        case Unit.MONTHS:
            return _after_months(event_on, window.count, trace)
        case Unit.YEARS:
            return _after_months(event_on, 12 * window.count, trace)
        case _:
            raise ValueError("hours are not counted in days")


def _after_days(event_on: date, count: int, calendar: Calendar, trace: list[TraceStep]) -> date:
    last_on = event_on + timedelta(days=count)
    # Only a window that is shorter than its days by most of one can hold a day that never happened.
    elapsed = calendar.day_end(last_on) - calendar.day_end(event_on)
    if elapsed > timedelta(days=count, hours=-12):
        return last_on
    last_on = event_on
    while count:
        last_on += _DAY
        if calendar.exists(last_on):
            count -= 1
        else:
            trace.append(
                TraceStep(kind="skip", code="missing_day", params={"skipped_on": last_on.isoformat()})
            )
    return last_on


def _after_working_days(event_on: date, count: int, calendar: Calendar, trace: list[TraceStep]) -> date:
    last_on, rest_days = event_on, 0
    holidays: list[TraceStep] = []
    while count:
        last_on += _DAY
        if calendar.is_working_day(last_on) and calendar.exists(last_on):
            count -= 1
        elif calendar.holiday(last_on) and not calendar.is_weekend(last_on):
            holidays.append(_holiday_step("skip", last_on, calendar))
        else:
            rest_days += 1
    if rest_days:
        trace.append(TraceStep(kind="skip", code="weekend", params={"count": rest_days}))
    trace += holidays
    return last_on


def _after_months(event_on: date, count: int, trace: list[TraceStep]) -> date:
    year, month = divmod(event_on.year * 12 + event_on.month - 1 + count, 12)
    month += 1
    if year > 9000:
        raise DateOutOfRange(on=event_on)
    last_of_month = months.monthrange(year, month)[1]
    last_on = date(year, month, min(event_on.day, last_of_month))
    if last_on.day != event_on.day:
        trace.append(TraceStep(kind="skip", code="clamped", params={"last_on": last_on.isoformat()}))
    return last_on


def _rolled(last_on: date, calendar: Calendar, trace: list[TraceStep]) -> date:
    while not calendar.is_working_day(last_on):
        if calendar.holiday(last_on):
            trace.append(_holiday_step("roll", last_on, calendar))
        else:
            trace.append(TraceStep(kind="roll", code="weekend", params={"rest_on": last_on.isoformat()}))
        last_on += _DAY
    return last_on


def _holiday_step(kind: Literal["skip", "roll"], on: date, calendar: Calendar) -> TraceStep:
    params: dict[str, str | int] = {"holiday_on": on.isoformat(), "country": calendar.country}
    if calendar.subdivision is not None:
        params["subdivision"] = calendar.subdivision
    return TraceStep(kind=kind, code="holiday", params=params)


def _end(due_at: datetime, last_on: date, calendar: Calendar) -> TraceStep:
    code = "day" if calendar.exists(last_on) else "missing_day"
    return TraceStep(kind="end", code=code, at=due_at, params={"last_on": last_on.isoformat()})


def _paused(
    origin: datetime, pauses: Sequence[Pause], end_after: Callable[[timedelta], datetime]
) -> timedelta:
    """Return how long the clock stood still between the event and the end; overlaps count once."""
    total, counted_to = timedelta(0), origin
    for pause in sorted(pauses, key=lambda each: each.started_at):
        began_at = max(pause.started_at, counted_to)
        if began_at >= end_after(total):
            break
        if pause.ended_at > began_at:
            total += pause.ended_at - began_at
            counted_to = pause.ended_at
    return total


def _pause_step(code: str, paused: timedelta, **params: int) -> TraceStep:
    return TraceStep(kind="pause", code=code, params={"minutes": int(paused / _MINUTE), **params})


def _whole_days(elapsed: timedelta) -> timedelta:
    return timedelta(days=-(-elapsed // _DAY))
