"""A marketplace of any size, made with set-based SQL and COPY, of the same rows that the product writes."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import connection, transaction

from recours import clock
from recours.claims.chain import GENESIS, link
from recours.claims.commands import OpeningRequest, act, open_claim
from recours.claims.commands.opening import ALPHABET
from recours.claims.models import Claim, ClaimEvent
from recours.marketplaces.models import Buyer, Marketplace, Shop
from recours.marketplaces.policies import publish_policy
from recours.people.commands import appoint_to_desk
from recours.people.models import DeskRole, ShopRole, ShopStaff, User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role
from recours.rules.policy import preset

SHOPS, BUYERS = 50, 1000
EXPLANATION = (
    "L'arceau du casque est cassé net à gauche. Le carton était intact, l'article ne l'était pas. " * 3
)


@dataclass(frozen=True)
class Place:
    """The marketplace of a bench, and the first of its people."""

    marketplace: Marketplace
    shops: list[UUID]
    buyers: list[UUID]
    users: list[UUID]
    agent: User


_numbers = count(1)
_slugs = count(1)


def a_place() -> Place:
    """A marketplace with 50 shops and 1,000 buyers, each with an account, so that all of them are told of all."""
    marketplace = Marketplace.objects.create(
        slug=f"bench-{next(_slugs)}", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
    )
    publish_policy(marketplace_id=marketplace.pk, source=preset("default"), now=clock.now())
    shops = Shop.objects.bulk_create(
        Shop(marketplace=marketplace, ref=f"s{n}", name=f"Au Bon Fil {n}") for n in range(SHOPS)
    )
    mark = secrets.token_hex(4)
    users = User.objects.bulk_create(
        User(email=f"b{n}-{mark}@example.org", password="!") for n in range(BUYERS)
    )
    buyers = Buyer.objects.bulk_create(
        Buyer(marketplace=marketplace, email=user.email, name=f"Camille {n}", country="FR", user=user)
        for n, user in enumerate(users)
    )
    staff = User.objects.bulk_create(
        User(email=f"s{n}-{mark}@example.org", password="!") for n in range(SHOPS)
    )
    ShopStaff.objects.bulk_create(
        ShopStaff(user=user, shop=shop, role=ShopRole.STAFF) for user, shop in zip(staff, shops, strict=True)
    )
    agent = User.objects.create_user(f"agent-{mark}@example.org")
    appoint_to_desk(user=agent, marketplace_id=marketplace.pk, role=DeskRole.AGENT)
    return Place(marketplace, [s.pk for s in shops], [b.pk for b in buyers], [u.pk for u in users], agent)


ORDERS = """
WITH bought AS (
  INSERT INTO marketplaces_order (id, marketplace_id, shop_id, buyer_id, number, ordered_at, currency,
    shipping_captured_minor)
  SELECT gen_random_uuid(), %(place)s, (%(shops)s::uuid[])[1 + n %% 50], (%(buyers)s::uuid[])[1 + n %% %(cycle)s],
    'B-' || n, %(now)s - interval '20 days', 'EUR', 490
  FROM generate_series(%(first)s::int, %(last)s::int) AS n
  RETURNING id, buyer_id, shop_id, number
), parcel AS (
  INSERT INTO marketplaces_parcel (order_id, ref, carrier, tracking, promised_on, delivered_on, delivery_source)
  SELECT id, '1', 'Colissimo', number, %(now)s::date - 6, %(now)s::date - 5, 'carrier' FROM bought
  RETURNING id, order_id
), line AS (
  INSERT INTO marketplaces_orderline (order_id, parcel_id, position, sku, title, quantity, currency, captured_minor)
  SELECT order_id, id, 1, 'SKU-1', 'Casque audio Nova, noir', 1, 'EUR', 8990 FROM parcel
  RETURNING id, order_id
), payment AS (
  INSERT INTO marketplaces_payment (id, marketplace_id, buyer_id, order_id, ref, method, status, captured_at,
    currency, captured_minor)
  SELECT gen_random_uuid(), %(place)s, buyer_id, id, 'pay-' || number, 'card', 'captured', %(now)s - interval '20 days',
    'EUR', 9480 FROM bought
)
SELECT bought.id, line.id, bought.buyer_id, bought.shop_id FROM bought JOIN line ON line.order_id = bought.id
"""

Bought = tuple[UUID, int, UUID, UUID]
"""An order, its one line, its buyer and its shop."""


def orders(place: Place, number: int, *, buyers: int = BUYERS) -> list[Bought]:
    """Make orders of one line, in one parcel that arrived five days ago, paid by one payment each."""
    made: list[Bought] = []
    with connection.cursor() as cursor:
        for begin in range(0, number, 20_000):
            size = min(20_000, number - begin)
            first = next(_numbers)
            for _ in range(size - 1):
                next(_numbers)
            values = {
                "place": place.marketplace.pk, "shops": place.shops, "buyers": place.buyers, "now": clock.now(),
                "cycle": buyers, "first": first, "last": first + size - 1,
            }  # fmt: skip
            cursor.execute(ORDERS, values)
            made += cursor.fetchall()
    return made


def request_for(bought: Bought, key: UUID | None = None) -> OpeningRequest:
    """What a buyer asks for on such an order."""
    order_id, line_id, buyer_id, _ = bought
    return OpeningRequest(
        key=key or uuid4(),
        buyer_id=buyer_id,
        ground=Ground.DAMAGED,
        remedy=Remedy.REFUND,
        explanation=EXPLANATION,
        order_id=order_id,
        lines={line_id: 1},
    )


@dataclass(frozen=True)
class Mould:
    """A claim made by the product's own commands, from which others are cast: the same rows with their own keys."""

    bought: Bought
    claim: dict[str, Any]
    events: list[dict[str, Any]]
    is_open: bool


Life = Callable[[Claim], object]


def mould(bought: Bought, life: Life = lambda claim: None, *, now: dt.datetime | None = None) -> Mould:
    """Open a claim, let it live, and take its rows."""
    row = open_claim(request_for(bought), by=Actor(Role.BUYER, None), now=now)
    life(row)
    with connection.cursor() as cursor:
        claim = _rows(cursor, f"SELECT {', '.join(CLAIM)} FROM claims_claim WHERE id = %s", CLAIM, [row.pk])
        every = f"SELECT {', '.join(EVENT)} FROM claims_claimevent WHERE claim_id = %s ORDER BY seq"
        events = _rows(cursor, every, EVENT, [row.pk])
        cursor.execute("SELECT snapshot::text FROM claims_claim WHERE id = %s", [row.pk])
        claim[0]["snapshot"] = cursor.fetchone()[0]
    for event, stored in zip(events, ClaimEvent.objects.filter(claim=row).order_by("seq"), strict=True):
        event["body"] = msgspec.json.Encoder(order="sorted").encode(stored.body).decode()
    return Mould(bought, claim[0], events, claim[0]["state"] != "closed")


CLAIM = tuple(field.column for field in Claim._meta.concrete_fields)
EVENT = ("claim_id", "seq", "kind", "at", "recorded_at", "actor_role", "actor_id", "body", "hash")


def _rows(cursor: Any, statement: str, names: Sequence[str], values: list[Any]) -> list[dict[str, Any]]:
    cursor.execute(statement, values)
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


Spread = Callable[[int], dt.timedelta]


def cast(
    moulds: Sequence[Mould],
    places: Sequence[Bought],
    *,
    spread: Spread | None = None,
    conversing: bool = False,
) -> None:
    """Write one claim for each order, from the moulds in turn.

    With `spread` the columns by which lists are sorted are moved so much earlier for the nth claim, so that lists are
    as varied as in life; without it every row is exactly what the product would have written, and `verify` agrees.
    With `conversing` each has the key of a conversation that the caller has still to write, before `loading` ends and
    foreign keys are back.
    """
    for begin in range(0, len(places), 20_000):
        some = places[begin : begin + 20_000]
        made = [
            _cast(moulds[n % len(moulds)], bought, spread(n) if spread else None, conversing)
            for n, bought in enumerate(some, start=begin)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            _copy(cursor, "claims_claim", CLAIM, (claim for claim, _, _ in made))
            _copy(cursor, "claims_claimevent", EVENT, (event for _, events, _ in made for event in events))
            lines = ("claim_id", "order_line_id", "quantity", "is_open")
            _copy(cursor, "claims_claimline", lines, (line for _, _, line in made))


def _copy(cursor: Any, table: str, names: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _cast(
    shape: Mould, bought: Bought, earlier: dt.timedelta | None, conversing: bool
) -> tuple[list[Any], list[list[Any]], list[Any]]:
    # Longer than real ones: among a million of those two are alike, which `open_claim` draws again and COPY does not.
    claim_id, reference = uuid4(), "L-" + "".join(secrets.choice(ALPHABET) for _ in range(12))
    order_id, line_id, buyer_id, shop_id = bought

    def own(text: str) -> str:
        return (
            text.replace(str(shape.claim["id"]), str(claim_id))
            .replace(shape.claim["reference"], reference)
            .replace(f'"line_id":{shape.bought[1]}', f'"line_id":{line_id}')
            .replace(f'"line_id": {shape.bought[1]}', f'"line_id": {line_id}')
        )

    head, events = GENESIS, []
    for event in shape.events:
        body = own(event["body"])
        head = link(head, claim_id, event["seq"], event["recorded_at"], body.encode())
        events.append(
            [*(({**event, "claim_id": claim_id, "body": body, "hash": head})[name] for name in EVENT)]
        )
    changed = {
        "id": claim_id, "reference": reference, "order_id": order_id, "buyer_id": buyer_id, "shop_id": shop_id,
        "creation_key": uuid4(), "snapshot": own(shape.claim["snapshot"]), "head_hash": head,
    }  # fmt: skip
    if earlier is not None:
        changed |= {
            "sort_at": shape.claim["sort_at"] - earlier,
            "opened_at": shape.claim["opened_at"] - earlier,
        }
    if conversing:
        changed["conversation_id"] = uuid4()
    row = {**shape.claim, **changed}
    return [row[name] for name in CLAIM], events, [claim_id, line_id, 1, shape.is_open]


def escalated(claim: Claim) -> None:
    act(claim.pk, c.Escalate(by=Actor(Role.SELLER, None), reasons="Nous ne sommes pas d'accord."))


def refused(claim: Claim) -> None:
    act(claim.pk, c.Refuse(by=Actor(Role.SELLER, None), reasons="La photo montre un autre article."))


def solved(claim: Claim) -> None:
    act(claim.pk, c.MarkSolved(by=Actor(Role.BUYER, None)))


def analyse() -> None:
    """Let the planner know what the tables hold, as autovacuum does within minutes."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
