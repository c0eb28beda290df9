"""How a shop answers those who write to it: what counts, and how it is put into words."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from recours.rules.wording import Lang, say
from recours.rules.wording.format import percent

SPAN = dt.timedelta(days=90)
"""How far back conversations count, by when they began."""
UNTERMED = dt.timedelta(days=7)
"""After which a question that has no term of its own counts as unanswered."""
FEWEST = 5
"""Questions below which nothing is said: two answers make no habit."""

_HOURS = (2, 3, 6, 12, 24)
_DAYS = (2, 3, 4, 5, 7)


class Answering(Struct, frozen=True, kw_only=True):
    """What became of the questions put to a shop: those that were answered, or whose term has passed without.

    One that is still within its term counts neither way; before a purchase, when no term is set, `UNTERMED` is waited
    for instead. Of `due`, those with a term, `in_time` were answered within it. `median` is of the answered ones, from
    the question to the first answer, in elapsed time; None where nothing was answered.
    """

    asked: int = 0
    answered: int = 0
    due: int = 0
    in_time: int = 0
    median: dt.timedelta | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there were enough questions to speak of a habit."""
        return self.asked >= FEWEST


def usual(median: dt.timedelta) -> tuple[str, int]:
    """Return the key of the sentence for a usual answer time, and the round number it holds.

    The number is the next step above the median, so that "less than 6 h" is true of half the answers at least.
    """
    if median < dt.timedelta(hours=1):
        return "answering.usual_hour", 1
    for hours in _HOURS:
        if median < dt.timedelta(hours=hours):
            return "answering.usual_hours", hours
    for days in _DAYS:
        if median < dt.timedelta(days=days):
            return "answering.usual_days", days
    return "answering.usual_longer", _DAYS[-1]


def said(answering: Answering, lang: Lang) -> list[str]:
    """Put it into sentences; one alone where there were too few questions, or no answer at all."""
    if not answering.is_enough:
        return [say(lang, "answering.too_few", days=SPAN.days)]
    if answering.median is None or not answering.answered:
        return [say(lang, "answering.never", count=answering.asked, days=SPAN.days)]
    key, count = usual(answering.median)
    words = {"count": count} if key in {"answering.usual_hours", "answering.usual_days"} else {}
    rate = _share(answering.answered, answering.asked, lang)
    sentences = [say(lang, key, **words), say(lang, "answering.rate", rate=rate)]
    if answering.due >= FEWEST:
        share = _share(answering.in_time, answering.due, lang)
        sentences.append(say(lang, "answering.in_time", share=share))
    return [*sentences, say(lang, "answering.basis", count=answering.asked, days=SPAN.days)]


def _share(part: int, whole: int, lang: Lang) -> str:
    """Round down: a hundred percent means every single one."""
    return percent(part * 100 // whole * 100, lang)
