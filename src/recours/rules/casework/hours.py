"""When a team works, and by when it means to have taken a claim. Its own aim: no promise to a party moves with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from msgspec import Struct

from recours.rules.calendars import Calendar
from recours.rules.refusals import Refusal

MOST_DAYS = 366
"""A team that is closed longer than this has no aim."""


class HoursUpsideDown(Refusal):
    """A day ends after it begins."""


class NeverOpen(Refusal):
    """A team works on one day at least."""


class Hours(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a team works: on `weekdays` (0 is Monday), from `opens` to `closes` in minutes after midnight, local time.

    Not on public holidays, nor on `closed_on`, days of its own. A claim should be taken within `take_minutes` of work.
    """

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: int = 9 * 60
    closes: int = 18 * 60
    closed_on: tuple[dt.date, ...] = ()
    take_minutes: int = 4 * 60

    def checked(self) -> Hours:
        """Return itself. Raises HoursUpsideDown, NeverOpen."""
        if not 0 <= self.opens < self.closes <= 24 * 60:
            raise HoursUpsideDown
        if not self.weekdays or self.take_minutes <= 0:
            raise NeverOpen
        return self


def target(since: dt.datetime, hours: Hours, calendar: Calendar) -> dt.datetime | None:
    """Return the instant (UTC) by which a claim that came at `since` should have been taken: after `take_minutes` of
    work. None when the team does not work as much within MOST_DAYS.

    Minutes are counted as they pass, so that the night of a change of hour makes no working day longer or shorter.
    """
    left = dt.timedelta(minutes=hours.take_minutes)
    on = calendar.local_date(since)
    for _ in range(MOST_DAYS):
        if is_open_on(on, hours, calendar):
            begins = max(_at(on, hours.opens, calendar), since)
            worked = max(dt.timedelta(), _at(on, hours.closes, calendar) - begins)
            if worked >= left:
                return begins + left
            left -= worked
        on += dt.timedelta(days=1)
    return None


def is_open_on(on: dt.date, hours: Hours, calendar: Calendar) -> bool:
    """Whether the team works on this local day."""
    return on.weekday() in hours.weekdays and on not in hours.closed_on and not calendar.holiday(on)


def _at(on: dt.date, minutes: int, calendar: Calendar) -> dt.datetime:
    """Return the instant (UTC) at so many minutes after midnight on the clock of a local day."""
    days, minute = divmod(minutes, 24 * 60)
    naive = dt.datetime.combine(on + dt.timedelta(days=days), dt.time(minute // 60, minute % 60))
    return naive.replace(tzinfo=ZoneInfo(calendar.zone)).astimezone(dt.UTC)
