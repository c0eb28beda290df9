"""What a seller reads: the claims against their shops, by what is due first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from recours.claims.models import Claim
from recours.claims.queries import PAGE
from recours.marketplaces.models import Shop
from recours.rules.access import Identity
from recours.rules.lifecycle.vocabulary import Role, State
from recours.ui.paging import Place

MOST = 100
"""A count stops here and reads "99+"."""


class Tab(StrEnum):
    """What the list can be narrowed to; the values are in the address."""

    TO_ANSWER = "to_answer"
    UNDERWAY = "underway"
    RETURNS = "returns"
    CLOSED = "closed"


MINE = Q(due_party=Role.SELLER)

BRANCHES: dict[Tab, dict[State, Q]] = {
    Tab.TO_ANSWER: {
        State.CONTACTING_SELLER: Q(),
        State.WITH_SELLER: Q(),
        State.WITH_PLATFORM: MINE,
        State.REPLACEMENT_DUE: Q(),
    },
    Tab.UNDERWAY: {
        State.WITH_BUYER: Q(),
        State.WITH_PLATFORM: ~MINE,
        State.RULED: Q(),
        State.REFUND_DUE: Q(),
    },
    Tab.RETURNS: {State.AWAITING_RETURN: Q(), State.RETURN_IN_TRANSIT: Q()},
    Tab.CLOSED: {State.CLOSED: Q()},
}
"""Every state is in a tab; a claim at the platform that waits for the seller's word is theirs to answer."""


def shops_of(identity: Identity) -> list[Shop]:
    """Return the shops that this person acts for, by name."""
    return list(Shop.objects.filter(pk__in=identity.shop_ids).order_by("name", "id"))


def claims_page(shop_ids: list[UUID], tab: Tab, *, after: Place | None, limit: int = PAGE) -> list[Claim]:
    """Return one page by due date (closed claims: the latest first), with one row more when there is a next page.

    One walk along the index per shop and state, each at most a page long, merged by the database: a list sorted
    across states by a single condition would read and sort all of a shop's claims.
    """
    backwards = tab is Tab.CLOSED
    order = ("-sort_at", "-id") if backwards else ("sort_at", "id")
    parts = [
        _from(rows, after, backwards).order_by(*order).values_list("sort_at", "id")[: limit + 1]
        for rows in _branches(shop_ids, tab)
    ]
    if not parts:
        return []
    merged = parts[0].union(*parts[1:], all=True).order_by(*order)[: limit + 1] if parts[1:] else parts[0]
    ids = [key for _, key in merged]
    rows = Claim.objects.select_related("shop", "buyer").defer("snapshot", "head_hash", "parked_because")
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    return [found[key] for key in ids if key in found]


def counts(shop_ids: list[UUID]) -> dict[Tab, int]:
    """Return how many claims each tab holds, up to `MOST`, in one query; closed ones are not counted."""
    counted = [tab for tab in Tab if tab is not Tab.CLOSED]
    parts: list[str] = []
    values: list[Any] = []
    for tab in counted:
        branches = [rows.values("pk")[:MOST].query.sql_with_params() for rows in _branches(shop_ids, tab)]
        together = " UNION ALL ".join(f"({sql})" for sql, _ in branches)
        # S608: the text is Django's own SQL; what a person gave is among the values.
        parts.append(f"(SELECT count(*) FROM (SELECT 1 FROM ({together}) AS part LIMIT {MOST}) AS capped)")  # noqa: S608
        values += [value for _, given in branches for value in given]
    if not shop_ids:
        return dict.fromkeys(counted, 0)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(counted, cursor.fetchone(), strict=True))


def due_meanwhile(ends: Mapping[UUID, dt.datetime]) -> list[Claim]:
    """Return the claims that wait for these shops and fall due before the end of their holidays, the first due first.

    Not more than `MOST`, in one query: a walk along the index per shop and state.
    """
    waits = Q(pk__in=())
    for shop_id, end in ends.items():
        waits |= Q(shop_id=shop_id, sort_at__lt=end)
    rows = Claim.objects.filter(waits, due_party=Role.SELLER).exclude(state=State.CLOSED)
    rows = rows.select_related("shop", "buyer").defer("snapshot", "head_hash", "parked_because")
    return list(rows.order_by("sort_at", "id")[:MOST])


def _branches(shop_ids: list[UUID], tab: Tab) -> Iterator[QuerySet[Claim]]:
    for shop_id in shop_ids:
        for state, narrower in BRANCHES[tab].items():
            yield Claim.objects.filter(narrower, shop_id=shop_id, state=state)


def _from(rows: QuerySet[Claim], after: Place | None, backwards: bool) -> QuerySet[Claim]:
    if after is None:
        return rows
    at, key = after
    if backwards:
        return rows.filter(Q(sort_at__lt=at) | Q(sort_at=at, id__lt=key), sort_at__lte=at)
    return rows.filter(Q(sort_at__gt=at) | Q(sort_at=at, id__gt=key), sort_at__gte=at)
