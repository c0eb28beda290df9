"""Coming back to a claim later: never later than somebody counts on."""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal

LATEST_DAYS = 60


class ReminderInThePast(Refusal):
    """The hour has gone by."""


class ReminderTooFar(Refusal):
    """Nobody remembers what they meant so long ago."""


class ReminderAfterDeadline(Refusal):
    """The desk must have acted before."""


def reminded(claim: Claim, at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return the instant (UTC) at which somebody comes back to a claim.

    A claim that is put aside is out of its agent's list: it comes back before the desk's own deadline, so that putting
    it aside makes nothing late. Raises ReminderInThePast, ReminderTooFar, ReminderAfterDeadline.
    """
    if at <= now:
        raise ReminderInThePast
    if at > now + dt.timedelta(days=LATEST_DAYS):
        raise ReminderTooFar(days=LATEST_DAYS)
    deadline = claim.next_deadline
    if deadline is not None and deadline.party is Role.AGENT and at >= deadline.due_at:
        raise ReminderAfterDeadline(due_at=deadline.due_at)
    return at.astimezone(dt.UTC)
