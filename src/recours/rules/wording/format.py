"""Money, dates and instants as a French, an English or a Chinese reader writes them. Babel has the names and signs."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names, get_timezone_location
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from msgspec import Struct

from recours.rules.money import Money, exponent

#: A language of the interface, "fr", "en" or "zh"; names of locales ("fr-fr") are understood too.
Lang = str

_UNITS = {
    "fr": {
        "hours": ("heure", "heures"),
        "days": ("jour", "jours"),
        "working_days": ("jour ouvré", "jours ouvrés"),
        "months": ("mois", "mois"),
        "years": ("an", "ans"),
    },
    "en": {
        "hours": ("hour", "hours"),
        "days": ("day", "days"),
        "working_days": ("working day", "working days"),
        "months": ("month", "months"),
        "years": ("year", "years"),
    },
    "zh": {
        "hours": ("小时", "小时"),
        "days": ("天", "天"),
        "working_days": ("个工作日", "个工作日"),
        "months": ("个月", "个月"),
        "years": ("年", "年"),
    },
}
_LOCALES = {"fr": "fr", "en": "en_GB", "zh": "zh_Hans_CN"}
_BETWEEN = {"fr": ", ", "en": ", ", "zh": " "}
"""What stands between a day and its time."""

KEPT = 4096
"""Amounts that a process keeps worded: a page writes the same one in several places."""

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"


class Until(Struct, frozen=True):
    """An exclusive end to be shown in `zone`: midnight is written as 23 h 59 of the day before."""

    at: datetime
    zone: str


Value = str | int | Decimal | Money | date | datetime | Until


def language(lang: Lang) -> Lang:
    """Return "fr", "en" or "zh" for a language or a locale name. Raises KeyError for another language."""
    short = lang[:2].lower()
    if short not in _LOCALES or lang[2:3] not in ("", "-", "_"):
        raise KeyError(f"no wording in {lang!r}")
    return short


def value(shown: Value, lang: Lang) -> str:
    """Write any value a text may hold. An aware datetime is shown in its own zone."""
    match shown:
        case str():
            return str(shown)
        case Money():
            return money(shown, lang)
        case Until():
            return until(shown.at, shown.zone, lang)
        case datetime():
            return _instant(shown, lang)
        case date():
            return day(shown, lang)
        case Decimal():
            return number(shown, lang)
        case _:
            return number(Decimal(shown), lang)


@lru_cache(KEPT)
def number(shown: Decimal, lang: Lang) -> str:
    """Write a number with the language's marks: 1 234,5 or 1,234.5."""
    return format_decimal(shown, format="#,##0.######", locale=_LOCALES[language(lang)])


def percent(basis_points: int, lang: Lang) -> str:
    """Write hundredths of a percent: 500 is "5 %" in French, "5%" in English."""
    shown = number(Decimal(basis_points) / 100, lang)
    return f"{shown}{NARROW_NO_BREAK}%" if language(lang) == "fr" else f"{shown}%"


@lru_cache(KEPT)
def money(amount: Money, lang: Lang) -> str:
    """Write an amount with its currency and the decimals ISO 4217 gives it: "12,50 €", "€12.50"."""
    lang = language(lang)
    digits = exponent(amount.currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if lang == "fr":
        pattern = f"{pattern}{NO_BREAK}¤"
    else:
        # "€12", but "CHF 12": a code made of letters stands apart from its number.
        apart = get_currency_symbol(amount.currency, locale=_LOCALES[lang]).isalpha()
        pattern = f"¤{NO_BREAK}{pattern}" if apart else f"¤{pattern}"
    return format_currency(
        amount.to_decimal(), amount.currency, pattern, locale=_LOCALES[lang], currency_digits=False
    )


def day(on: date, lang: Lang, *, weekday: bool = True, year: bool = True) -> str:
    """Write a date in words: "mardi 24 novembre 2026", "Tuesday 24 November 2026", "2026年11月24日星期二"."""
    lang = language(lang)
    weekdays, months = _names(lang)
    if lang == "zh":
        named = weekdays[on.weekday()] if weekday else ""
        return f"{on.year}年{on.month}月{on.day}日{named}" if year else f"{on.month}月{on.day}日{named}"
    number_of_day = "1er" if lang == "fr" and on.day == 1 else str(on.day)
    words = [weekdays[on.weekday()]] if weekday else []
    words += [f"{number_of_day}{NO_BREAK}{months[on.month - 1]}"]
    words += [str(on.year)] if year else []
    return " ".join(words)


def time(hour: int, minute: int, lang: Lang) -> str:
    """Write a time of the 24-hour clock: "23 h 59" in French, "23:59" in English."""
    if language(lang) == "fr":
        return f"{hour}{NO_BREAK}h{NO_BREAK}{minute:02d}"
    return f"{hour:02d}:{minute:02d}"


def instant(at: datetime, zone: str, lang: Lang) -> str:
    """Write an instant in a zone: "jeudi 19 novembre 2026, 14 h 12"."""
    return _instant(at.astimezone(ZoneInfo(zone)), lang)


def local(at: datetime, zone: str) -> datetime:
    """Return the instant in a zone, which is how a text shows it."""
    return at.astimezone(ZoneInfo(zone))


def zone(name: str, lang: Lang) -> str:
    """Name a time zone by its city: "heure de Paris", "Paris time", "巴黎时间"."""
    if language(lang) == "zh":
        return f"{get_timezone_location(name, locale=_LOCALES['zh'], return_city=True)}时间"
    city = name.rpartition("/")[2].replace("_", " ")
    if language(lang) == "en":
        return f"{city} time"
    return f"heure d’{city}" if city[0] in "AEIOUH" and city != "Hawaii" else f"heure de {city}"


def window(count: int, unit: str, lang: Lang) -> str:
    """Write a length of time: "5 jours", "48 heures", "3 jours ouvrés"; `unit` is a `windows.Unit`."""
    one, many = _UNITS[language(lang)][unit]
    shown = number(Decimal(count), lang)
    if language(lang) == "zh":
        return f"{shown}{many}"
    return f"{shown}{NO_BREAK}{one if is_singular(count, lang) else many}"


def until(at: datetime, zone: str, lang: Lang) -> str:
    """Write an exclusive end: one that falls where a local day begins is 23 h 59 of the day before."""
    on, ends_day = last_day(at, zone)
    if ends_day:
        return f"{day(on, lang)}{_BETWEEN[language(lang)]}{time(23, 59, lang)}"
    return instant(at, zone, lang)


def until_day(at: datetime, zone: str, lang: Lang, *, year: bool = True) -> str:
    """Write the last local day that an exclusive end leaves, without the time."""
    return day(last_day(at, zone)[0], lang, year=year)


def last_day(at: datetime, zone: str) -> tuple[date, bool]:
    """Return the last local day before the exclusive end `at`, and whether that day ends exactly there."""
    tz = ZoneInfo(zone)
    before = (at - timedelta(microseconds=1)).astimezone(tz).date()
    return before, at.astimezone(tz).date() != before


def is_singular(shown: Value, lang: Lang) -> bool:
    """Does a word counted by this number stay singular? In French 0 and 1 do, and 1.5; in English only 1."""
    if not isinstance(shown, int | Decimal):
        return False
    return -2 < shown < 2 if language(lang) == "fr" else shown == 1


def typography(text: str, lang: Lang) -> str:
    """Give a typed text its marks: curved apostrophes and, in French, the narrow no-break space before ; : ! ? » %
    and after «, where an ordinary space was typed.
    """
    text = re.sub(r"(?<=\w)'(?=\w|«|\{)|(?<=s)'(?= )", "’", text)
    if lang != "fr":
        return text
    text = re.sub(r" (?=[;:!?»%])", NARROW_NO_BREAK, text)
    return text.replace("« ", "«" + NARROW_NO_BREAK)


def _instant(local: datetime, lang: Lang) -> str:
    if local.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return f"{day(local.date(), lang)}{_BETWEEN[language(lang)]}{time(local.hour, local.minute, lang)}"


@lru_cache
def _names(lang: Lang) -> tuple[tuple[str, ...], tuple[str, ...]]:
    weekdays = get_day_names("wide", locale=_LOCALES[lang])
    months = get_month_names("wide", locale=_LOCALES[lang])
    return tuple(weekdays[i] for i in range(7)), tuple(months[i] for i in range(1, 13))
