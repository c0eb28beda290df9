"""A word from the desk to one of its own, behind the bell and nowhere else: a mail would say too much, too late."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from recours.casework.models import HeldMessage
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


def word_of_held(row: HeldMessage) -> News:
    """Return the news, for its author, of a message that could not leave."""
    key = f"held:{row.pk}"
    if row.claim is not None:
        return word_to(row.author_id, row.claim, "held_back", key)
    if row.conversation is None:
        raise ValueError("a message has a place")
    return News(
        reader=Reader(role=Role.AGENT, address="", user_id=row.author_id),
        kind=Kind.MESSAGE,
        key=key,
        topic=f"conversation:{row.conversation_id}",
        marketplace_id=row.conversation.marketplace_id,
        title=row.conversation.subject,
        path=reverse("desk:conversation", args=[row.conversation_id]),
        renderer="",
        payload={},
        detail="held_back",
    )
