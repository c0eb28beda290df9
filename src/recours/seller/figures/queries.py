"""Counting a shop's claims, whole sets at a time: a period of a shop is read along one index, whatever else there is.

Measured as it is asked (docs/adr/0050): nothing is counted ahead, so nothing can be out of date.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Min, OuterRef, QuerySet, Subquery
from msgspec import Struct

from recours.claims.models import Claim, ClaimEvent
from recours.rules.lifecycle.vocabulary import Ground, Role
from recours.rules.shop_figures import (
    CARRIER,
    GROUNDS_OF,
    NOT_UPHELD,
    OWN,
    RESOLUTIONS_OF,
    UPHELD,
    Cases,
    Figures,
    Product,
)

PRODUCTS = 20
"""Articles that the page names, the most complained of first; the file has all claims."""

NOT_ANSWERS = ("ResponseExtended",)
"""What a seller does that answers nothing."""

# An answer is the shop's first act on the claim, or on the one that it was split off from; its messages are counted on
# its public page.
FIGURES = """
WITH told AS MATERIALIZED (
  SELECT claim.ground, claim.resolution, claim.opened_at, (
    SELECT least(
      min(event.at) FILTER (WHERE event.actor_role = 'seller' AND event.kind <> ALL(%(not_answers)s)),
      min((
        SELECT min((step->>'at')::timestamptz) FROM jsonb_array_elements(event.body->'before') AS step
        WHERE step->>'by' = 'seller' AND step->>'kind' <> ALL(%(not_answers)s)
      )) FILTER (WHERE event.seq = 1 AND event.kind = 'ClaimSplitOff'))
    FROM claims_claimevent AS event WHERE event.claim_id = claim.id
  ) AS answered_at
  FROM claims_claim AS claim
  WHERE claim.shop_id = ANY(%(shops)s) AND claim.opened_at >= %(since)s AND claim.opened_at <= %(until)s
)
SELECT
  (SELECT count(*) FROM marketplaces_order AS bought
   WHERE bought.shop_id = ANY(%(shops)s) AND bought.ordered_at >= %(since)s AND bought.ordered_at <= %(until)s),
  count(*) FILTER (WHERE ground = ANY(%(own)s)),
  count(*) FILTER (WHERE ground = ANY(%(carrier)s)),
  count(*) FILTER (WHERE ground = 'change_of_mind'),
  count(answered_at) FILTER (WHERE ground = ANY(%(own)s)),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY answered_at - opened_at) FILTER (WHERE ground = ANY(%(own)s)),
  count(*) FILTER (WHERE ground = ANY(%(own)s) AND resolution = ANY(%(upheld)s)),
  count(*) FILTER (WHERE ground = ANY(%(own)s) AND resolution = ANY(%(not_upheld)s))
FROM told
"""

BY_PRODUCT = """
WITH told AS MATERIALIZED (
  SELECT claim.id, claim.ground FROM claims_claim AS claim
  WHERE claim.shop_id = ANY(%(shops)s) AND claim.opened_at >= %(since)s AND claim.opened_at <= %(until)s
    AND claim.ground = ANY(%(own)s)
),
counted AS (
  SELECT line.title, told.ground, count(DISTINCT told.id) AS claims
  FROM told
  JOIN claims_claimline AS part ON part.claim_id = told.id
  JOIN marketplaces_orderline AS line ON line.id = part.order_line_id
  GROUP BY line.title, told.ground
)
SELECT title, (sum(claims) OVER whole)::int, ground, claims FROM counted
WINDOW whole AS (PARTITION BY title)
ORDER BY 2 DESC, title, claims DESC, ground
"""


class Asked(Struct, frozen=True, kw_only=True):
    """Which claims are counted: of these shops, opened from `since` to `until`, both included."""

    shop_ids: tuple[UUID, ...]
    since: dt.datetime
    until: dt.datetime

    @property
    def values(self) -> dict[str, Any]:
        return {
            "shops": list(self.shop_ids),
            "since": self.since,
            "until": self.until,
            "own": list(OWN),
            "carrier": list(CARRIER),
            "upheld": list(UPHELD),
            "not_upheld": list(NOT_UPHELD),
            "not_answers": list(NOT_ANSWERS),
        }


def figures_of(asked: Asked) -> Figures:
    """Return the figures of a period, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, asked.values)
        orders, claims, carrier, withdrawals, answered, answer, upheld, not_upheld = cursor.fetchone()
    return Figures(
        orders=orders, claims=claims, carrier=carrier, withdrawals=withdrawals, answered=answered,
        answer=answer, upheld=upheld, not_upheld=not_upheld,
    )  # fmt: skip


def products_of(asked: Asked) -> list[Product]:
    """Return the articles complained of most, each with its reasons, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(BY_PRODUCT, asked.values)
        rows = cursor.fetchall()
    found: dict[str, list[tuple[Ground, int]]] = {}
    wholes: dict[str, int] = {}
    for title, whole, ground, claims in rows:
        if title not in found and len(found) == PRODUCTS:
            break
        found.setdefault(title, []).append((Ground(ground), claims))
        wholes[title] = whole
    return [
        Product(title=title, claims=wholes[title], reasons=tuple(reasons)) for title, reasons in found.items()
    ]


def claims_of(
    asked: Asked, which: Cases | None, *, ground: Ground | None = None, product: str = ""
) -> QuerySet[Claim]:
    """Return the claims behind a figure, the latest first, each with `answered_at`; all of the period for None."""
    acts = ClaimEvent.objects.filter(claim=OuterRef("pk"), actor_role=Role.SELLER)
    acts = acts.exclude(kind__in=NOT_ANSWERS)
    first = acts.values("claim").annotate(first=Min("at")).values("first")
    rows = Claim.objects.filter(
        shop_id__in=asked.shop_ids, opened_at__gte=asked.since, opened_at__lte=asked.until
    ).annotate(answered_at=Subquery(first))
    rows = rows.filter(
        ground__in=GROUNDS_OF.get(which, OWN) if which else (*OWN, *CARRIER, Ground.CHANGE_OF_MIND)
    )
    if which in RESOLUTIONS_OF:
        rows = rows.filter(resolution__in=RESOLUTIONS_OF[which])
    if which is Cases.ANSWERED:
        rows = rows.filter(answered_at__isnull=False).annotate(took=F("answered_at") - F("opened_at"))
    if ground is not None:
        rows = rows.filter(ground=ground)
    if product:
        rows = rows.filter(pk__in=Claim.objects.filter(lines__order_line__title=product).values("pk"))
    rows = rows.select_related("shop").defer("snapshot", "head_hash", "parked_because")
    return rows.order_by("-opened_at", "-id")
