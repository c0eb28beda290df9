"""What the desk reads: its queues by due date, cheap counts, the search. One marketplace at a time.

Every list is a walk along one index of `claims.models`, 26 rows far, whatever the size of the table; a count stops at
`MOST`. An agent who is a party to a claim does not meet it here: see `rules.access.role_in`.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from msgspec import Struct

from recours.claims.models import Claim
from recours.claims.queries import PAGE, due_first
from recours.marketplaces.models import Marketplace, Order, Parcel
from recours.people.models import User
from recours.rules.access import Identity
from recours.rules.lifecycle.vocabulary import Ground, Role, State
from recours.ui.paging import Place

MOST = 100
"""A count stops here: "99+" tells an agent as much as an exact number, and costs the same at a million claims."""


class Queue(StrEnum):
    """The filters of the desk, in the order of its tabs; their values are in the address."""

    TO_RULE = "to_rule"
    LATE = "late"
    WITH_SELLER = "with_seller"
    MINE = "mine"
    APPEALS = "appeals"
    LATE_REFUNDS = "late_refunds"
    MISSING_REFUNDS = "missing_refunds"


class Desk(Struct, frozen=True, kw_only=True):
    """Who is at the desk, and of which marketplace."""

    identity: Identity
    marketplace: Marketplace

    @property
    def claims(self) -> QuerySet[Claim]:
        """The claims of the marketplace in which the agent is no party."""
        rows = Claim.objects.filter(marketplace=self.marketplace)
        if self.identity.buyer_ids:
            rows = rows.exclude(buyer_id__in=self.identity.buyer_ids)
        if self.identity.shop_ids:
            rows = rows.exclude(shop_id__in=self.identity.shop_ids)
        return rows


def marketplaces_of(identity: Identity) -> list[Marketplace]:
    """Return the marketplaces at whose desk this person works, by name."""
    return list(Marketplace.objects.filter(pk__in=identity.agent_of).order_by("name", "id"))


def queue(desk: Desk, which: Queue) -> QuerySet[Claim]:
    """Return the claims of one queue, unordered. Each condition is the leading part of an index."""
    rows = desk.claims
    match which:
        case Queue.TO_RULE:
            return rows.filter(state=State.WITH_PLATFORM)
        case Queue.LATE:
            return rows.filter(overdue=True, state=State.WITH_PLATFORM)
        case Queue.WITH_SELLER:
            return rows.filter(state=State.WITH_SELLER)
        case Queue.MINE:
            return rows.filter(assigned_to=desk.identity.user_id)
        case Queue.APPEALS:
            return rows.filter(appealed=True, state=State.WITH_PLATFORM)
        case Queue.LATE_REFUNDS:
            return rows.filter(overdue=True, state=State.REFUND_DUE)
        case Queue.MISSING_REFUNDS:
            return rows.filter(Q(due_party=Role.AGENT) | Q(overdue=True), state=State.CLOSED)


def queue_page(
    desk: Desk, which: Queue, *, ground: Ground | None, after: Place | None, limit: int = PAGE
) -> list[Claim]:
    """Return one page of a queue by due date, with one row more than `limit` when there is a next page."""
    rows = queue(desk, which)
    if ground is not None:
        rows = rows.filter(ground=ground)
    return due_first(_listed(rows), after, limit)


def queue_counts(desk: Desk) -> dict[Queue, int]:
    """Return how many claims each queue holds, up to `MOST`, in one query."""
    parts = [queue(desk, which).values("pk")[:MOST].query.sql_with_params() for which in Queue]
    # S608: the text is Django's own SQL; what a person gave is among the values.
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS capped)" for sql, _ in parts)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in parts for value in values])
        return dict(zip(Queue, cursor.fetchone(), strict=True))


def search(desk: Desk, text: str) -> list[Claim]:
    """Return the claims with this reference (with or without its "L-") or on the order of this number."""
    wanted = text.strip()
    if not wanted or "\x00" in wanted:
        return []
    reference = wanted.upper()
    order = Order.objects.filter(
        marketplace=desk.marketplace, number__in={wanted, wanted.upper(), wanted.lower()}
    )
    # Two walks along two unique indexes: an OR between them would read the whole table.
    found = [row.pk for row in desk.claims.filter(reference__in={reference, f"L-{reference}"}).only("pk")]
    found += [row.pk for row in desk.claims.filter(order__in=order).only("pk")[:PAGE]]
    return list(_listed(Claim.objects.filter(pk__in=found)).order_by("-opened_at", "-id")) if found else []


def parked_page(desk: Desk, *, after: Place | None, limit: int = PAGE) -> list[Claim]:
    """Return a page of the claims that the sweep set aside, the longest waiting first."""
    rows = desk.claims.filter(parked_at__isnull=False)
    if after is not None:
        rows = rows.filter(Q(parked_at__gt=after[0]) | Q(parked_at=after[0], id__gt=after[1]))
    return list(rows.select_related("shop").defer("snapshot").order_by("parked_at", "id")[: limit + 1])


def parked_claim(desk_of: Identity, reference: str) -> Claim | None:
    """Return a parked claim at one of the person's desks by its reference, None when there is no such claim."""
    if "\0" in reference:
        return None
    rows = Claim.objects.filter(reference=reference, marketplace_id__in=desk_of.agent_of)
    if desk_of.buyer_ids:
        rows = rows.exclude(buyer_id__in=desk_of.buyer_ids)
    if desk_of.shop_ids:
        rows = rows.exclude(shop_id__in=desk_of.shop_ids)
    return rows.filter(parked_at__isnull=False).defer("snapshot").first()


def names_of(user_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """Return how to call these people at the desk."""
    wanted = {key for key in user_ids if key is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def parcels_of(order_id: UUID | None) -> list[Parcel]:
    """Return the parcels of a claim's order, in the marketplace's order."""
    return list(Parcel.objects.filter(order_id=order_id).order_by("pk")) if order_id else []


def _listed(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """Read what a row of a list shows: the snapshot, several kB of it, stays where it is."""
    return rows.select_related("shop", "assigned_to").defer("snapshot", "head_hash", "parked_because")
