"""The law of the buyer's country, as dated data: what is owed whatever the marketplace's policy says.

Nothing here is legal advice. Each line has its article, its source, its validity, and says whether the text
was read in that source (`verified`) or is still to be checked.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from recours.rules.law.entries import Band, Law, LawError, Rate, Right, SurchargeTable, in_turn
from recours.rules.written_windows import parse_window

__all__ = ["COUNTRIES", "Band", "Law", "LawError", "Rate", "Right", "SurchargeTable", "law_of", "parse_law"]

_Keyed = TypeVar("_Keyed", Right, SurchargeTable)

#: Countries whose law is here (ISO 3166).
COUNTRIES: tuple[str, ...] = ("DE", "FR")


@cache
def law_of(country: str) -> Law | None:
    """Return the law of a country (ISO 3166 code), None where the policy alone is known."""
    if country not in COUNTRIES:
        return None
    return parse_law(_text(country), known=_known())


def _text(country: str) -> str:
    return (files(__package__) / f"{country.lower()}.toml").read_text("utf-8")


@cache
def _known() -> frozenset[str]:
    """Every key that some country has: what another lacks is then no mistake of who asks for it."""
    laws = [parse_law(_text(country)) for country in COUNTRIES]
    return frozenset(key for law in laws for key in (*law.rights, *law.tables))


class _Meta(msgspec.Struct, forbid_unknown_fields=True):
    country: str
    checked_on: date


class _BandLine(msgspec.Struct, forbid_unknown_fields=True):
    first_day: int
    last_day: int | None = None
    basis_points: int | None = None


class _TableLine(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    code: str
    article: str
    valid_from: date
    source: str
    verified: bool
    bands: list[_BandLine]
    valid_until: date | None = None
    monthly_basis_points: int = 0


class _RightLine(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    code: str
    article: str
    valid_from: date
    source: str
    verified: bool
    window: str | None = None
    starts: str | None = None
    valid_until: date | None = None
    is_law: bool = True


class _RateLine(msgspec.Struct, forbid_unknown_fields=True):
    valid_from: date
    valid_until: date
    basis_points: int
    source: str
    verified: bool


class _File(msgspec.Struct, forbid_unknown_fields=True):
    meta: _Meta
    right: list[_RightLine]
    surcharge: list[_TableLine] = []
    legal_rate: list[_RateLine] = []


def parse_law(text: str, known: frozenset[str] = frozenset()) -> Law:
    """Read a law file; `known` are the keys of all countries.

    Raises LawError on overlapping validity, a gap between bands, a line out of shape.
    """
    try:
        read = msgspec.convert(tomllib.loads(text), _File)
        country = read.meta.country
        rights = [_right(line, country) for line in read.right]
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, ValueError) as error:
        raise LawError(str(error)) from error
    return Law(
        country=country,
        checked_on=read.meta.checked_on,
        known=known,
        rights=_by_key(rights),
        tables=_by_key([_table(line, country) for line in read.surcharge]),
        rates=in_turn(
            [
                Rate(
                    basis_points=line.basis_points,
                    valid_from=line.valid_from,
                    valid_until=line.valid_until,
                    source=line.source,
                    verified=line.verified,
                )
                for line in read.legal_rate
            ],
            "legal_rate",
        ),
    )


def _right(line: _RightLine, country: str) -> Right:
    return Right(
        key=line.key,
        country=country,
        code=line.code,
        article=line.article,
        window=parse_window(line.window) if line.window is not None else None,
        starts=line.starts,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        source=line.source,
        verified=line.verified,
        is_law=line.is_law,
    )


def _table(line: _TableLine, country: str) -> SurchargeTable:
    expected = 1
    for band in line.bands:
        if band.first_day != expected:
            raise LawError(f"{line.key}: the band from day {band.first_day} should begin on day {expected}")
        if band.last_day is None:
            expected = 0
        elif band.last_day < band.first_day:
            raise LawError(f"{line.key}: the band from day {band.first_day} ends before it begins")
        else:
            expected = band.last_day + 1
    # A table that adds points every month takes over where its bands end; any other must have no end.
    if not line.bands or (expected == 0) == (line.monthly_basis_points > 0):
        raise LawError(f"{line.key}: the bands leave days without a surcharge, or two answers for a day")
    return SurchargeTable(
        key=line.key,
        country=country,
        code=line.code,
        article=line.article,
        bands=tuple(Band(b.first_day, b.last_day, b.basis_points) for b in line.bands),
        monthly_basis_points=line.monthly_basis_points,
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        source=line.source,
        verified=line.verified,
    )


def _by_key(lines: list[_Keyed]) -> dict[str, tuple[_Keyed, ...]]:
    keys = dict.fromkeys(line.key for line in lines)
    return {key: in_turn([line for line in lines if line.key == key], key) for key in keys}
