"""What templates ask before they offer something: `{% if request|may_at_desk:"refund.retry" %}`."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from recours.people.queries import whole_identity
from recours.rules.access import may

register = template.Library()


@register.filter
def may_at_desk(request: HttpRequest, action: str) -> bool:
    """Whether the reader may do something at one of their desks. At which, the view says and the gate holds."""
    who = whole_identity(request)
    return any(may(who, action, marketplace_id=place) for place in who.desks)
