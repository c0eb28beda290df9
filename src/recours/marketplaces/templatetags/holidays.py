"""A shop's holiday, for the pages of who writes to it: `{% holiday shop %}`."""

from __future__ import annotations

from django import template
from django.utils import timezone

from recours import clock
from recours.marketplaces.models import Shop
from recours.marketplaces.shops import Notice, holiday_notice
from recours.ui.language import lang

register = template.Library()


@register.inclusion_tag("marketplaces/holiday.html")
def holiday(shop: Shop | None) -> dict[str, Notice | None]:
    """Draw the notice while there is one to show; nothing for a claim that concerns no shop."""
    today = timezone.localdate(clock.now())
    return {"notice": holiday_notice(shop, lang(), today=today) if shop else None}
