"""Claims that are read together: "see also", both ways, with a reason. What becomes of each stays its own."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from recours.casework.models import ClaimLink
from recours.casework.refusals import LinkedWithItself
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.decide.context import text_given

LONGEST_REASON = 300


def link(opened: OpenedClaim, other: OpenedClaim, *, user_id: UUID, reason: str) -> ClaimLink:
    """Link two claims that an agent sees; the reason of a pair that is linked already is replaced.

    Raises LinkedWithItself, TextMissing, TextTooLong, TextNotText.
    """
    if opened.row.pk == other.row.pk:
        raise LinkedWithItself
    first, second = sorted((opened.row.pk, other.row.pk))
    with transaction.atomic():
        made, _new = ClaimLink.objects.update_or_create(
            first_id=first,
            second_id=second,
            defaults={
                "reason": " ".join(text_given(reason).split())[:LONGEST_REASON],
                "linked_by_id": user_id,
                "linked_at": opened.now,
            },
        )
    return made


def unlink(*, claim_id: UUID, other_id: UUID) -> bool:
    """Let a link go; whether there was one."""
    first, second = sorted((claim_id, other_id))
    return ClaimLink.objects.filter(first_id=first, second_id=second).delete()[0] > 0
