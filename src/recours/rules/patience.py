"""When a provider that keeps failing is left alone, and when it is asked again.

Asking a provider that is down pays nobody, holds a worker for half a minute a call, and keeps it from coming back.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

FAILURES = 5
"""How many calls in a row without an answer make a provider one that keeps failing: fewer are the network's weather."""
SURELY = dt.timedelta(minutes=1)
"""How long it has to fail: many calls at once fail together, and mean no more than one."""
SHORTEST = dt.timedelta(minutes=1)
LONGEST = dt.timedelta(minutes=15)
"""Bounds of a pause. Money that waits a quarter of an hour is late for nobody; more would be noticed."""


class Failing(Struct, frozen=True, kw_only=True):
    """The calls to one provider that got no answer since its last answer. Instants are aware, UTC.

    `tried_at` is when the present pause let somebody try, None when it has not yet.
    """

    failures: int
    since: dt.datetime
    last_at: dt.datetime
    tried_at: dt.datetime | None = None


class Asking(StrEnum):
    """Whether a provider may be asked: as usual, not now, or by one call that tries whether it is back."""

    AS_USUAL = "as_usual"
    NOT_NOW = "not_now"
    TO_TRY = "to_try"


def paused_until(failing: Failing) -> dt.datetime | None:
    """Return until when nobody asks, None for a provider that is asked as usual.

    A pause is half as long as it has been failing for, within SHORTEST and LONGEST: so each is longer than the one
    before, however many calls failed at once. A try that is under way counts as one that failed.
    """
    if failing.failures < FAILURES or failing.last_at - failing.since < SURELY:
        return None
    begins = max(failing.last_at, failing.tried_at or failing.last_at)
    return begins + min(max(SHORTEST, (begins - failing.since) / 2), LONGEST)


def asking(failing: Failing | None, now: dt.datetime) -> Asking:
    """Return whether a provider may be asked now; `failing` is None for one that answered last."""
    until = paused_until(failing) if failing else None
    if until is None:
        return Asking.AS_USUAL
    return Asking.NOT_NOW if now < until else Asking.TO_TRY
