"""The desk's counts: composed by Django once in the life of a process, then only filled in and sent.

Every page of the desk draws a menu with counts, and its queue a dozen more. Composing their text took over a quarter of
what the queue cost in Python, several times what it takes to ask them. The text depends on what is asked and on how
many shops, buyers and desks the asker has, not on who they are: so it is composed for stand-ins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet
from msgspec import Struct

from recours.channels.queries import inbound_of
from recours.conversations.inbox import waiting_statement
from recours.desk.queries import MOST, Desk, not_arrived, view
from recours.marketplaces.models import Marketplace
from recours.notices.queries import unseen_statement
from recours.rules.access import Identity
from recours.rules.casework.filters import Filters
from recours.rules.lifecycle.vocabulary import Role

KEPT = 1024
"""Texts that a process keeps: the fixed queues, and saved views for askers with as many shops, buyers and desks."""

_NOW = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The moment of every composed text: what stands in it of time is so far from the moment when it is filled in."""


class Shape(Struct, frozen=True):
    """All of an asker that the text of a count depends on."""

    buyers: int
    shops: int
    desks: int

    @classmethod
    def of(cls, who: Identity) -> Shape:
        return cls(len(who.buyer_ids), len(who.shop_ids), len(who.agent_of))


class Count(Struct, frozen=True):
    """One count up to a limit, as text, and the values in it: those of a stand-in, or always the same."""

    text: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any], most: int) -> Count:
        sql, values = rows.values("pk")[:most].query.sql_with_params()
        # S608: the text is Django's own SQL; what a person gave is among the values.
        return cls(f"SELECT count(*) FROM ({sql}) AS capped", tuple(values))  # noqa: S608

    def filled(self, real: Mapping[Any, Any], now: dt.datetime) -> list[Any]:
        """Return the values for who really asks, and when."""
        return [
            now + (value - _NOW) if isinstance(value, dt.datetime) else real.get(value, value)
            for value in self.values
        ]


class Waits(Struct, frozen=True):
    """How many conversations wait for an answer, how many mails are to be dealt with, and how many lines behind the
    bell are new; each counted up to MOST.
    """

    messages: int
    mails: int
    unseen: int


def view_counts(desk: Desk, views: Sequence[Filters], now: dt.datetime, *, most: int = MOST) -> list[int]:
    """Return how many claims each view holds, up to `most`, in one query."""
    shape, real = Shape.of(desk.identity), _real(desk)
    parts = [_of_view(each, shape, most) for each in views]
    return _asked([(part.text, part.filled(real, now)) for part in parts])


def waits(identity: Identity, now: dt.datetime) -> Waits:
    """Count what waits for somebody at the desk. One query."""
    real, me = _real(Desk(identity=identity, marketplace=Marketplace())), identity.user_id
    parts = [(part.text, part.filled(real, now)) for part in _of_mails(Shape.of(identity))]
    messages, unseen, lost, unplaced = _asked(
        [waiting_statement(me, Role.AGENT), unseen_statement(me), *parts]
    )
    return Waits(messages=messages, mails=lost + unplaced, unseen=unseen)


@lru_cache(KEPT)
def _of_view(filters: Filters, shape: Shape, most: int) -> Count:
    return Count.of(view(_stand_in(shape), filters, _NOW), most)


@lru_cache(KEPT)
def _of_mails(shape: Shape) -> tuple[Count, ...]:
    who = _stand_in(shape).identity
    return Count.of(not_arrived(who.agent_of), MOST), Count.of(inbound_of(who), MOST)


@lru_cache(KEPT)
def _stand_in(shape: Shape) -> Desk:
    # Drawn anew by each process: an address can name none of them.
    who = Identity(
        user_id=uuid4(),
        buyer_ids=frozenset(uuid4() for _ in range(shape.buyers)),
        shop_ids=frozenset(uuid4() for _ in range(shape.shops)),
        agent_of=frozenset(uuid4() for _ in range(shape.desks)),
    )
    return Desk(identity=who, marketplace=Marketplace(pk=uuid4()))


def _real(asker: Desk) -> dict[Any, Any]:
    """Return for each id of the stand-in whose it stands for."""
    return dict(zip(_ids(_stand_in(Shape.of(asker.identity))), _ids(asker), strict=True))


def _ids(asker: Desk) -> list[UUID | None]:
    who = asker.identity
    return [who.user_id, asker.marketplace.pk, *who.buyer_ids, *who.shop_ids, *who.agent_of]


def _asked(counts: Sequence[tuple[str, list[Any]]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({text})' for text, _ in counts)}",
            [value for _, values in counts for value in values],
        )
        return list(cursor.fetchone())
