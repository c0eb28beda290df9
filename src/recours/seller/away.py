"""What a shop's own people are told of its holiday: which claims fall due meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from recours import clock
from recours.marketplaces.models import Shop
from recours.seller.queries import due_meanwhile


def meanwhile(shops: list[Shop]) -> dict[str, Any]:
    """Return the holidays of these shops that are not over, and the claims that fall due before their end."""
    today = timezone.localdate(clock.now())
    away = [(shop, shop.holiday) for shop in shops if shop.holiday and not shop.holiday.is_over(today)]
    ends = {shop.pk: _end(holiday.last_on) for shop, holiday in away}
    return {
        "away": [
            {"shop": shop, "first_on": holiday.first_on, "last_on": holiday.last_on} for shop, holiday in away
        ],
        "due_meanwhile": due_meanwhile(ends) if ends else [],
    }


def _end(last_on: dt.date) -> dt.datetime:
    midnight = dt.datetime.combine(last_on + dt.timedelta(days=1), dt.time.min)
    return timezone.make_aware(midnight)
