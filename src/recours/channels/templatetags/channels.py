"""Mails that wait for their person's word, for the page of a conversation: `{% held_mails conversation.pk %}`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from recours.channels.mail.answers import because
from recours.channels.queries import held_in
from recours.people.queries import identity
from recours.ui.language import lang

register = template.Library()


@register.inclusion_tag("channels/held.html", takes_context=True)
def held_mails(context: template.Context, conversation_id: UUID | None) -> dict[str, Any]:
    """Show what came to the reader's own reply address from elsewhere; nothing when nothing did."""
    request = context["request"]
    rows = held_in(conversation_id, identity(request)) if conversation_id else []
    return {
        "held": [
            {"mail": row, "because": because(row.because, lang()), "text": row.text[:2000]} for row in rows
        ],
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
