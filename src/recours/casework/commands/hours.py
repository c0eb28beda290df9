"""Saying when a desk's team works. Deadlines are counted from the policy and the law, and read nothing of this."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours.casework.models import TeamHours
from recours.rules.casework.hours import Hours


def set_hours(*, marketplace_id: UUID, hours: Hours, by_id: UUID, now: dt.datetime) -> TeamHours:
    """Keep the hours of a team. The caller has checked who may. Raises HoursUpsideDown, NeverOpen."""
    row, _made = TeamHours.objects.update_or_create(
        marketplace_id=marketplace_id,
        defaults={"says": hours.checked(), "changed_by_id": by_id, "changed_at": now},
    )
    return row
