"""What opening a claim reads, in two statements: who claims, under which policy; and the order, whole.

Opening is the one act that everybody does, on the worst day of a sale all at once. Written by hand, these cost a third
of what the same reading costs through the ORM, which composes its SQL anew each time (`./run bench open`).
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Model
from msgspec import Struct

from recours.marketplaces.models import Buyer, Order, OrderLine, Parcel
from recours.marketplaces.policies import NoPolicy


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


def _names(model: type[Model]) -> list[str]:
    return [str(field.attname) for field in model._meta.concrete_fields]


def _columns(model: type[Model], alias: str) -> str:
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


_ORDER, _LINE, _PARCEL = _names(Order), _names(OrderLine), _names(Parcel)

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
    with connection.cursor() as cursor:
        cursor.execute(ORDER, [order_id, buyer_id])
        rows = cursor.fetchall()
    if not rows:
        raise Order.DoesNotExist
    first, second = len(_ORDER), len(_ORDER) + len(_LINE)
    order = Order.from_db("default", _ORDER, rows[0][:first])
    lines = []
    for row in rows:
        if row[first] is None:  # an order without lines is one row of nothing
            continue
        line = OrderLine.from_db("default", _LINE, row[first:second])
        line.parcel = Parcel.from_db("default", _PARCEL, row[second:]) if row[second] is not None else None
        lines.append(line)
    return order, lines
