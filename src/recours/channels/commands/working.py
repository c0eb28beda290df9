"""Working off what was heard: lane by lane, in the order in which it was written.

A lane is one customer's conversation. Who takes some of it leases it, so that two workers do not answer for one order.
What we fail on steps aside and is tried again: a message finds its place in the thread by when it was written.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import connection, transaction
from django.db.models import F

from recours import clock
from recours.channels.commands.taking import TRIES, Later, take
from recours.channels.models import ChannelEvent

log = logging.getLogger(__name__)

Outcome = ChannelEvent.Outcome

RUN = 500
"""Elements that one job works off; what is left is for the next."""
AT_ONCE = 20
"""Elements that are leased together: the files of each may take half a minute."""
LEASE = dt.timedelta(minutes=5)
FIRST_WAIT = dt.timedelta(seconds=30)
"""After waits of half a minute, 1, 2, 4 and 8 minutes the sixth failure is the last."""

TAKE = """
UPDATE channels_channelevent SET leased_until = %(until)s WHERE id IN (
  SELECT id FROM channels_channelevent AS event
  WHERE outcome = 'received' AND look_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
    AND NOT EXISTS (
      SELECT 1 FROM channels_channelevent AS other
      WHERE other.outcome = 'received' AND other.channel = event.channel AND other.account = event.account
        AND other.lane = event.lane AND other.leased_until > %(now)s)
  ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id, said_at
"""


def work_off(*, limit: int = RUN) -> int:
    """Look at what waits, at most `limit` elements; return how many were looked at, whatever became of each."""
    done = 0
    while done < limit:
        leased = _lease(clock.now())
        if not leased:
            break
        for event_id in leased:
            attend(event_id, now=clock.now())
        done += len(leased)
    return done


def attend(event_id: int, *, now: dt.datetime) -> None:
    """Look at one element. Safe to repeat. What fails is put off, and given up at last; never raises."""
    try:
        take(event_id, now=now)
    except Later as later:
        ChannelEvent.objects.filter(pk=event_id, outcome=Outcome.RECEIVED).update(
            look_at=now + later.wait, because=later.because, leased_until=None
        )
    except Exception:  # whatever one element does to us must not keep the others waiting
        log.exception("Element %s of a channel could not be looked at.", event_id)
        _failed(event_id, now)


def _lease(now: dt.datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "until": now + LEASE, "most": AT_ONCE})
        return [pk for pk, _ in sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))]


def _failed(event_id: int, now: dt.datetime) -> None:
    with transaction.atomic():
        event = ChannelEvent.objects.select_for_update().filter(pk=event_id, outcome=Outcome.RECEIVED).first()
        if event is None:
            return
        tries = event.tries + 1
        ChannelEvent.objects.filter(pk=event_id).update(
            tries=F("tries") + 1,
            because="fault",
            leased_until=None,
            look_at=now + FIRST_WAIT * 2 ** (tries - 1),
            outcome=Outcome.FAILED if tries >= TRIES else Outcome.RECEIVED,
        )
