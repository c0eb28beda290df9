"""How much waits at the desk, for its menu: `{% desk_waits as waits %}`, then `waits.messages` and `waits.mails`."""

from __future__ import annotations

from django import template

from recours import clock
from recours.conversations.inbox import capped
from recours.desk.counting import waits
from recours.notices.context import know_unseen
from recours.people.queries import identity

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_waits(context: template.Context) -> dict[str, str]:
    """Return what waits, each as a number to show, empty when nothing does. One query, and the bell's with it."""
    request = context["request"]
    found = waits(identity(request), clock.now())
    know_unseen(request, found.unseen)
    return {
        name: capped(count) if count else ""
        for name, count in (("messages", found.messages), ("mails", found.mails))
    }
