"""Reading conversations."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours.conversations.models import Message
from recours.rules.lifecycle.claim import Actor

TWICE = dt.timedelta(minutes=2)
"""Within this, the same words from the same person are one message: a button pressed twice, a page sent again."""


def was_just_sent(conversation_id: UUID, by: Actor, text: str, *, now: dt.datetime) -> bool:
    """Whether `by` sent exactly this text moments before `now` (aware UTC)."""
    return Message.objects.filter(
        conversation_id=conversation_id,
        author_role=by.role,
        author_id=by.id,
        text=text.strip(),
        sent_at__gt=now - TWICE,
    ).exists()
