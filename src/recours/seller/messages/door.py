"""The conversations of a seller's shops, and what a seller calls a buyer."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from recours.claims.presentation.words import first_name
from recours.conversations.models import Conversation
from recours.conversations.queries import ConversationNotVisible, OpenedConversation, conversation_for
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role


def opened_for(request: HttpRequest, conversation_id: UUID) -> OpenedConversation:
    """Return a conversation of the seller's shops. Raises Http404 for any other."""
    try:
        return conversation_for(identity(request), conversation_id, Role.SELLER)
    except ConversationNotVisible as error:
        raise Http404 from error


def buyer_name(row: Conversation) -> str:
    """What a seller learns of who the buyer is."""
    return first_name(row.buyer_name)


def conversation_url(row: Conversation) -> str:
    return reverse("seller:conversation", args=[row.pk])
