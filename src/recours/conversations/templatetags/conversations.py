"""Messages in templates: `{{ text|own_links }}`, `{% unread_messages "buyer" as count %}`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from recours.conversations.presentation import topic_word as word_of_topic
from recours.conversations.queries import unread_count
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

register = template.Library()

_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_AFTER = ".,;:!?)]}»"
"""What ends a sentence, not an address."""


@register.filter
def own_links(text: str) -> SafeString:
    """Escape a person's words, and make the addresses of this site in them, and no others, links."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER)
        path = _path_here(address)
        if not path:
            continue
        parts += [escape(text[end : found.start()]), format_html('<a href="{}">{}</a>', path, address)]
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 -- every part is escaped above


def _path_here(address: str) -> str:
    """Return the path of an address on this site; empty for any other."""
    try:
        given, here = urlsplit(address), urlsplit(settings.SITE_URL)
        same = (given.scheme.lower(), given.hostname, given.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return ""
    if not same or given.username is not None or given.path.startswith("//") or "\\" in address:
        return ""
    query = f"?{given.query}" if given.query else ""
    fragment = f"#{given.fragment}" if given.fragment else ""
    return f"{given.path or '/'}{query}{fragment}"


@register.filter
def topic_word(topic: str) -> str:
    """Return what a conversation is about in a few words."""
    return word_of_topic(topic)


@register.simple_tag(takes_context=True)
def unread_messages(context: Context, role: str) -> int:
    """Count what the signed-in person has not read in this role; one query, asked only where it is shown."""
    request = context.get("request")
    user = getattr(request, "user", None)
    return unread_count(user.pk, Role(role)) if isinstance(user, User) else 0
