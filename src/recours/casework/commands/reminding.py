"""Putting a claim aside until an hour of one's choosing, and being told when it has come."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from recours import clock
from recours.casework.models import Reminder
from recours.casework.telling import word_to
from recours.claims.queries import OpenedClaim
from recours.notices.commands import tell
from recours.people.models import DeskStaff
from recours.rules.casework.reminding import reminded

RUNG_AT_ONCE = 500


def remind_me(opened: OpenedClaim, *, user_id: UUID, at: dt.datetime, note: str) -> Reminder:
    """Set a reminder on a claim that one sees, or move the one there is.

    Raises ReminderInThePast, ReminderTooFar, ReminderAfterDeadline.
    """
    at = reminded(opened.claim, at, opened.now)
    reminder, _made = Reminder.objects.update_or_create(
        claim_id=opened.row.pk,
        user_id=user_id,
        defaults={
            "at": at,
            "note": " ".join(note.replace("\0", " ").split())[:200],
            "set_at": opened.now,
            "rung_at": None,
        },
    )
    return reminder


def forget_reminder(*, claim_id: UUID, user_id: UUID) -> bool:
    """Take one's reminder away; whether there was one."""
    return Reminder.objects.filter(claim_id=claim_id, user_id=user_id).delete()[0] > 0


def ring(*, now: dt.datetime | None = None) -> int:
    """Tell everybody whose hour has come, behind the bell; return how many. Each is told once.

    Who works at that desk no more is told nothing of its claims; should they come back, they are told then.
    """
    now = now or clock.now()
    still_there = DeskStaff.objects.filter(
        user=OuterRef("user"), marketplace=OuterRef("claim__marketplace"), user__is_active=True
    )
    with transaction.atomic():
        due = (
            Reminder.objects.filter(Exists(still_there), rung_at=None, at__lte=now)
            .select_related("claim", "user")
            .order_by("at", "id")
            .select_for_update(skip_locked=True, of=("self",))[:RUNG_AT_ONCE]
        )
        rung = list(due)
        told = [
            word_to(each.user_id, each.claim, "reminder", f"reminder:{each.pk}:{each.at.isoformat()}")
            for each in rung
        ]
        tell(told, now=now)
        Reminder.objects.filter(pk__in=[each.pk for each in rung]).update(rung_at=now)
    return len(rung)
