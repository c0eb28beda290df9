"""Forgetting what webhooks brought and nobody reads: likes, what became of our messages, what no version could read.

What became a message, or stands beside one, stays with the body in which it came: the exhibits of claims cite its hash.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

AT_ONCE = 5000
"""Elements that one statement forgets."""

FORGET = """
DELETE FROM channels_channelevent WHERE id IN (
  SELECT id FROM channels_channelevent AS event
  WHERE received_at < %(before)s AND message_id IS NULL AND outcome NOT IN ('received', 'posted')
    AND NOT EXISTS (SELECT 1 FROM channels_channelmedia AS media WHERE media.event_id = event.id)
  ORDER BY received_at LIMIT %(most)s)
"""
EMPTY = """
DELETE FROM channels_channeldelivery AS delivery
WHERE received_at < %(before)s
  AND NOT EXISTS (SELECT 1 FROM channels_channelevent AS event WHERE event.delivery_id = delivery.id)
"""


def forget_webhooks(*, now: dt.datetime) -> int:
    """Delete the elements older than WEBHOOK_DAYS that came to nothing, and the bodies of which no element is left;
    return how many elements there were. Safe to run twice."""
    before = now - dt.timedelta(days=settings.WEBHOOK_DAYS)
    forgotten: int = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FORGET, {"before": before, "most": AT_ONCE})
            gone = int(cursor.rowcount)
            forgotten += gone
            if gone < AT_ONCE:
                break
        cursor.execute(EMPTY, {"before": before})
    return forgotten
