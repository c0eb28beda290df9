"""Telling the open pages, by PostgreSQL's NOTIFY: heard when the transaction commits, and never if it does not."""

from __future__ import annotations

from django.db import connection

CHANNEL = "recours_live"


def announce(*topics: str) -> None:
    """Tell whoever watches one of `topics` that it changed, once the present transaction has committed."""
    if not topics:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic", [CHANNEL, list(topics)]
        )
