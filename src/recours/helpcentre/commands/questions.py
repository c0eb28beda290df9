"""Keeping what readers asked in vain, for the editors, with nothing in it that could name a person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection

from recours.helpcentre.queries.search import nameless

MOST_QUESTIONS = 5_000
"""Questions that are kept of a language of a marketplace. Once there are so many, new ones are let go; those that are
there go on being counted, and make room when an editor puts them away."""

_COUNT = """
INSERT INTO helpcentre_nothingfound AS known (marketplace_id, language, words, count, last_on)
SELECT %(place)s, %(language)s::varchar, %(words)s::varchar, 1, %(on)s::date
WHERE EXISTS (SELECT 1 FROM helpcentre_nothingfound
    WHERE marketplace_id = %(place)s AND language = %(language)s::varchar AND words = %(words)s::varchar)
  OR (SELECT count(*) FROM helpcentre_nothingfound
    WHERE marketplace_id = %(place)s AND language = %(language)s::varchar) < %(most)s
ON CONFLICT (marketplace_id, language, words)
  DO UPDATE SET count = known.count + 1, last_on = greatest(known.last_on, excluded.last_on)
"""


def note_nothing_found(*, marketplace_id: UUID, language: str, text: str, on: dt.date) -> str:
    """Count a question that no article answers; `on` is the marketplace's day. Return what was kept of it.

    Only everyday words, words of the articles and of the synonyms are kept, folded; at most 8 and 120 characters.
    Names, numbers and addresses are none of these. When no word is left, nothing is kept, and "" returned.
    """
    words = nameless(marketplace_id=marketplace_id, language=language, text=text)
    if words:
        values: dict[str, Any] = {
            "place": marketplace_id,
            "language": language,
            "words": words,
            "on": on,
            "most": MOST_QUESTIONS,
        }
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, values)
    return words
