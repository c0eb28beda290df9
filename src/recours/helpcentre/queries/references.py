"""What references stand for in a marketplace now."""

from __future__ import annotations

import datetime as dt

from recours.helpcentre.references import References
from recours.marketplaces.models import Marketplace
from recours.marketplaces.policies import current_policy
from recours.rules.law import law_of


def references_of(place: Marketplace, lang: str, now: dt.datetime) -> References:
    """Read the policy in force, and the law of the marketplace's country as it is today. Raises NoPolicy."""
    policy = current_policy(place.pk)
    on = policy.calendar.local_date(now)
    return References(policy, law_of(place.country), lang, on=on, name=place.name)
