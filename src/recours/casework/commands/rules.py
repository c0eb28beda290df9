"""Writing down to whom a desk gives the claims that come before it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from recours.casework.models import AssignmentRule
from recours.casework.refusals import NobodyNamed, TooManyRules
from recours.marketplaces.models import Marketplace
from recours.rules.casework.assigning import Assignment

MOST_RULES = 50


def add_rule(*, marketplace_id: UUID, says: Assignment, by_id: UUID, now: dt.datetime) -> AssignmentRule:
    """Add a rule behind the others. The caller has checked who may, and that the agents work there.

    Raises NobodyNamed, TooManyRules.
    """
    if not says.agents:
        raise NobodyNamed
    with transaction.atomic():
        # Two at once get two places.
        Marketplace.objects.select_for_update(no_key=True).only("pk").get(pk=marketplace_id)
        rows = AssignmentRule.objects.filter(marketplace_id=marketplace_id)
        if rows.count() >= MOST_RULES:
            raise TooManyRules(count=MOST_RULES)
        last = rows.aggregate(last=Max("position"))["last"] or 0
        return AssignmentRule.objects.create(
            marketplace_id=marketplace_id, position=last + 1, says=says, written_by_id=by_id, written_at=now
        )


def delete_rule(*, marketplace_id: UUID, rule_id: int) -> bool:
    """Delete a rule; whether there was one. Claims that it gave stay with who has them."""
    return AssignmentRule.objects.filter(pk=rule_id, marketplace_id=marketplace_id).delete()[0] > 0
