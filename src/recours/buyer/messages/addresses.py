"""Where a buyer finds what belongs to a conversation."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from recours.conversations.presentation import FileUrl


def file_url(conversation_id: UUID) -> FileUrl:
    """Return how an attachment of this conversation is addressed."""

    def address(file_id: UUID, is_thumbnail: bool) -> str:
        there = reverse("buyer:message_file", args=[conversation_id, file_id])
        return f"{there}?variant=thumb" if is_thumbnail else there

    return address
