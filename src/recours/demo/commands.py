"""Moving the demo's clock."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from recours import clock
from recours.claims.reminders import remind
from recours.claims.sweep import sweep
from recours.refunds.commands import prepare, submit_due

MARGIN = dt.timedelta(seconds=1)
"""A deadline is an exclusive end: one second later, nobody doubts that it has passed."""


class Moved(NamedTuple):
    """Where the clock stood, where it stands, and how many refunds were paid on the way."""

    before: dt.datetime
    now: dt.datetime
    paid: int


def advance(by: dt.timedelta) -> Moved:
    """Move the clock forward and do at once what the worker would do within a minute.

    In order: the shifted clock is written for every process; silence acts on what fell due; who must act soon is
    reminded; refunds that became owed are written, and those that may be paid by now are sent. Raises ValueError
    backwards, ClockIsReal outside the demo.
    """
    if by < dt.timedelta():
        raise ValueError("time only goes forward: what was decided stays decided")
    before = clock.now()
    clock.set_offset(clock.offset() + by)
    now = clock.now()
    # In one transaction: the worker is woken by its end, not in between, where it would hold claims to write of them.
    with transaction.atomic():
        sweep(now)
        remind(now)
        prepare(now)
    return Moved(before=before, now=now, paid=submit_due(now))


def advance_to(instant: dt.datetime) -> Moved:
    """Move the clock just past an instant (aware UTC); one that has passed already only lets silence act."""
    return advance(max(instant + MARGIN - clock.now(), dt.timedelta()))
