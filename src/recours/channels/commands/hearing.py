"""Keeping what a channel's webhook brings, in one statement, before it is answered or looked at."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection

from recours import jobs
from recours.channels.connected import READERS
from recours.channels.providers import Kind, Told, Unreadable
from recours.rules.channel_windows import Channel, heard_at

KEEP = """
WITH delivery AS (
  INSERT INTO channels_channeldelivery (channel, sha256, body, received_at)
  VALUES (%(channel)s, %(sha256)s, %(body)s, %(now)s)
  ON CONFLICT (channel, sha256) DO NOTHING RETURNING id
)
INSERT INTO channels_channelevent
  (channel, key, account, lane, kind, said_at, received_at, delivery_id, position, outcome, because, tries, look_at)
SELECT told.channel, told.key, told.account, told.lane, told.kind, told.said_at, %(now)s, delivery.id,
  told.position - 1, 'received', '', 0, %(now)s
FROM delivery, unnest(%(channels)s::text[], %(keys)s::text[], %(accounts)s::text[], %(lanes)s::text[],
  %(kinds)s::text[], %(said)s::timestamptz[])
  WITH ORDINALITY AS told(channel, key, account, lane, kind, said_at, position)
ON CONFLICT (channel, key) DO NOTHING
"""
JOB = "channels.work_off"


def hear(channel: Channel, body: bytes, *, now: dt.datetime) -> int:
    """Keep a webhook that came to a channel's address and was verified, each of its elements once, and return how many
    were new.

    In one statement, which is a transaction of its own: its raw body, and a row for each element that is not known by
    the service's own id. One that cannot be read is kept too, as a single element.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    told = _elements(channel, body, sha256, now)
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "channel": channel.value,
                "sha256": sha256,
                "body": body,
                "now": now,
                "channels": [(one.channel or channel).value for one in told],
                "keys": [one.key for one in told],
                "accounts": [one.account for one in told],
                "lanes": [one.lane or one.key[:160] for one in told],
                "kinds": [one.kind.value for one in told],
                "said": [heard_at(one.at, now) for one in told],
            },
        )
        kept = int(cursor.rowcount)
    if kept:
        jobs.wake(JOB)
    return kept


def _elements(channel: Channel, body: bytes, sha256: str, now: dt.datetime) -> list[Told]:
    try:
        return READERS[channel](body, now)
    except Unreadable as error:
        return [Told(key=f"body:{sha256}", account="", lane="", at=now, kind=Kind.UNKNOWN, reason=str(error))]
