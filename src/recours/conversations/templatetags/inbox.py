"""The inboxes of those who answer, in templates: `{% waiting_messages "seller" as count %}`."""

from __future__ import annotations

from django import template
from django.template import Context

from recours.conversations.inbox import capped, waiting_count
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_messages(context: Context, role: str) -> str:
    """Count what waits for the answer of the signed-in person's shops or desks; empty for nothing. One query."""
    user = getattr(context.get("request"), "user", None)
    count = waiting_count(user.pk, Role(role)) if isinstance(user, User) else 0
    return capped(count) if count else ""
