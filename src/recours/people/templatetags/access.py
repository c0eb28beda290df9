"""What templates ask before they offer something: `{% if request|may:"refund.retry" %}`."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from recours.people.queries import whole_identity
from recours.rules.access import may as is_given

register = template.Library()


@register.filter
def may(request: HttpRequest, action: str) -> bool:
    """Whether the reader may do something anywhere. Where it matters at which desk, the view says so; the gate does."""
    return is_given(whole_identity(request), action)
