"""The lines of the law, and how they are looked up by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

from recours.rules.windows import Window


class LawError(Exception):
    """A law file contradicts itself or is out of shape: a mistake of ours, found when it is loaded."""


class Line(Struct, frozen=True, kw_only=True):
    """What every line has: since when, until when (exclusive), where it was read, and how surely."""

    valid_from: date
    valid_until: date | None = None
    source: str
    verified: bool

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


_L = TypeVar("_L", bound=Line)


class Article(Line, frozen=True, kw_only=True):
    """A line that is an article of a `code`: "conso", "civ", "cmf", "bgb"… as `source.<code>` words it."""

    key: str
    country: str
    code: str
    article: str

    @property
    def ref(self) -> str:
        """The article as traces keep it, `law:FR:conso:L221-18`; `wording.trace.source_text` reads it."""
        return f"law:{self.country}:{self.code}:{self.article}"


class Right(Article, frozen=True, kw_only=True):
    """An entitlement: its `window`, counted from the event `starts`; both empty for a right without a term.

    `is_law` is false for what is a contract's promise (the card schemes' chargeback).
    """

    window: Window | None
    starts: str | None
    is_law: bool = True


class Band(Struct, frozen=True):
    """Days late, both included, that cost the same: `basis_points` of the sum due, or, when None, interest at
    the legal rate. `last_day` is None for the last band of a table without end.
    """

    first_day: int
    last_day: int | None
    basis_points: int | None


class SurchargeTable(Article, frozen=True, kw_only=True):
    """What a late refund costs. Bands follow each other without a gap from the first day late.

    After the last one, `monthly_basis_points` more for each new month, up to the whole price, then interest.
    """

    bands: tuple[Band, ...]
    monthly_basis_points: int = 0


class Rate(Line, frozen=True, kw_only=True):
    """The legal interest rate owed to a private person, in hundredths of a percent a year."""

    basis_points: int


class Law(Struct, frozen=True, kw_only=True):
    """The law of a country. `checked_on` is when its lines were last compared with their sources.

    `known` are the keys that any country has: one of them that this country lacks is a right that it does not give, or
    that nobody has looked up yet; a key outside them is a mistake.
    """

    country: str
    checked_on: date
    rights: Mapping[str, tuple[Right, ...]]
    tables: Mapping[str, tuple[SurchargeTable, ...]]
    rates: tuple[Rate, ...]
    known: frozenset[str] = frozenset()

    def entry(self, key: str, on: date) -> Right:
        """Return the right in force on a day. Raises KeyError for an unknown key or a day without it."""
        found = self.find(key, on)
        if found is None:
            raise KeyError(f"{self.country} {key} is not in force on {on}")
        return found

    def find(self, key: str, on: date) -> Right | None:
        """Return the right in force on a day, None when none was. Raises KeyError for an unknown key."""
        return _in_force(self._lines(self.rights, key), on)

    def table(self, key: str, on: date) -> SurchargeTable | None:
        """Return the surcharge table in force on a day. Raises KeyError for an unknown key."""
        return _in_force(self._lines(self.tables, key), on)

    def _lines(self, lines: Mapping[str, tuple[_L, ...]], key: str) -> tuple[_L, ...]:
        return lines.get(key, ()) if key in self.known else lines[key]

    def legal_rate(self, on: date) -> Rate | None:
        """Return the rate of the half-year of a day.

        None when it is not in the data: it was not yet published when this file was made. What is computed
        with it then leaves that interest out, and says so; no rate is ever guessed from the one before.
        """
        return _in_force(self.rates, on)


def in_turn(lines: Sequence[_L], name: str) -> tuple[_L, ...]:
    """Sort lines by validity. Raises LawError where two are in force at once, or one has no length."""
    ordered = sorted(lines, key=lambda line: line.valid_from)
    for line in ordered:
        if line.valid_until is not None and line.valid_until <= line.valid_from:
            raise LawError(f"{name}: validity ends on {line.valid_until}, before it begins")
    for earlier, later in pairwise(ordered):
        if earlier.valid_until is None or earlier.valid_until > later.valid_from:
            raise LawError(f"{name}: two lines are in force on {later.valid_from}")
    return tuple(ordered)


def _in_force(lines: Sequence[_L], on: date) -> _L | None:
    return next((line for line in lines if line.is_in_force(on)), None)
