"""Locks are taken in one order everywhere: the claim, then the refund, then what it moves."""

from __future__ import annotations

from uuid import UUID

from recours.claims.models import Claim
from recours.refunds.models import Refund


def locked(refund_id: UUID) -> tuple[Claim, Refund]:
    """Lock a refund and its claim in the caller's transaction. Raises Refund.DoesNotExist."""
    claim_id = Refund.objects.values_list("claim_id", flat=True).get(pk=refund_id)
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    return claim, Refund.objects.select_for_update().get(pk=refund_id)
