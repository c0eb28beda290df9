"""The articles and terms that a letter cites, looked up by their date and noted."""

from __future__ import annotations

from datetime import date

from recours.rules.law import Law, Right
from recours.rules.refusals import Refusal
from recours.rules.windows import Calendar, Dated, due_after
from recours.rules.wording import format as formats
from recours.rules.wording.trace import source_text


class LetterLawUnknown(Refusal, ValueError):
    """The law of the day of the letter is not in the data."""


class Basis:
    """The law as a letter of one day cites it: `words` grow with what was asked for, and `cited` with the articles."""

    def __init__(self, law: Law, on: date, calendar: Calendar) -> None:
        self.law, self.on, self.calendar = law, on, calendar
        self.words: dict[str, str] = {}
        self.cited: dict[str, bool] = {}

    def cite(self, key: str, *, term: str | None = None, name: str | None = None) -> Right:
        """Put the article of a right at hand as {key} (or `name`), and its window as `term`."""
        right = self._right(key)
        self.note(name or key, right.ref, verified=right.verified)
        if term is not None and right.window is not None:
            self.words[term] = formats.window(right.window.count, right.window.unit, "fr")
        return right

    def note(self, name: str, ref: str, *, verified: bool) -> None:
        """Put an article at hand under a name."""
        article = source_text(ref, "fr")
        self.words[name] = article
        self.cited[article] = self.cited.get(article, True) and verified

    def end(self, key: str, start: date) -> Dated:
        """Return when the window of a right ends that starts with a day."""
        right = self._right(key)
        if right.window is None:
            raise ValueError(f"{key} has no window")
        return due_after(
            start,
            right.window,
            self.calendar,
            rule=f"law.{key}",
            source=right.ref,
            event=right.starts or "",
        )

    def _right(self, key: str) -> Right:
        found = self.law.find(key, self.on)
        if found is None:
            raise LetterLawUnknown(on=self.on)
        return found
