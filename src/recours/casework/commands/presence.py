"""Who looks at a claim at the desk, and who is writing: said by their page while it is open."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection

from recours.casework.models import Presence
from recours.live.announcing import CHANNEL
from recours.notices.commands import CLEAR

LOOKS_FOR = dt.timedelta(seconds=60)
"""A page says every twenty seconds that it is open; who has not for a minute has gone."""
WRITES_FOR = dt.timedelta(seconds=20)

_HERE = """
before AS (
  SELECT seen_at, typed_at FROM casework_presence WHERE claim_id = %(claim)s AND user_id = %(user)s
), noted AS (
  INSERT INTO casework_presence (claim_id, user_id, seen_at, typed_at)
  VALUES (%(claim)s, %(user)s, %(now)s, CASE WHEN %(typing)s THEN %(now)s::timestamptz END)
  ON CONFLICT (claim_id, user_id) DO UPDATE
  SET seen_at = excluded.seen_at, typed_at = coalesce(excluded.typed_at, casework_presence.typed_at)
), news AS (
  SELECT %(topic)s::text AS topic WHERE NOT coalesce(
    (SELECT seen_at > %(looking)s AND (NOT %(typing)s OR typed_at > %(writing)s) FROM before), false)
)
"""
NOTE = f"WITH {_HERE} SELECT pg_notify(%(channel)s, topic) FROM news"  # noqa: S608 (the text is ours)
OPEN = f"""
WITH cleared AS ({CLEAR}), {_HERE}
SELECT pg_notify(%(channel)s, topic)
FROM (SELECT topic FROM news UNION SELECT 'user:' || user_id FROM cleared) AS told
"""  # noqa: S608


def topic(claim_id: UUID) -> str:
    """Return what the pages of a claim at the desk listen to."""
    return f"desk:{claim_id}"


def note_presence(*, claim_id: UUID, user_id: UUID, typing: bool, now: dt.datetime) -> None:
    """Note that somebody has the page open, or is writing there; colleagues' pages hear when that is new. One query."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, _values(claim_id, user_id, now) | {"typing": typing})


def open_page(*, claim_id: UUID, user_id: UUID, now: dt.datetime) -> None:
    """Note that somebody has opened the claim's page, and clear its lines behind their bell. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, _values(claim_id, user_id, now) | {"typing": False, "seen": f"claim:{claim_id}"})


def _values(claim_id: UUID, user_id: UUID, now: dt.datetime) -> dict[str, Any]:
    return {
        "claim": claim_id, "user": user_id, "now": now, "looking": now - LOOKS_FOR, "writing": now - WRITES_FOR,
        "channel": CHANNEL, "topic": topic(claim_id),
    }  # fmt: skip


def forget_presence(*, now: dt.datetime) -> None:
    """Delete what says nothing any more."""
    Presence.objects.filter(seen_at__lt=now - LOOKS_FOR).delete()
