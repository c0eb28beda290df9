"""The inboxes of those who answer: what waits longest first, then everything by the latest message.

Each list is a walk along an index for each shop, a page long, merged by the database; what a row shows stands in the
conversation itself. Messages are read only where they are searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from recours.conversations.models import Conversation
from recours.conversations.queries import PAGE, matching, with_unread
from recours.rules.access import Identity
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.vocabulary import Role
from recours.ui.paging import Place

MOST = 100
"""A count stops here and reads "99+"."""


class Tab(StrEnum):
    """What an inbox can be narrowed to; the values are in the address."""

    TO_ANSWER = "to_answer"
    ALL = "all"


class Inbox:
    """The conversations that some people answer, as one of them sees them: `branches` are walked one by one."""

    def __init__(self, branches: Sequence[QuerySet[Conversation]], identity: Identity, role: Role) -> None:
        self.branches = branches
        self.identity = identity
        self.role = role
        self.awaited = Waiting.SELLER if role is Role.SELLER else Waiting.PLATFORM

    def page(
        self, tab: Tab, *, words: str = "", after: Place | None = None, limit: int = PAGE
    ) -> list[Conversation]:
        """Return one page, annotated with `unread`, with one row more than `limit` when there is a next page.

        What waits longest comes first, or the latest where everything is shown; `place` continues it.
        """
        field, backwards = ("waiting_since", False) if tab is Tab.TO_ANSWER else ("last_at", True)
        order = (f"-{field}", "-id") if backwards else (field, "id")
        parts = [
            _from(matching(self._of(rows, tab), words), after, field, backwards)
            .order_by(*order)
            .values_list(field, "id")[: limit + 1]
            for rows in self.branches
        ]
        if not parts:
            return []
        merged = parts[0].union(*parts[1:], all=True).order_by(*order)[: limit + 1] if parts[1:] else parts[0]
        ids = [key for _, key in merged]
        rows = with_unread(Conversation.objects.filter(pk__in=ids), self.identity.user_id, self.role)
        loaded = rows.select_related("buyer", "contact", "shop", "order", "marketplace", "claim")
        found = {row.pk: row for row in loaded.defer("claim__snapshot")}
        return [found[key] for key in ids if key in found]

    def count(self) -> int:
        """Return how many conversations wait for an answer, up to `MOST`."""
        parts = [self._of(rows, Tab.TO_ANSWER).values("pk")[:MOST] for rows in self.branches]
        if not parts:
            return 0
        together = parts[0].union(*parts[1:], all=True)[:MOST] if parts[1:] else parts[0]
        return len(together)

    def _of(self, rows: QuerySet[Conversation], tab: Tab) -> QuerySet[Conversation]:
        return rows.filter(waiting_on=self.awaited) if tab is Tab.TO_ANSWER else rows.exclude(last_role="")


def place(tab: Tab, row: Conversation) -> Place:
    """Return where a list goes on after this row."""
    at = row.waiting_since if tab is Tab.TO_ANSWER and row.waiting_since else row.last_at
    return at, row.pk


def inbox_of_shops(shop_ids: Sequence[UUID], identity: Identity) -> Inbox:
    """Return what these shops, resolved through `identity`, are written."""
    return Inbox([Conversation.objects.filter(shop_id=key) for key in shop_ids], identity, Role.SELLER)


def inbox_of_desk(marketplace_id: UUID, identity: Identity) -> Inbox:
    """Return what a marketplace's customer service is written; an agent does not meet their own questions here."""
    rows = Conversation.objects.filter(marketplace_id=marketplace_id, shop=None)
    if identity.buyer_ids:
        rows = rows.exclude(buyer_id__in=identity.buyer_ids)
    return Inbox([rows], identity, Role.AGENT)


WAITING = {
    Role.SELLER: """
SELECT count(*) FROM (
  SELECT 1 FROM conversations_conversation
  WHERE waiting_on = 'seller' AND shop_id IN (SELECT shop_id FROM people_shopstaff WHERE user_id = %s)
  LIMIT %s) AS waiting""",
    Role.AGENT: """
SELECT count(*) FROM (
  SELECT 1 FROM conversations_conversation AS conversation
  WHERE waiting_on = 'platform' AND shop_id IS NULL
    AND marketplace_id IN (SELECT marketplace_id FROM people_deskstaff WHERE user_id = %s)
    AND (buyer_id IS NULL OR buyer_id NOT IN (SELECT id FROM marketplaces_buyer WHERE user_id = %s))
  LIMIT %s) AS waiting""",
}


def waiting_statement(user_id: UUID | None, role: Role) -> tuple[str, list[Any]]:
    """Return the statement that counts what waits for an answer of somebody's shops, or desks, up to `MOST`, and its
    values: to be asked together with other counts.
    """
    statement = WAITING[role]
    return statement, [*[user_id] * (statement.count("%s") - 1), MOST]


def waiting_count(user_id: UUID, role: Role) -> int:
    """Count what waits for an answer of somebody's shops, or desks, up to `MOST`: one statement, for the navigation."""
    with connection.cursor() as cursor:
        cursor.execute(*waiting_statement(user_id, role))
        return int(cursor.fetchone()[0])


def tabs(
    labels: Mapping[Tab, Any], waiting: int, current: Tab, kept: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the tabs of an inbox for the component; only what waits is counted. `kept` stays in their addresses."""
    return [
        {
            "label": labels[each],
            "url": f"?{urlencode({**kept, 'tab': each.value})}",
            "current": each is current,
            "count": capped(waiting) if each is Tab.TO_ANSWER else None,
        }
        for each in Tab
    ]


def capped(count: int) -> str:
    """Write a count: "99+" past what is counted."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


def _from(
    rows: QuerySet[Conversation], after: Place | None, field: str, backwards: bool
) -> QuerySet[Conversation]:
    if after is None:
        return rows
    at, key = after
    way, to = ("lt", "lte") if backwards else ("gt", "gte")
    rest = Q(**{f"{field}__{way}": at}) | Q(**{field: at, f"id__{way}": key})
    return rows.filter(rest, **{f"{field}__{to}": at})
