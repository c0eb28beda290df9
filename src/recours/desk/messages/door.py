"""The conversations of an agent's desks."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from recours.conversations.queries import ConversationNotVisible, OpenedConversation, conversation_for
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role


def opened_for(request: HttpRequest, conversation_id: UUID) -> OpenedConversation:
    """Return a conversation of the agent's desks. Raises Http404 for any other."""
    try:
        return conversation_for(identity(request), conversation_id, Role.AGENT)
    except ConversationNotVisible as error:
        raise Http404 from error
