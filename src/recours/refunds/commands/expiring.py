"""Reminding buyers of store credit that nobody has used, before its last day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from recours import clock
from recours.refunds.commands.telling import tell_buyer
from recours.refunds.models import StoreCredit

AHEAD = dt.timedelta(days=30)
"""Before its last day, for credit that lasts longer than this."""
SHORT = dt.timedelta(days=3)
"""For credit that does not; what lasts less still gets no reminder, which would come with the news of it."""
BATCH = 200


def remind_of_credits(now: dt.datetime | None = None) -> int:
    """Tell buyers, once, of credit that ends soon and that nobody has used; return how many were told.

    Marked in the transaction that tells it: safe to repeat, and by two at once. After a stop of the worker what has not
    ended yet is told late, and what has ended is not.
    """
    now, told = now or clock.now(), 0
    while found := _remind_some(now):
        told += found
    return told


def _remind_some(now: dt.datetime) -> int:
    soon = Q(expires_at__lte=now + AHEAD, expires_at__gt=F("issued_at") + AHEAD)
    sooner = Q(expires_at__lte=now + SHORT, expires_at__gt=F("issued_at") + SHORT)
    with transaction.atomic():
        ending = (
            StoreCredit.objects.filter(
                soon | sooner, expires_at__gt=now, status=StoreCredit.Status.ISSUED, reminded_at=None
            )
            .select_related("refund__claim__buyer__user")
            .order_by("expires_at", "pk")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
        )
        told = list(ending[:BATCH])
        for credit in told:
            credit.reminded_at = now
            credit.save(update_fields=["reminded_at"])
            tell_buyer(credit.refund, "credit_expiring", now=now)
    return len(told)
