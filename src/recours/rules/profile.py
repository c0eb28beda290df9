"""The profile of a marketplace that is not connected: where its buyers turn, step by step, each with its source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct

from recours.rules.calendars import Calendar, UnknownCountry
from recours.rules.policy import PRESETS, Policy, Problem, load_preset
from recours.rules.policy.lines import LineIndex, syntax_line
from recours.rules.policy.parse import Problems
from recours.rules.refusals import Refusal
from recours.rules.wording import Lang, language
from recours.rules.wording.format import typography

MAX_CHARACTERS = 50_000
"""A profile has a page of lines; more than this is not one."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Meta(Struct, frozen=True, kw_only=True):
    """Which marketplace, for the buyers of which country, and the preset that counts its windows."""

    key: str
    name: str
    country: str
    policy: str


class Fact(Struct, frozen=True, kw_only=True):
    """One thing told of the marketplace. `checked_on`: when it was last compared with `source`; `verified`: it was read
    at the marketplace itself. `text` and `source` are French; their English halves may be missing."""

    text: str
    source: str
    checked_on: date
    verified: bool
    text_en: str = ""
    source_en: str = ""

    def told(self, lang: Lang) -> str:
        """The text in a reader's language, or else in French."""
        return (self.text_en if language(lang) == "en" else "") or typography(self.text, "fr")

    def read_at(self, lang: Lang) -> str:
        """The source in a reader's language, or else in French."""
        return (self.source_en if language(lang) == "en" else "") or typography(self.source, "fr")


class Address(Struct, frozen=True, kw_only=True):
    """Where a letter goes, line by line, as the source writes it."""

    lines: tuple[str, ...]
    source: str
    checked_on: date
    verified: bool
    source_en: str = ""

    def read_at(self, lang: Lang) -> str:
        """The source in a reader's language, or else in French."""
        return (self.source_en if language(lang) == "en" else "") or typography(self.source, "fr")


class Limits(Struct, frozen=True, kw_only=True):
    """How many characters the marketplace's own forms take."""

    message: int
    dispute: int
    source: str
    checked_on: date
    verified: bool
    source_en: str = ""


class Profile(Struct, frozen=True, kw_only=True):
    """A marketplace as its buyer meets it. What may be None is what many marketplaces do not tell.

    `returns_elsewhere` is what another source says of the time to claim: both are shown, and the policy's is counted.
    """

    meta: Meta
    help_centre: Fact
    seller_before_order: Fact
    seller_about_order: Fact
    dispute: Fact
    customer_service: Fact
    returns: Fact | None = None
    refunds: Fact | None = None
    returns_elsewhere: Fact | None = None
    mediator: Fact | None = None
    address: Address | None = None
    limits: Limits | None = None

    @property
    def policy(self) -> Policy:
        """The conditions that count its windows."""
        return load_preset(self.meta.policy)

    @property
    def unverified(self) -> tuple[str, ...]:
        """The tables that nobody has read at the marketplace itself, in the order of the class."""
        told = {name: getattr(self, name) for name in self.__struct_fields__[1:]}
        return tuple(name for name, fact in told.items() if fact is not None and not fact.verified)


class ProfileError(Problems, Refusal, ValueError):
    """The profile cannot be used as it is."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


_TABLES: dict[str, type[Struct]] = {
    "meta": Meta,
    **dict.fromkeys((field.name for field in msgspec.structs.fields(Profile)[1:-2]), Fact),
    "address": Address,
    "limits": Limits,
}
_OPTIONAL = frozenset(field.name for field in msgspec.structs.fields(Profile) if not field.required)


def parse_profile(text: str) -> Profile:
    """Read and check a profile. Raises ProfileError with all the problems found, in the order of lines."""
    if len(text) > MAX_CHARACTERS:
        raise ProfileError((Problem(1, "", "too_long", {"characters": MAX_CHARACTERS}),))
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileError((Problem(syntax_line(error), "", "syntax", {"detail": str(error)}),)) from None
    reader = _Reader(tables, LineIndex(text))
    parts = reader.read()
    if reader.problems:
        raise ProfileError(tuple(sorted(reader.problems, key=lambda problem: (problem.line, problem.key))))
    return Profile(**parts)


class _Reader:
    def __init__(self, tables: Mapping[str, Any], index: LineIndex) -> None:
        self.tables, self.index = tables, index
        self.problems: list[Problem] = []

    def read(self) -> dict[str, Any]:
        for name in self.tables:
            if name not in _TABLES:
                self._problem(name, "unknown_table", known=", ".join(_TABLES))
        parts = {
            name: self._table(name, kind)
            for name, kind in _TABLES.items()
            if name in self.tables or name not in _OPTIONAL
        }
        if parts["meta"] is not None:
            self._check_meta(parts["meta"])
        return parts

    def _problem(self, key: str, code: str, **params: str | int) -> None:
        self.problems.append(Problem(self.index.line(key), key, code, params))

    def _table(self, name: str, kind: type[Struct]) -> Any:
        found = self.tables.get(name)
        if not isinstance(found, Mapping):
            self._problem(name, "missing_table" if found is None else "not_a_table")
            return None
        hints = get_type_hints(kind)
        optional = {field.name for field in msgspec.structs.fields(kind) if not field.required}
        before = len(self.problems)
        for key in found:
            if key not in hints:
                self._problem(f"{name}.{key}", "unknown_key", known=", ".join(hints))
        values = {
            key: self._value(f"{name}.{key}", found.get(key), hint)
            for key, hint in hints.items()
            if key in found or key not in optional
        }
        return kind(**values) if len(self.problems) == before else None

    def _value(self, key: str, value: object, hint: Any) -> Any:
        if value is None:
            self._problem(key, "missing_key")
        elif hint is bool:
            if not isinstance(value, bool):
                self._problem(key, "not_a_boolean", value=str(value))
        elif hint is date:
            # An instant is a date for Python, but not for who writes a profile.
            if not isinstance(value, date) or isinstance(value, datetime):
                self._problem(key, "not_a_date", value=str(value))
        elif hint is int:
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                self._problem(key, "not_a_count", value=str(value))
        elif hint is str:
            if not isinstance(value, str) or not value.strip():
                self._problem(key, "not_a_text", value=str(value))
        elif not isinstance(value, list):
            self._problem(key, "not_a_list", value=str(value))
        elif not value:
            self._problem(key, "empty_list")
        else:
            return tuple(self._value(key, each, str) for each in value)
        return value

    def _check_meta(self, meta: Meta) -> None:
        if not _NAME.fullmatch(meta.key):
            self._problem("meta.key", "bad_name", value=meta.key)
        if meta.policy not in PRESETS:
            self._problem("meta.policy", "not_among", value=meta.policy, known=", ".join(PRESETS))
        try:
            Calendar("UTC", meta.country)
        except UnknownCountry:
            self._problem("meta.country", "refused_unknown_country", value=meta.country)
