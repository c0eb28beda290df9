"""The team's load: who has what, what is late and why, and how the hours before and ahead are filled."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from msgspec import Struct

from recours.casework.queries import hours_of
from recours.claims.models import Claim
from recours.claims.presentation import word
from recours.claims.queries import PAGE
from recours.claims.templatetags.claims import claim_title
from recours.desk.queries import MOST, Desk, queue
from recours.desk.views.door import kept_place
from recours.rules.calendars import Calendar
from recours.rules.casework.filters import HELD_BY, Queue
from recours.rules.casework.hours import target
from recours.rules.lifecycle.vocabulary import Role

AHEAD = dt.timedelta(hours=24)
MOST_AN_HOUR = 999

# Each count is a walk along one index, MOST far: the sum over all claims of a desk would read them.
AGENTS = """
WITH ruled AS (
  SELECT event.actor_id, count(*) AS rulings FROM claims_claimevent AS event
  JOIN claims_claim AS claim ON claim.id = event.claim_id
  WHERE event.kind = 'RulingMade' AND event.at > %(since)s AND claim.marketplace_id = %(place)s
  GROUP BY event.actor_id
)
SELECT person.id, coalesce(nullif(person.name, ''), person.email),
  (SELECT count(*) FROM (SELECT 1 FROM claims_claim AS claim WHERE claim.assigned_to_id = person.id
    AND claim.marketplace_id = %(place)s AND claim.state = 'with_platform' LIMIT %(most)s) AS held),
  (SELECT count(*) FROM (SELECT 1 FROM claims_claim AS claim WHERE claim.assigned_to_id = person.id
    AND claim.marketplace_id = %(place)s AND claim.state = 'with_platform' AND claim.overdue LIMIT %(most)s) AS late),
  (SELECT count(*) FROM (SELECT 1 FROM claims_claim AS claim WHERE claim.assigned_to_id = person.id
    AND claim.marketplace_id = %(place)s AND claim.state = 'with_platform' AND claim.due_party = 'agent'
    AND NOT claim.overdue AND claim.sort_at <= %(ahead)s LIMIT %(most)s) AS due),
  coalesce(ruled.rulings, 0)
FROM people_user AS person JOIN people_deskstaff AS staff ON staff.user_id = person.id
  LEFT JOIN ruled ON ruled.actor_id = person.id
WHERE staff.marketplace_id = %(place)s AND staff.role <> 'auditor' AND person.is_active
ORDER BY 2, 1
"""

HOURS = """
WITH ruled AS (
  SELECT event.at FROM claims_claimevent AS event JOIN claims_claim AS claim ON claim.id = event.claim_id
  WHERE event.kind = 'RulingMade' AND event.at > %(from)s::timestamptz - interval '24 hours' AND event.at <= %(from)s
    AND claim.marketplace_id = %(place)s
)
SELECT hour, (SELECT count(*) FROM (SELECT 1 FROM claims_claim WHERE marketplace_id = %(place)s
    AND state = 'with_platform' AND due_party = 'agent' AND NOT overdue
    AND sort_at > hour AND sort_at <= hour + interval '1 hour' LIMIT %(most)s) AS due),
  (SELECT count(*) FROM ruled WHERE at > hour - interval '24 hours' AND at <= hour - interval '23 hours')
FROM generate_series(%(from)s::timestamptz, %(from)s::timestamptz + interval '23 hours', interval '1 hour') AS hour
ORDER BY 1
"""


class Load(Struct, frozen=True, kw_only=True):
    """What the team lead's page shows."""

    agents: list[dict[str, Any]]
    hours: list[dict[str, Any]]
    late: list[dict[str, str]]
    beyond_aim: int


def load(desk: Desk, now: dt.datetime) -> Load:
    """Read it: four statements, whatever the number of claims."""
    begin = now.replace(minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "place": desk.marketplace.pk,
        "most": MOST,
        "ahead": now + AHEAD,
        "since": now - AHEAD,
    }
    with connection.cursor() as cursor:
        cursor.execute(AGENTS, values)
        agents = cursor.fetchall()
        cursor.execute(HOURS, {"place": desk.marketplace.pk, "most": MOST_AN_HOUR, "from": begin})
        hours = cursor.fetchall()
    return Load(
        agents=[_agent(desk, *row) for row in agents],
        hours=[
            {"ahead": localtime(hour), "due": due, "before": localtime(hour) - AHEAD, "ruled": ruled}
            for hour, due, ruled in hours
            if due or ruled
        ],
        late=[_late(row) for row in _latest(desk, now)],
        beyond_aim=_beyond_aim(desk, now),
    )


def _agent(desk: Desk, key: UUID, name: str, held: int, late: int, due: int, ruled: int) -> dict[str, Any]:
    held_by = {"queue": Queue.TO_RULE.value, HELD_BY: key, **kept_place(desk)}
    return {
        "name": name,
        "url": f"{reverse('desk:queue')}?{urlencode(held_by)}",
        "held": _capped(held),
        "late": _capped(late),
        "due": _capped(due),
        "ruled": str(ruled),
    }


def _capped(count: int) -> str:
    return f"{MOST - 1}+" if count >= MOST else str(count)


def _latest(desk: Desk, now: dt.datetime) -> list[Claim]:
    rows = queue(desk, Queue.LATE, now).select_related("assigned_to", "shop").defer("snapshot")
    return list(rows.order_by("sort_at", "id")[:PAGE])


def _late(row: Claim) -> dict[str, str]:
    return {
        "reference": row.reference,
        "url": reverse("desk:claim", args=[row.reference]),
        "title": claim_title(row),
        "why": why_late(row),
    }


def why_late(row: Claim) -> str:
    """Say what keeps a claim: nobody took it, somebody was asked, an appeal, or the agent who has it."""
    if row.due_party in (Role.BUYER, Role.SELLER):
        return _("Une pièce est demandée : %(who)s.") % {"who": word("role", row.due_party)}
    if row.assigned_to_id is None:
        return _("Personne ne suit ce dossier.")
    if row.appealed:
        return _("Appel suivi par %(name)s.") % {"name": row.assigned_to}
    return _("Suivi par %(name)s.") % {"name": row.assigned_to}


def _beyond_aim(desk: Desk, now: dt.datetime) -> int:
    """Return how many claims nobody took within the team's own aim, up to MOST; by when they came before the desk."""
    hours = hours_of(desk.marketplace.pk)
    calendar = Calendar(desk.marketplace.zone, desk.marketplace.country)
    free = queue(desk, Queue.UNASSIGNED, now).order_by("sort_at", "id")[:MOST]
    came = [row.snapshot.state_since for row in free.only("snapshot")]
    aims = (target(since, hours, calendar) for since in came)
    return sum(aim is not None and aim <= now for aim in aims)
