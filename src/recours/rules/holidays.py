"""A shop's holiday: when buyers are told of it, and in which words. It moves no date of any claim."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from recours.rules.refusals import Refusal
from recours.rules.wording import Lang, say
from recours.rules.wording.format import day

ANNOUNCED = dt.timedelta(days=7)
"""How long before its first day a holiday is shown: who orders or writes in that week may meet it."""

MAX_DAYS = 60
"""A shop that is away for longer than two months has closed: buyers are then told by the marketplace."""

MAX_WORDS = 500
"""Characters of what buyers read: a few sentences above the page that they came for."""


class HolidayBackwards(Refusal):
    """It ends before it begins."""


class HolidayOver(Refusal):
    """Its last day is past."""


class HolidayTooLong(Refusal):
    """More days than are announced (`most`)."""


class HolidayWithoutWords(Refusal):
    """Buyers are told nothing, in no language."""


class Holiday(Struct, frozen=True, kw_only=True):
    """From the first day to the last, both included, with the words for buyers by language; "" where there are none."""

    first_on: dt.date
    last_on: dt.date
    fr: str = ""
    en: str = ""
    zh: str = ""

    def is_over(self, today: dt.date) -> bool:
        return today > self.last_on

    def is_shown(self, today: dt.date) -> bool:
        """Whether buyers are told: from a week before its first day, to its last."""
        return self.first_on - ANNOUNCED <= today <= self.last_on

    def words(self, lang: str) -> str:
        """Return what the shop wrote in this language, or else in the first that it wrote in."""
        return getattr(self, lang, "") or self.fr or self.en or self.zh

    def title(self, shop: str, lang: Lang) -> str:
        """Say when the shop is away."""
        return say(
            lang, "holidays.title", shop=shop, first=day(self.first_on, lang), last=day(self.last_on, lang)
        )


def checked_holiday(holiday: Holiday, today: dt.date) -> Holiday:
    """Return the holiday as it may be announced, its words trimmed.

    Raises HolidayBackwards, HolidayOver, HolidayTooLong, HolidayWithoutWords.
    """
    if holiday.last_on < holiday.first_on:
        raise HolidayBackwards
    if holiday.is_over(today):
        raise HolidayOver
    if (holiday.last_on - holiday.first_on).days >= MAX_DAYS:
        raise HolidayTooLong(most=MAX_DAYS)
    trimmed = Holiday(
        first_on=holiday.first_on,
        last_on=holiday.last_on,
        fr=holiday.fr.strip(),
        en=holiday.en.strip(),
        zh=holiday.zh.strip(),
    )
    if not trimmed.words("fr"):
        raise HolidayWithoutWords
    return trimmed
