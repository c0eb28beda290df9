"""What the demo's pages ask: when the next deadline falls, and what the clock did."""

from __future__ import annotations

import datetime as dt

from recours.claims.models import Claim, ClaimEvent
from recours.claims.presentation import word
from recours.rules.lifecycle.vocabulary import Role


def next_deadline(reference: str = "") -> dt.datetime | None:
    """Return when the next open deadline falls (UTC), of one claim or of all; None when nothing waits for the clock."""
    rows = Claim.objects.filter(due_at__isnull=False, parked_at=None)
    if reference:
        rows = rows.filter(reference=reference)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def done_by_silence(since: dt.datetime, *, first: str = "") -> list[tuple[str, str]]:
    """Return what the clock did, recorded from `since` on: each claim's title and what happened.

    What happened to the claim of reference `first` comes first; then the oldest.
    """
    rows = ClaimEvent.objects.filter(recorded_at__gte=since, actor_role=Role.CLOCK).select_related("claim")
    in_order = sorted(rows.order_by("at", "claim_id", "seq"), key=lambda row: row.claim.reference != first)
    return [(row.claim.title or row.claim.reference, word("happened", row.kind)) for row in in_order]
