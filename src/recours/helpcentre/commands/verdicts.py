"""Counting what readers do with an article: numbers per day, and nobody's name."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from django.db import connection

What = Literal["read", "solved", "not_solved", "claimed"]

_COUNT = """
INSERT INTO helpcentre_verdict (article_id, language, "on", read, solved, not_solved, claimed)
VALUES (%(article)s, %(language)s, %(on)s, %(read)s, %(solved)s, %(not_solved)s, %(claimed)s)
ON CONFLICT (article_id, language, "on") DO UPDATE SET
  read = helpcentre_verdict.read + excluded.read, solved = helpcentre_verdict.solved + excluded.solved,
  not_solved = helpcentre_verdict.not_solved + excluded.not_solved,
  claimed = helpcentre_verdict.claimed + excluded.claimed
"""


def count(*, article_id: UUID, language: str, what: What, on: dt.date) -> None:
    """Add one to a day's count, in one statement: readers at the same moment are all counted."""
    values: dict[str, int | str | dt.date | UUID] = {"read": 0, "solved": 0, "not_solved": 0, "claimed": 0}
    values |= {what: 1, "article": article_id, "language": language, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
