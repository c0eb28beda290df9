"""Calendars: where local days begin and end, and which of them are working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from msgspec import Struct

from recours.rules.refusals import Refusal


class UnknownZone(Refusal, ValueError):
    """No such time zone in the IANA database."""


class UnknownCountry(Refusal, ValueError):
    """No public holidays are known for this country code."""


class UnknownSubdivision(Refusal, ValueError):
    """The country has no such subdivision."""


class DateOutOfRange(Refusal, ValueError):
    """The date is too far away to be counted."""


#: Beyond these years neither zones nor holidays mean anything, and arithmetic would overflow.
FIRST_YEAR, LAST_YEAR = 1900, 2200

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Calendar(Struct, frozen=True):
    """A marketplace's time zone (IANA), and the country (ISO 3166), with subdivision, of its holidays.

    Raises UnknownZone, UnknownCountry, UnknownSubdivision.
    """

    zone: str
    country: str
    subdivision: str | None = None

    def __post_init__(self) -> None:
        _zone(self.zone)
        _check_country(self.country, self.subdivision)

    def local_date(self, at: datetime) -> date:
        """Return the local day of an aware instant."""
        if at.tzinfo is None:
            raise ValueError("an instant carries its zone")
        return at.astimezone(_zone(self.zone)).date()

    def day_start(self, on: date) -> datetime:
        """Return the first instant (UTC) of a local day; the first that exists if midnight is skipped."""
        check_range(on)
        return _day_end(on - _DAY, self.zone)

    def day_end(self, on: date) -> datetime:
        """Return the exclusive end (UTC) of a local day.

        It is the instant from which the local date is later than `on` for good: where midnight does not
        exist, the first instant after the gap; where midnight comes twice and the second time returns to
        `on`, the second. A day that the zone skipped whole (Samoa, 30 December 2011) ends where it begins.
        """
        check_range(on)
        return _day_end(on, self.zone)

    def exists(self, on: date) -> bool:
        """Did this local day happen? A zone that crosses the date line skips one."""
        return self.day_start(on) < self.day_end(on)

    def holiday(self, on: date) -> bool:
        """Is it a public holiday of the country or subdivision?"""
        check_range(on)
        return on in _holidays(self.country, self.subdivision, on.year)[0]

    def is_weekend(self, on: date) -> bool:
        """Is it a day of the country's weekly rest (Saturday and Sunday in France)?"""
        return on.weekday() in _holidays(self.country, self.subdivision, on.year)[1]

    def is_working_day(self, on: date) -> bool:
        """Is it neither weekly rest nor public holiday? Source: Reg. (EEC, Euratom) 1182/71, art. 2(2)."""
        return not self.is_weekend(on) and not self.holiday(on)

    def next_working_day(self, on: date) -> date:
        """Return `on` if it is a working day, or else the first one after it."""
        while not self.is_working_day(on):
            on += _DAY
        return on

    def holiday_name(self, on: date, lang: str) -> str:
        """Return the name of a holiday in a language, or in the country's own where it is not translated."""
        return _holiday_names(self.country, self.subdivision, on.year, lang).get(on, "")


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=name) from None


@lru_cache(maxsize=512)
def _check_country(country: str, subdivision: str | None) -> None:
    # What an operator may write is an ISO code; the library also answers to class names.
    if not (len(country) == 2 and country.isalpha() and country.isupper()):
        raise UnknownCountry(country=country)
    known = holidays.list_supported_countries(include_aliases=True).get(country)
    if known is None:
        raise UnknownCountry(country=country)
    if subdivision is not None and subdivision not in known:
        raise UnknownSubdivision(country=country, subdivision=subdivision)


def check_range(on: date) -> None:
    """Raise DateOutOfRange for a year in which nothing can be counted."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise DateOutOfRange(on=date(on.year, on.month, on.day))


@lru_cache(maxsize=4096)
def _holidays(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[int]]:
    days = holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False)
    return frozenset(days), frozenset(days.weekend)


@lru_cache(maxsize=256)
def _holiday_names(country: str, subdivision: str | None, year: int, lang: str) -> dict[date, str]:
    languages = holidays.list_localized_countries().get(country, [])
    found = next((code for code in languages if code == lang or code.startswith(f"{lang}_")), None)
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language=found))


@lru_cache(maxsize=65536)
def _day_end(on: date, zone: str) -> datetime:
    tz = _zone(zone)
    following = on + _DAY
    midnight = datetime.combine(following, datetime.min.time(), tz)
    first = midnight.astimezone(UTC)
    second = midnight.replace(fold=1).astimezone(UTC)
    if first == second:
        return first
    if first > second:
        # The gap: midnight was skipped. The offset before the jump dates it after, and the other way round;
        # the jump is between the two, and with it the first instant of a later day.
        return _first_instant_after(on, second, first, tz)
    # The fold: midnight comes twice. The day before returns only when the clock went back across it.
    returns = (second - _SECOND).astimezone(tz).date() <= on
    return second if returns else first


def _first_instant_after(on: date, low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    low -= _SECOND
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).date() > on:
            high = middle
        else:
            low = middle
    return high
