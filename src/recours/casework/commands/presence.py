"""Who looks at a claim at the desk, and who is writing: said by their page while it is open."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection

from recours.casework.models import Presence
from recours.live.announcing import CHANNEL

LOOKS_FOR = dt.timedelta(seconds=60)
"""A page says every twenty seconds that it is open; who has not for a minute has gone."""
WRITES_FOR = dt.timedelta(seconds=20)

SEEN = """
WITH before AS (
  SELECT seen_at, typed_at FROM casework_presence WHERE claim_id = %(claim)s AND user_id = %(user)s
), now AS (
  INSERT INTO casework_presence (claim_id, user_id, seen_at, typed_at)
  VALUES (%(claim)s, %(user)s, %(now)s, CASE WHEN %(typing)s THEN %(now)s::timestamptz END)
  ON CONFLICT (claim_id, user_id) DO UPDATE
  SET seen_at = excluded.seen_at, typed_at = coalesce(excluded.typed_at, casework_presence.typed_at)
)
SELECT pg_notify(%(channel)s, %(topic)s) WHERE NOT coalesce(
  (SELECT seen_at > %(looking)s AND (NOT %(typing)s OR typed_at > %(writing)s) FROM before), false)
"""


def topic(claim_id: UUID) -> str:
    """Return what the pages of a claim at the desk listen to."""
    return f"desk:{claim_id}"


def note_presence(*, claim_id: UUID, user_id: UUID, typing: bool, now: dt.datetime) -> None:
    """Note that somebody has the page open, or is writing there; colleagues' pages hear when that is new. One query."""
    values: dict[str, Any] = {
        "claim": claim_id, "user": user_id, "now": now, "typing": typing, "looking": now - LOOKS_FOR,
        "writing": now - WRITES_FOR, "channel": CHANNEL, "topic": topic(claim_id),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SEEN, values)


def forget_presence(*, now: dt.datetime) -> None:
    """Delete what says nothing any more."""
    Presence.objects.filter(seen_at__lt=now - LOOKS_FOR).delete()
