"""What is typed and not yet sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from recours.conversations.models import Message, MessageDraft

LONGEST_ANSWER = 50_000
"""Characters kept of one field: far more than may be sent, so that a text to be shortened is not lost."""


def save_message_draft(
    *, user_id: UUID, about: str, answers: Mapping[str, Any], now: dt.datetime, key: UUID | None = None
) -> MessageDraft | None:
    """Keep what was typed, right or wrong, and return the draft; None where there is nothing to keep.

    `about` is as MessageDraft says, its thing resolved through what the user may see. With `key`, the form's: what
    arrives after its message was sent is not kept again. Fields left empty make no draft, and empty the one there was.
    """
    if key is not None and Message.objects.filter(author_id=user_id, key=key).exists():
        return None
    typed = {name: _storable(value) for name, value in answers.items() if value}
    if not typed:
        discard_message_draft(user_id=user_id, about=about)
        return None
    draft, _ = MessageDraft.objects.update_or_create(
        user_id=user_id, about=about[:80], defaults={"answers": typed, "saved_at": now}
    )
    return draft


def discard_message_draft(*, user_id: UUID, about: str) -> None:
    """Forget what was typed there."""
    MessageDraft.objects.filter(user_id=user_id, about=about).delete()


def _storable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value][:100]
    # PostgreSQL has no text with a NUL in it.
    return str(value).replace("\0", "")[:LONGEST_ANSWER]
