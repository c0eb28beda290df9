"""Reading a policy file: everything that is wrong with it, at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from recours.rules.calendars import Calendar
from recours.rules.money import exponent
from recours.rules.policy import model
from recours.rules.policy.lines import LineIndex, syntax_line
from recours.rules.policy.model import EVIDENCE, GROUNDS, REMEDIES, UNWRITTEN, GroundRules, Policy
from recours.rules.refusals import Refusal
from recours.rules.windows import Unit, Window
from recours.rules.wording import Lang, say
from recours.rules.written_windows import nominal_days, parse_window

#: A policy has two pages of lines; more than this is not one.
MAX_CHARACTERS = 200_000

_TABLES: dict[str, type[Struct]] = {
    "meta": model.Meta,
    "calendar": model.Place,
    "contact": model.Contact,
    "claim": model.Opening,
    "seller": model.Seller,
    "buyer": model.Buyer,
    "platform": model.Platform,
    "appeal": model.Appeal,
    "returns": model.Returns,
    "refund": model.Refund,
    "replacement": model.Replacement,
    "closed": model.Closed,
    "withdrawal": model.Withdrawal,
    "offers": model.Offers,
}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Problem(Struct, frozen=True):
    """One thing wrong with a file: its line (from 1), the key, and the sentence `policy.problem.<code>`."""

    line: int
    key: str
    code: str
    params: dict[str, str | int]

    def text(self, lang: Lang) -> str:
        return say(lang, f"policy.problem.{self.code}", key=self.key, **self.params)


class Problems:
    """What the refusal of a file has, whatever file it is: all that is wrong with it."""

    problems: tuple[Problem, ...]

    def lines(self, lang: Lang) -> list[tuple[int, str]]:
        """Return every problem as (line, message), in the order of the file."""
        return [(problem.line, problem.text(lang)) for problem in self.problems]

    def __str__(self) -> str:
        return "; ".join(f"line {line}: {text}" for line, text in self.lines("en"))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.problems,))


class PolicyError(Problems, Refusal, ValueError):
    """The policy file cannot be used as it is."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


@lru_cache(maxsize=64)  # whoever publishes a text has just read it, and most marketplaces share theirs
def parse_policy(text: str) -> Policy:
    """Read and check a policy file. Raises PolicyError with all the problems found, in the order of lines."""
    if len(text) > MAX_CHARACTERS:
        raise PolicyError((Problem(1, "", "too_long", {"characters": MAX_CHARACTERS}),))
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError((Problem(syntax_line(error), "", "syntax", {"detail": str(error)}),)) from None
    reader = _Reader(tables, LineIndex(text))
    parts = reader.read()
    if reader.problems:
        raise PolicyError(tuple(sorted(reader.problems, key=lambda problem: (problem.line, problem.key))))
    return Policy(**parts)


@cache
def _hints(kind: type[Struct]) -> Mapping[str, Any]:
    """Return the types of a table's fields, which are written as texts: evaluating them costs more than the file."""
    return get_type_hints(kind)


class _Reader:
    def __init__(self, tables: Mapping[str, Any], index: LineIndex) -> None:
        self.tables, self.index = tables, index
        self.problems: list[Problem] = []

    def read(self) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        for name in self.tables:
            if name not in _TABLES and name != "grounds":
                self._problem(name, "unknown_table", known=", ".join((*_TABLES, "grounds")))
        for name, kind in _TABLES.items():
            parts["place" if name == "calendar" else name] = self._table(name, kind)
        parts["grounds"] = self._grounds()
        self._check_meta(parts["meta"])
        self._check_place(parts["place"])
        self._check_windows(parts)
        return parts

    def _problem(self, key: str, code: str, **params: str | int) -> None:
        self.problems.append(Problem(self.index.line(key), key, code, params))

    def _table(self, name: str, kind: type[Struct]) -> Any:
        found = self.tables.get(name)
        if not isinstance(found, Mapping):
            self._problem(name, "missing_table" if found is None else "not_a_table")
            return None
        hints = _hints(kind)
        required = {field.name for field in msgspec.structs.fields(kind) if field.required}
        for key in found:
            if key not in hints:
                self._problem(f"{name}.{key}", "unknown_key", known=", ".join(hints))
        values: dict[str, Any] = {}
        for key, hint in hints.items():
            if key in found:
                values[key] = self._value(f"{name}.{key}", found[key], hint)
            elif key in required:
                self._problem(f"{name}.{key}", "missing_key")
        return kind(**values) if required <= values.keys() else None

    def _value(self, key: str, value: object, hint: Any) -> Any:
        """Check one value against the type its field has; None, and a problem noted, when it does not fit."""
        if hint is Window or hint == Window | None:
            return self._window(key, value)
        if hint == tuple[Window, ...]:
            return tuple(self._window(key, each) for each in self._list(key, value))
        if hint == tuple[str, ...]:
            return tuple(each for each in self._list(key, value) if isinstance(each, str))
        if get_origin(hint) is Literal:
            if value not in get_args(hint):
                self._problem(key, "not_among", value=str(value), known=", ".join(get_args(hint)))
            return value
        if hint is bool:
            return self._of(bool, key, value, "not_a_boolean")
        if hint == int | None:
            return self._amount(key, value)
        if hint is int:
            return self._of(int, key, value, "not_a_whole_number")
        if hint is date:
            return self._of(date, key, value, "not_a_date")
        return self._of(str, key, value, "not_a_text")

    def _of(self, kind: type, key: str, value: object, code: str) -> Any:
        # true is an int, and an instant is a date, for Python but not for who writes a policy.
        if (
            not isinstance(value, kind)
            or (kind is int and isinstance(value, bool))
            or isinstance(value, datetime)
        ):
            self._problem(key, code, value=str(value))
            return None
        return value

    def _amount(self, key: str, value: object) -> Any:
        amount = self._of(int, key, value, "not_a_whole_number")
        if amount is not None and amount < 0:
            self._problem(key, "negative", value=str(value))
        return amount

    def _list(self, key: str, value: object) -> list[object]:
        if isinstance(value, list):
            return value
        self._problem(key, "not_a_list", value=str(value))
        return []

    def _window(self, key: str, value: object) -> Window | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._problem(key, "window_without_unit", value=str(value))
            return None
        if not isinstance(value, str):
            self._problem(key, "not_a_window", value=str(value))
            return None
        if value.lstrip().startswith(("-", "\u2212")):
            self._problem(key, "negative", value=value)
            return None
        try:
            window = parse_window(value)
        except ValueError:
            self._problem(key, "not_a_window", value=value)
            return None
        if window.count == 0 and key != "refund.not_before":
            self._problem(key, "zero_window")
        return window

    def _grounds(self) -> dict[str, GroundRules]:
        found = self.tables.get("grounds")
        if not isinstance(found, Mapping):
            self._problem("grounds", "missing_table" if found is None else "not_a_table")
            return {}
        rules: dict[str, GroundRules] = {}
        for ground in (*found, *(each for each in GROUNDS if each not in found)):
            key = f"grounds.{ground}"
            if ground not in GROUNDS:
                self._problem(key, "unknown_ground", known=", ".join(GROUNDS))
            elif ground not in found and ground in UNWRITTEN:
                rules[ground] = UNWRITTEN[ground]
            elif ground not in found:
                self._problem(key, "missing_table")
            else:
                rules[ground] = self._ground(key, found[ground])
        return rules

    def _ground(self, name: str, found: object) -> GroundRules:
        if not isinstance(found, Mapping):
            self._problem(name, "not_a_table")
            return GroundRules(remedies=(), evidence=())
        for key in found:
            if key not in ("remedies", "evidence"):
                self._problem(f"{name}.{key}", "unknown_key", known="remedies, evidence")
        lists: dict[str, tuple[str, ...]] = {}
        for key, known in (("remedies", REMEDIES), ("evidence", EVIDENCE)):
            if key not in found:
                self._problem(f"{name}.{key}", "missing_key")
            values = self._list(f"{name}.{key}", found.get(key, []))
            for each in values:
                if each not in known:
                    self._problem(f"{name}.{key}", "not_among", value=str(each), known=", ".join(known))
            if key == "remedies" and key in found and not values:
                self._problem(f"{name}.{key}", "empty_list")
            lists[key] = tuple(str(each) for each in values)
        return GroundRules(remedies=lists["remedies"], evidence=lists["evidence"])

    def _check_meta(self, meta: Any) -> None:
        if meta is None:
            return
        if isinstance(meta.name, str) and not _NAME.fullmatch(meta.name):
            self._problem("meta.name", "bad_name", value=meta.name)
        if isinstance(meta.version, int) and meta.version < 1:
            self._problem("meta.version", "bad_version", value=meta.version)

    def _check_place(self, place: Any) -> None:
        if place is None or None in (place.zone, place.country, place.currency):
            return
        for key, check in (
            ("currency", lambda: exponent(place.currency)),
            ("zone", lambda: Calendar(place.zone, "FR")),
            ("country", lambda: Calendar("UTC", place.country)),
        ):
            self._refused(f"calendar.{key}", check)
        if place.subdivision is not None and not any(p.key == "calendar.country" for p in self.problems):
            self._refused("calendar.subdivision", lambda: Calendar("UTC", place.country, place.subdivision))

    def _refused(self, key: str, check: Any) -> None:
        try:
            check()
        except Refusal as refusal:
            self._problem(key, f"refused_{refusal.code}", value=str(next(reversed(refusal.params.values()))))

    def _check_windows(self, parts: Mapping[str, Any]) -> None:
        for longer, shorter, code in _ORDERED:
            top, bottom = _at(parts, longer), _at(parts, shorter)
            if top is None or bottom is None:
                continue
            for each in bottom if isinstance(bottom, tuple) else (bottom,):
                if each is not None and nominal_days(each) > nominal_days(top):
                    self._problem(shorter, code, other=longer)
        for each in _at(parts, "returns.reminders") or ():
            if each is not None and each.unit is not Unit.DAYS:
                self._problem("returns.reminders", "whole_days")
        if parts["appeal"] is not None and parts["appeal"].once is False:
            self._problem("appeal.once", "appeal_once")


#: (the longer window, the one that may not exceed it, what is said otherwise)
_ORDERED = (
    ("refund.not_after", "refund.not_before", "min_over_max"),
    ("seller.response", "seller.extension", "min_over_max"),
    ("platform.ruling", "platform.proposal", "min_over_max"),
    ("returns.ship_back", "returns.reminders", "min_over_max"),
)


def _at(parts: Mapping[str, Any], key: str) -> Any:
    table, _, field = key.partition(".")
    return getattr(parts[table], field, None)
