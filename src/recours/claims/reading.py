"""What opening a claim reads, each in one statement: who claims, under which policy; and the order, whole.

Opening is the one act that everybody does, on the worst day of a sale all at once. Written by hand, these cost a third
of what the same reading costs through the ORM, which composes its SQL anew each time (`./run bench open`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from msgspec import Struct

from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Parcel, Shop
from recours.marketplaces.policies import NoPolicy
from recours.rules.lifecycle.claim import FirstContact


class Claimant(Struct, frozen=True):
    """A buyer, where they buy, the policy in force there, and the country whose law protects them."""

    marketplace_id: UUID
    currency: str
    country: str
    policy_version: int


CLAIMANT = """
SELECT place.id, place.currency, coalesce(nullif(buyer.country, ''), place.country),
  (SELECT max(version) FROM marketplaces_policyversion WHERE marketplace_id = place.id)
FROM marketplaces_buyer AS buyer JOIN marketplaces_marketplace AS place ON place.id = buyer.marketplace_id
WHERE buyer.id = %s
"""


def read_claimant(buyer_id: UUID) -> Claimant:
    """Return who claims. Raises Buyer.DoesNotExist, NoPolicy."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIMANT, [buyer_id])
        row = cursor.fetchone()
    if row is None:
        raise Buyer.DoesNotExist
    if row[3] is None:
        raise NoPolicy
    return Claimant(*row)


CONTACT = """
SELECT started_at, answer_due_at, answered_at FROM conversations_conversation
WHERE id = %s AND buyer_id = %s AND shop_id IS NOT NULL AND answer_due_at IS NOT NULL
"""


def read_contact(conversation_id: UUID, buyer_id: UUID) -> FirstContact | None:
    """Return what a buyer's conversation says of the first contact; None where it was not with a shop."""
    with connection.cursor() as cursor:
        cursor.execute(CONTACT, [conversation_id, buyer_id])
        row = cursor.fetchone()
    return FirstContact(at=row[0], answer_due_at=row[1], answered_at=row[2]) if row else None


@cache
def _names(model: type[Model]) -> list[str]:
    return [str(field.attname) for field in model._meta.concrete_fields]


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


_BOUGHT = (Order, OrderLine, Parcel)

ORDER = f"""
SELECT {_columns(Order, "bought")}, {_columns(OrderLine, "line")}, {_columns(Parcel, "parcel")}
FROM marketplaces_order AS bought
LEFT JOIN marketplaces_orderline AS line ON line.order_id = bought.id
LEFT JOIN marketplaces_parcel AS parcel ON parcel.id = line.parcel_id
WHERE bought.id = %s AND bought.buyer_id = %s
ORDER BY line.position
"""  # noqa: S608 -- names of columns


def read_order(order_id: UUID, buyer_id: UUID) -> tuple[Order, list[OrderLine]]:
    """Return an order of this buyer with its lines in order, each with its parcel. Raises Order.DoesNotExist."""
    rows = _rows(ORDER, [order_id, buyer_id], _BOUGHT)
    if not rows:
        raise Order.DoesNotExist
    return rows[0][0], _lines(rows)


_PURCHASE = (*_BOUGHT, Shop, Buyer, Marketplace)

PURCHASE = f"""
SELECT {_columns(Order, "bought")}, {_columns(OrderLine, "line")}, {_columns(Parcel, "parcel")},
  {_columns(Shop, "shop")}, {_columns(Buyer, "buyer")}, {_columns(Marketplace, "place")}
FROM marketplaces_order AS bought
JOIN marketplaces_shop AS shop ON shop.id = bought.shop_id
JOIN marketplaces_buyer AS buyer ON buyer.id = bought.buyer_id
JOIN marketplaces_marketplace AS place ON place.id = bought.marketplace_id
LEFT JOIN marketplaces_orderline AS line ON line.order_id = bought.id
LEFT JOIN marketplaces_parcel AS parcel ON parcel.id = line.parcel_id
WHERE bought.id = %s AND bought.buyer_id = ANY(%s)
ORDER BY line.position
"""  # noqa: S608 -- names of columns


def read_purchase(order_id: UUID, buyer_ids: Iterable[UUID]) -> Order:
    """Return an order of one of these buyers with all that its pages show: shop, buyer, marketplace, lines, parcels.

    As `select_related` and `prefetch_related` would leave it. Raises Order.DoesNotExist.
    """
    rows = _rows(PURCHASE, [order_id, list(buyer_ids)], _PURCHASE)
    if not rows:
        raise Order.DoesNotExist
    order: Order = rows[0][0]
    order.shop, order.buyer, order.marketplace = rows[0][3:]
    order.buyer.marketplace = order.marketplace
    lines = order.lines.all()
    lines._result_cache = _lines(rows)
    order._prefetched_objects_cache = {"lines": lines}  # type: ignore[attr-defined]
    return order


def _rows(statement: str, values: list[Any], models: tuple[type[Model], ...]) -> list[tuple[Any, ...]]:
    """Return rows of instances, in the order of the models; None for one that an outer join did not find."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    names = [_names(model) for model in models]
    rows = []
    for row in found:
        begin, instances = 0, []
        for model, fields in zip(models, names, strict=True):
            end = begin + len(fields)
            instances.append(
                model.from_db("default", fields, row[begin:end]) if row[begin] is not None else None
            )
            begin = end
        rows.append(tuple(instances))
    return rows


def _lines(rows: list[tuple[Any, ...]]) -> list[OrderLine]:
    """The lines of rows that begin with an order, a line and its parcel; an order without lines is a row of nothing."""
    lines = []
    for _, line, parcel, *_ in rows:
        if line is not None:
            line.parcel = parcel
            lines.append(line)
    return lines
