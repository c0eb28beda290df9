"""Writing what readers get of an article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct, structs

from recours.helpcentre.models import PublishedText


class FilledText(Struct, frozen=True, kw_only=True):
    """An article in one language with its references filled in."""

    article_id: UUID
    marketplace_id: UUID
    language: str
    version_id: int
    title: str
    summary: str
    html: str
    plain: str
    """The body as text, paragraphs apart by line breaks."""
    keywords: tuple[str, ...]
    """Each a word or a phrase; stored one a line, and none may hold a line break."""
    filled_at: dt.datetime


def fill_rows(rows: Iterable[FilledText]) -> None:
    """Write each text, in place of the one that its article had in that language; in the caller's transaction."""
    texts = [PublishedText(**{**structs.asdict(row), "keywords": "\n".join(row.keywords)}) for row in rows]
    PublishedText.objects.bulk_create(
        texts,
        update_conflicts=True,
        unique_fields=["article", "language"],
        update_fields=["version", "title", "summary", "html", "plain", "keywords", "filled_at"],
    )
