"""Exhibits become pages of the letter: a picture is one, a PDF has its own. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recours.files.judge import Judged
from recours.rules.refusals import Refusal
from recours.typesetting import TypesettingError, drawn_pages

MOST_PAGES = 24
"""Pages annexed to one letter: what a process that sets papers unpacks at once, and what an envelope holds."""


class ExhibitNotForPaper(Refusal, ValueError):
    """A film, a mail or a text cannot be printed as a page."""


class ExhibitNotDrawn(Refusal, ValueError):
    """A PDF that opens, but whose pages cannot be drawn."""


class ExhibitPagesTooMany(Refusal, ValueError):
    """There are more pages than one letter takes."""


def annexed(exhibits: Mapping[str, Sequence[Judged]]) -> dict[str, tuple[bytes, ...]]:
    """Return the pages of each exhibit, by its name, as pictures. Raises the refusals above, each with the file's name.

    Pages are counted before any is drawn.
    """
    files = [judged for each in exhibits.values() for judged in each]
    for judged in files:
        if judged.kind not in ("image", "pdf"):
            raise ExhibitNotForPaper(name=judged.name)
    count = sum(judged.pages or 1 for judged in files)
    if count > MOST_PAGES:
        raise ExhibitPagesTooMany(count=count, most=MOST_PAGES)
    return {
        name: tuple(page for judged in each for page in _pages(judged)) for name, each in exhibits.items()
    }


def _pages(judged: Judged) -> tuple[bytes, ...]:
    if judged.kind == "image":
        return (judged.clean,)
    try:
        return drawn_pages(judged.clean, judged.pages or 1)
    except TypesettingError as error:
        raise ExhibitNotDrawn(name=judged.name) from error
