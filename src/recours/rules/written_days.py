"""Dates as people write them: 2026-11-02, or 02/11/2026."""

from __future__ import annotations

import re
from datetime import date

from recours.rules.calendars import check_range
from recours.rules.refusals import Refusal

_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", re.ASCII)
_FRENCH = re.compile(r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{4})", re.ASCII)


class NotADate(Refusal, ValueError):
    """The text is not a date."""


class NoSuchDay(Refusal, ValueError):
    """The calendar has no such day: 31 February."""


def parse_day(text: str) -> date:
    """Read a date, year first with dashes or day first with slashes.

    Raises NotADate, NoSuchDay, and DateOutOfRange for a year in which nothing can be counted.
    """
    bare = text.strip()
    match = _ISO.fullmatch(bare) or _FRENCH.fullmatch(bare)
    if match is None:
        raise NotADate(text=text)
    try:
        on = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise NoSuchDay(text=text) from None
    check_range(on)
    return on
