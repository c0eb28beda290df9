"""`{% live_url topic … %}`: where a page listens to its topics."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http.request import split_domain_port
from django.template import Context

from recours.live.tickets import ticket

register = template.Library()


@register.simple_tag(takes_context=True)
def live_url(context: Context, *topics: Any) -> str:
    """Return the address, with a ticket, to put in `data-live`; empty where no `recours live` runs.

    Only for topics whose subject this very page shows: the ticket is what lets its holder listen.
    """
    base = stream_address(context["request"])
    return f"{base}?t={ticket(*map(str, topics))}" if base and topics else ""


def stream_address(request: Any) -> str:
    """Return where `recours live` answers, as the browser that sent `request` reaches it; empty where it does not."""
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    if settings.LIVE_PORT:
        host, _ = split_domain_port(request.get_host())
        return f"{request.scheme}://{host}:{settings.LIVE_PORT}/live/"
    return ""
