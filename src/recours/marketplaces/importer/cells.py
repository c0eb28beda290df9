"""Reading cells. A file repeats itself, so each column remembers what its texts were read as.

A value is kept as PostgreSQL's COPY wants to read it: nothing is turned into Python objects row by row, and
mapping a column through its memory runs at the speed of C.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from recours.marketplaces.importer.columns import COLUMNS, Column, Kind
from recours.rules.money import EXPONENTS, Money, UnknownCurrency, exponent
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import Exclusion

NULL = r"\N"
ABSENT = "\udfff"
"""Stands where a row of JSON Lines has no such thing at all; no decoder lets this character through."""
MAX_REMEMBERED = 50_000
"""Distinct texts a column remembers before it starts afresh: some 10 MB, however long the file."""
MAX_SHOWN = 60
FIRST_YEAR, LAST_YEAR = 2000, 2099
MAX_INTEGER = 2**31 - 1

_UNREADABLE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_EMAIL = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"'.]+(?:\.[^@\s<>,;\"'.]+)+")
_WHOLE = re.compile(r"([0-9]+)(?:[.,]0+)?", re.ASCII)
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))", re.ASCII)
_TIME = re.compile(
    r"[T ]\s*(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE
)
# What nearly every amount of a file looks like: read as Money.parse reads it, thirty times faster.
_PLAIN_AMOUNT = re.compile("([0-9]{1,12})(?:[.,]([0-9]{1,2}))?(?:[ \u00a0\u202f]?(€|[A-Z]{3}))?")
_SIGNS = {code: {code} for code, decimals in EXPONENTS.items() if decimals == 2} | {"EUR": {"EUR", "€"}}
_SOURCES = frozenset({"platform", "carrier", "buyer", "fallback"})
_EXCLUSIONS = frozenset(Exclusion)
_YES_NO = {"yes": "t", "true": "t", "oui": "t", "1": "t", "no": "f", "false": "f", "non": "f", "0": "f"}


class Wrong(str):
    """What a bad cell is read as: NULL for COPY, and the reason. `key` is a key of the wording."""

    key: str
    params: dict[str, str | int]

    def __new__(cls, key: str, **params: str | int) -> Wrong:
        self = super().__new__(cls, NULL)
        self.key, self.params = key, params
        return self


class Cells(dict[str, str]):
    """A column's memory: text -> what COPY reads. `any_wrong` says that a `Wrong` was met at least once."""

    def __init__(self, read: Callable[[str], str], *, required: bool) -> None:
        super().__init__()
        self._read = read
        self._required = required
        self.any_wrong = False

    def __missing__(self, text: str) -> str:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        found = self._judged(text)
        if type(found) is not str:
            self.any_wrong = True
        self[text] = found
        return found

    def _judged(self, text: str) -> str:
        if text == ABSENT:
            return NULL
        if not text.isprintable():
            if _UNREADABLE.search(text):
                return Wrong("import.problem.unreadable")
            if _CONTROL.search(text):
                return Wrong("import.problem.control_character")
        bare = text.strip()
        if not bare:
            return Wrong("import.problem.missing") if self._required else NULL
        return self._read(bare)


class Amounts(dict[tuple[str, str], str]):
    """The memory of a column of amounts, which are read with the currency of their row."""

    def __init__(self, *, required: bool) -> None:
        super().__init__()
        self._required = required
        self.any_wrong = False

    def __missing__(self, pair: tuple[str, str]) -> str:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        found = self._judged(*pair)
        if type(found) is not str:
            self.any_wrong = True
        self[pair] = found
        return found

    def _judged(self, text: str, currency: str) -> str:
        plain = _PLAIN_AMOUNT.fullmatch(text)
        if plain and (plain[3] or currency) in _SIGNS.get(currency, ()):
            return str(int(plain[1] + (plain[2] or "").ljust(2, "0")))
        if text == ABSENT:
            return NULL
        if not text.strip():
            return Wrong("import.problem.missing") if self._required else NULL
        if _UNREADABLE.search(text):
            return Wrong("import.problem.unreadable")
        if _CONTROL.search(text):
            return Wrong("import.problem.control_character")
        try:
            return str(Money.parse(text, currency.strip().upper()).minor)
        except UnknownCurrency:
            return NULL  # said once, for the currency's own column
        except Refusal as refusal:
            return Wrong(f"refusals.{refusal.code}.why", **_plain(refusal))


def memories(*, zone: ZoneInfo, now: datetime) -> dict[str, Cells | Amounts]:
    """Return an empty memory for each column; days are those of `zone`, and nothing happened after `now`."""
    # An order is often paid at the instant it is made: the two columns read instants together.
    instant = lru_cache(MAX_REMEMBERED)(lambda text: _instant(text, zone, now))
    return {column.name: _memory(column, instant, zone, now) for column in COLUMNS}


def _memory(column: Column, instant: Callable[[str], str], zone: ZoneInfo, now: datetime) -> Cells | Amounts:
    if column.kind is Kind.AMOUNT:
        return Amounts(required=column.required)
    readers: dict[Kind, Callable[[str], str]] = {
        Kind.TEXT: lambda text: _text(text, column.max_chars),
        Kind.EMAIL: lambda text: _email(text, column.max_chars),
        Kind.COUNTRY: _country,
        Kind.CURRENCY: _currency,
        Kind.POSITION: _position,
        Kind.QUANTITY: _quantity,
        Kind.DATE: lambda text: _date(text, zone, None),
        Kind.PAST_DATE: lambda text: _date(text, zone, now),
        Kind.PAST_INSTANT: instant,
        Kind.SOURCE: _source,
        Kind.YES_NO: _yes_no,
        Kind.EXCLUSION: _exclusion,
    }
    return Cells(readers[column.kind], required=column.required)


def shown(text: str) -> str:
    """Return a cell's text fit to be quoted in a sentence: short, and without what cannot be printed."""
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text[:MAX_SHOWN])
    return clean + ("…" if len(text) > MAX_SHOWN else "")


def _plain(refusal: Refusal) -> dict[str, str | int]:
    return {
        name: shown(value) if isinstance(value, str) else int(str(value))
        for name, value in refusal.params.items()
    }


def _text(text: str, max_chars: int) -> str:
    if len(text) > max_chars:
        return Wrong("import.problem.too_long", max_chars=max_chars, chars=len(text))
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPED)


def _email(text: str, max_chars: int) -> str:
    if len(text) > max_chars or not _EMAIL.fullmatch(text):
        return Wrong("import.problem.not_an_email", text=shown(text))
    return text.lower().translate(_ESCAPED)


def _country(text: str) -> str:
    if len(text) != 2 or not (text.isascii() and text.isalpha()):
        return Wrong("import.problem.not_a_country", text=shown(text))
    return text.upper()


def _currency(text: str) -> str:
    try:
        exponent(text.upper())
    except UnknownCurrency:
        return Wrong("refusals.unknown_currency.why", currency=shown(text))
    return text.upper()


def _position(text: str) -> str:
    return _integer(text, "import.problem.not_a_position")


def _quantity(text: str) -> str:
    found = _integer(text, "import.problem.not_a_quantity")
    return Wrong("import.problem.quantity_zero") if found == "0" else found


def _integer(text: str, otherwise: str) -> str:
    match = _WHOLE.fullmatch(text)
    if match is None or len(match[1]) > 10 or int(match[1]) > MAX_INTEGER:
        return Wrong(otherwise, text=shown(text))
    return str(int(match[1]))


def _source(text: str) -> str:
    if text.lower() not in _SOURCES:
        return Wrong("import.problem.not_a_source", text=shown(text))
    return text.lower()


def _yes_no(text: str) -> str:
    found = _YES_NO.get(text.lower())
    return Wrong("import.problem.not_yes_or_no", text=shown(text)) if found is None else found


def _exclusion(text: str) -> str:
    if text.lower() not in _EXCLUSIONS:
        return Wrong("import.problem.not_an_exclusion", text=shown(text), known=", ".join(Exclusion))
    return text.lower()


def _date(text: str, zone: ZoneInfo, now: datetime | None) -> str:
    """Read a day; an instant is the local day on which it falls."""
    found = _moment(text, zone)
    if isinstance(found, Wrong):
        return found
    on = found.astimezone(zone).date() if isinstance(found, datetime) else found
    if now is not None and on > now.astimezone(zone).date():
        return Wrong("import.problem.date_in_future", text=shown(text))
    return on.isoformat()


def _instant(text: str, zone: ZoneInfo, now: datetime) -> str:
    """Read an instant; without a time it is the local midnight that begins the day."""
    found = _moment(text, zone)
    if isinstance(found, Wrong):
        return found
    at = found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=zone)
    # Clocks of two machines differ a little; a day ahead is a mistake.
    if at > now + timedelta(days=1):
        return Wrong("import.problem.date_in_future", text=shown(text))
    return at.astimezone(UTC).isoformat()


def _moment(text: str, zone: ZoneInfo) -> date | datetime | Wrong:
    day = _DAY.match(text)
    if day is None:
        return Wrong("import.problem.date_unreadable", text=shown(text))
    rest = text[day.end() :]
    time = _TIME.fullmatch(rest) if rest else None
    if rest and time is None:
        return Wrong("import.problem.date_unreadable", text=shown(text))
    year, month, number = (day[1], day[2], day[3]) if day[1] else (day[6], day[5], day[4])
    try:
        on = date(int(year), int(month), int(number))
        found: date | datetime = _at(on, time, zone) if time else on
    except ValueError:
        return Wrong("import.problem.date_does_not_exist", text=shown(text))
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        return Wrong("import.problem.date_implausible", text=shown(text))
    return found


def _at(on: date, time: re.Match[str], zone: ZoneInfo) -> datetime:
    local = datetime(on.year, on.month, on.day, int(time[1]), int(time[2]), int(time[3] or 0))  # noqa: DTZ001
    offset = time[4]
    if offset is None:
        return local.replace(tzinfo=zone)
    return datetime.fromisoformat(local.isoformat() + ("+00:00" if offset in "Zz" else offset))
