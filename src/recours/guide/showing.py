"""The result: what follows from the answers, worded for who gave them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from recours.claims.presentation.rights import rights_of
from recours.guide.carrying import Carried
from recours.guide.telling import told
from recours.rules.entitlement import Facts, entitlements
from recours.rules.law import law_of


def result(found: Carried, now: dt.datetime) -> dict[str, Any]:
    """Return the context of the result page."""
    answers, profile = found.state.answers, found.profile
    policy, country = profile.policy, profile.meta.country
    today = now.astimezone(ZoneInfo(policy.calendar.zone)).date()
    facts = Facts(
        delivered_on=answers.delivered_on,
        claimed_at=answers.claimed_on or today,
        ground=answers.trouble.ground if answers.trouble else None,
        ordered_at=answers.ordered_on or answers.paid_on,
        promised_on=answers.promised_on,
        goods_back_at=answers.sent_back_on,
    )
    lines = entitlements(policy, law_of(country), facts)
    return {"rights": rights_of(lines, policy.calendar.zone, country), "told": told(answers)}
