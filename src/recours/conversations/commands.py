"""Writing a message."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours.conversations.models import Conversation, Message
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import text_given


def start_conversation(
    *, marketplace_id: UUID, buyer_id: UUID, shop_id: UUID | None, now: dt.datetime
) -> Conversation:
    """Open a conversation between a buyer and a shop, or the desk alone; in the caller's transaction."""
    return Conversation.objects.create(
        marketplace_id=marketplace_id, buyer_id=buyer_id, shop_id=shop_id, started_at=now
    )


def send_message(*, conversation_id: UUID, by: Actor, text: str, now: dt.datetime) -> Message:
    """Append a message. The caller has checked that `by` is a party. Raises TextMissing, TextTooLong."""
    return Message.objects.create(
        conversation_id=conversation_id,
        author_role=by.role,
        author_id=by.id,
        text=text_given(text),
        sent_at=now,
    )
