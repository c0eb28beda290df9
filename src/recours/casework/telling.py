"""A word from the desk to one of its own, behind the bell and nowhere else: a mail would say too much, too late."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from recours.claims.models import Claim
from recours.notices.commands import News, Reader
from recours.notices.kinds import Kind
from recours.rules.lifecycle.vocabulary import Role


def word_to(user_id: UUID, claim: Claim, detail: str, key: str) -> News:
    """Return the news of `detail` (a key of `notices.detail`) about a claim, for an agent."""
    return News(
        reader=Reader(role=Role.AGENT, address="", user_id=user_id),
        kind=Kind.MESSAGE,
        key=key,
        topic=f"claim:{claim.pk}",
        marketplace_id=claim.marketplace_id,
        title=claim.title,
        path=reverse("desk:claim", args=[claim.reference]),
        renderer="",
        payload={},
        detail=detail,
    )
