"""How much waits for the desk among mails, for its navigation: `{% mail_count as waiting %}`."""

from __future__ import annotations

from django import template

from recours.desk.mail.queries import MOST
from recours.desk.mail.queries import mail_count as counted
from recours.people.queries import identity

register = template.Library()


@register.simple_tag(takes_context=True)
def mail_count(context: template.Context) -> str:
    """Return the number of mails to deal with, empty when there are none."""
    found = counted(identity(context["request"]))
    return "" if not found else f"{MOST - 1}+" if found >= MOST else str(found)
