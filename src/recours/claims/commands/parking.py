"""Giving a claim that the sweep set aside another try."""

from __future__ import annotations

from uuid import UUID

from recours.claims.models import Claim


def unpark(claim_id: UUID) -> bool:
    """Put a parked claim back among those that the sweep looks at; whether it was parked.

    The sweep of the next minute decides it anew, at the instants its deadlines fell due, and parks it again with
    the new reason if it still raises.
    """
    parked = Claim.objects.filter(pk=claim_id, parked_at__isnull=False)
    return parked.update(parked_at=None, parked_because="") == 1
