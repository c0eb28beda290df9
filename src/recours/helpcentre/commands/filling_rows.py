"""Writing what readers get of an article: the one statement that writes a `PublishedText`, with its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from msgspec import Struct

CONFIGURATIONS = {"fr": "french", "en": "english"}
"""PostgreSQL's text search configuration of each language; any other one is `simple`."""


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


_COLUMNS = (
    "article_id", "marketplace_id", "language", "version_id", "title", "summary", "html", "plain", "keywords",
    "filled_at",
)  # fmt: skip


def _words(source: str, weight: str) -> str:
    # recours_fold takes the curly apostrophe away, which would glue an article to its noun.
    folded = f"recours_fold(replace({source}, '’', ' '))"
    return f"setweight(to_tsvector(given.configuration::regconfig, {folded}), '{weight}')"


_FILL = f"""
INSERT INTO helpcentre_publishedtext ({", ".join(_COLUMNS)}, words)
SELECT {", ".join(f"given.{name}" for name in _COLUMNS)},
  {_words("given.title", "A")} || {_words("given.keywords", "B")} || {_words("given.summary", "C")}
  || {_words("given.plain", "D")}
FROM (SELECT
  %(article_id)s::uuid AS article_id, %(marketplace_id)s::uuid AS marketplace_id, %(language)s::text AS language,
  %(version_id)s::bigint AS version_id, %(title)s::text AS title, %(summary)s::text AS summary, %(html)s::text AS html,
  %(plain)s::text AS plain, %(keywords)s::text AS keywords, %(filled_at)s::timestamptz AS filled_at,
  %(configuration)s::text AS configuration) AS given
ON CONFLICT (article_id, language) DO UPDATE SET
  {", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS[3:], "words"))}
"""  # noqa: S608 - made of our own constants


def fill_rows(rows: Iterable[FilledText]) -> None:
    """Write each text, in place of the one that its article had in that language; in the caller's transaction."""
    values = [
        {
            "configuration": CONFIGURATIONS.get(row.language, "simple"),
            "keywords": "\n".join(row.keywords),
            **{name: getattr(row, name) for name in _COLUMNS if name != "keywords"},
        }
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(_FILL, values)
