"""What waits, what left, what did not arrive."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from recours.outbox.models import Mail

# The states are written out: only so does PostgreSQL use the index of what is to be sent in a prepared statement.
NEXT = """
SELECT * FROM outbox_mail
WHERE state IN ('waiting', 'sending') AND not_before <= %(now)s
  AND (state = 'waiting' OR taken_at < %(lost)s)
ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
GRACE = dt.timedelta(minutes=2)
"""A mail that has been "sending" for longer has lost its worker: no exchange with a server takes that long."""

OLDEST_SENT = dt.timedelta(days=7)
"""No mail leaves later than this after it was asked for: it would have been given up."""


class Tally(Struct, frozen=True):
    """How the outbox fares."""

    waiting: int
    oldest: dt.datetime | None
    """Since when the one that waits longest should have left."""
    not_arrived: int
    """Failed, bounced or complained about within a week."""


def is_due(now: dt.datetime) -> bool:
    """Say whether a mail should have left by `now`, those that a worker holds among them."""
    waiting = [Mail.State.WAITING, Mail.State.SENDING]
    return Mail.objects.filter(state__in=waiting, not_before__lte=now).exists()


def lock_next(now: dt.datetime) -> Mail | None:
    """Lock and return the mail that has been due for longest; one that another worker holds is passed over."""
    rows = Mail.objects.raw(NEXT, {"now": now, "lost": now - GRACE})
    return next(iter(rows), None)


def sent_lately(mail: Mail, *, since: dt.datetime, most: int) -> list[dt.datetime]:
    """Return when the latest mails like this one left for the same address, at most `most`, after `since`.

    Like it: letters about an account, or else all that protect nothing.
    """
    recent = Mail.objects.filter(address=mail.address, created_at__gt=since - OLDEST_SENT)
    like = recent.filter(protects=False, sent_at__gt=since)
    like = like.filter(kind=mail.kind) if mail.is_letter else like.exclude(kind=Mail.ACCOUNT)
    return [at for at in like.order_by("-sent_at").values_list("sent_at", flat=True)[:most] if at]


def tally(now: dt.datetime) -> Tally:
    """Return what an operator asks about the outbox."""
    waiting = Mail.objects.filter(state__in=[Mail.State.WAITING, Mail.State.SENDING])
    returned = Mail.objects.filter(
        state__in=[Mail.State.FAILED, Mail.State.BOUNCED, Mail.State.COMPLAINED],
        returned_at__gt=now - dt.timedelta(days=7),
    )
    first = waiting.order_by("not_before").values_list("not_before", flat=True).first()
    return Tally(waiting.count(), first, returned.count())
