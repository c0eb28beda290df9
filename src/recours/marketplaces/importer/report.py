"""What an import did, in numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec import Struct

from recours.marketplaces.importer.records import Problem
from recours.marketplaces.importer.source import Notice
from recours.rules.money import Money
from recours.rules.wording import Lang, Value, say

SHOWN_PROBLEMS = 20
"""Bad lines told one by one on the screen; the rejects file has them all."""


class Tally(Struct):
    """Counts of one batch, or of the whole file."""

    orders_new: int = 0
    orders_changed: int = 0
    orders_same: int = 0
    lines_new: int = 0
    lines_changed: int = 0
    lines_same: int = 0

    def add(self, other: Tally) -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Report(Struct, kw_only=True):
    """The result of an import. `rows` are rows of CSV, or lines of JSON Lines as rows."""

    tally: Tally
    rows: int
    orders_rejected: int
    lines_rejected: int
    """Lines of the file that were refused, those of an order refused for another line included."""
    problems: list[Problem]
    """The first of them; see `problem_count`."""
    problem_count: int
    warnings: list[Problem]
    warning_count: int
    notices: list[Notice]
    rejects: Path | None
    seconds: float
    dry_run: bool

    @property
    def rows_per_second(self) -> int:
        return round(self.rows / self.seconds) if self.seconds else 0


def told(problem: Problem, lang: Lang) -> str:
    """Say what is wrong with a line: "Ligne 12, colonne quantity : …"."""
    reason = because(problem.key, problem.params, lang)
    if problem.column:
        return say(
            lang, "import.line_column", line=_plain(problem.line_no), column=problem.column, reason=reason
        )
    return say(lang, "import.line", line=_plain(problem.line_no), reason=reason)


def because(key: str, params: dict[str, str | int], lang: Lang) -> str:
    """Put a reason into words; amounts come as minor units beside their currency, line numbers as they are."""
    values: dict[str, Value] = {}
    for name, value in params.items():
        if name.endswith("_minor"):
            values[name.removesuffix("_minor")] = Money(int(value), str(params["currency"]))
        elif name.endswith("_on"):
            values[name] = date.fromisoformat(str(value))
        else:
            values[name] = _plain(value) if isinstance(value, int) and "line" in name else value
    return say(lang, key, **values)


def _plain(number: int) -> str:
    """A line's number is a name, not a quantity: it has no thousands' separator."""
    return str(number)
