"""Reminding who must act: three days before their deadline, and one.

A mark per number of days says how far reminders have been given. A run takes the deadlines between the mark and now,
tells them in one statement and moves the mark in the same transaction: nothing is reminded of twice, and after a night
without a worker nothing is left out. A deadline that was moved or met meanwhile is dropped when its mail is worded.

Goods to send back are not reminded of here. The policy says itself how many days before, and the claim keeps those
reminders as events of its own (`ShipBackReminded`), which are told like all events: one mechanism, one mail a day.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from recours import clock
from recours.claims.announcing import READERS, paths
from recours.claims.models import ReminderMark
from recours.notices.telling import statement, tell_found
from recours.rules.lifecycle.vocabulary import MARKETPLACE_GROUNDS

AHEAD = (3, 1)
"""Days before a deadline, the longest first. Each is 24 hours, whatever the clocks on the wall do."""

# A window no longer than the reminder's days gets none: it would come with the news of what must be done, or after it.
# While a ruling can be appealed both parties may act, although the deadline stands in the buyer's name alone.
REMIND = statement(
    f"""
WITH due AS (
  SELECT claim.id, claim.due_at, claim.due_party, claim.snapshot -> 'deadlines' -> 0 ->> 'kind' AS what,
    claim.state = 'ruled' AND claim.shop_id IS NOT NULL AND claim.ground <> ALL(%(without_seller)s::text[]) AS both
  FROM claims_claim AS claim
  WHERE claim.due_at > %(after)s::timestamptz AND claim.due_at <= %(until)s::timestamptz AND claim.parked_at IS NULL
    AND claim.due_party IN ('buyer', 'seller') AND claim.state <> 'awaiting_return'
    AND claim.due_at - %(ahead)s::interval > greatest(
      (claim.snapshot ->> 'state_since')::timestamptz,
      (claim.snapshot -> 'request' ->> 'asked_at')::timestamptz,
      (claim.snapshot -> 'trip' ->> 'arrived_on')::timestamptz)
), asked AS MATERIALIZED (
  SELECT due.id AS claim, party.role, NULL::uuid AS agent, 'deadline' AS kind, true AS protects,
    concat_ws(':', 'deadline', due.id, what, extract(epoch FROM due_at)::bigint, %(days)s::int, party.role) AS key,
    'due_' || what AS detail,
    jsonb_build_object('claim', due.id, 'deadline', what, 'due_at', due_at, 'days', %(days)s::int) AS payload,
    1 AS rings
  FROM due CROSS JOIN LATERAL (SELECT due_party AS role UNION SELECT 'seller' WHERE due.both) AS party
), {READERS}"""  # noqa: S608 -- written above
)


def remind(now: dt.datetime | None = None) -> None:
    """Tell who must act within AHEAD days of `now` (aware UTC) and has not been told; all in one transaction.

    The first run only sets the marks: what is due already was announced when it began.
    """
    now = now or clock.now()
    with transaction.atomic():
        for ahead, nearer in zip(AHEAD, (*AHEAD[1:], 0), strict=True):
            _remind(ahead, nearer, now)


def _remind(ahead: int, nearer: int, now: dt.datetime) -> None:
    ReminderMark.objects.get_or_create(ahead_days=ahead, defaults={"up_to": now})
    mark = ReminderMark.objects.select_for_update().get(pk=ahead)
    if mark.up_to >= now:
        return
    before = dt.timedelta(days=ahead)
    values = {
        # What is due sooner than the next reminder is left to that one, or to nobody: after a long stop of the
        # worker nobody gets two at once, nor one for what has passed.
        "after": max(mark.up_to + before, now + dt.timedelta(days=nearer)),
        "until": now + before,
        "ahead": before,
        "days": ahead,
        "without_seller": sorted(MARKETPLACE_GROUNDS),
    }
    tell_found(REMIND, {**values, **paths()}, now=now)
    mark.up_to = now
    mark.save(update_fields=["up_to"])
