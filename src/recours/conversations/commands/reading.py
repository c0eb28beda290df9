"""Having read a conversation."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection

from recours.notices.commands import mark_seen

READ = """
INSERT INTO conversations_reading (user_id, conversation_id, read_at) VALUES (%s, %s, %s)
ON CONFLICT (user_id, conversation_id) DO UPDATE SET read_at = excluded.read_at
WHERE conversations_reading.read_at < excluded.read_at
"""


def mark_read(*, conversation_id: UUID, user_id: UUID, until: dt.datetime, now: dt.datetime) -> None:
    """Note that somebody has seen the messages sent up to `until`, and clear its lines behind their bell."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [user_id, conversation_id, until])
    mark_seen(user_id=user_id, topic=f"conversation:{conversation_id}", now=now)
