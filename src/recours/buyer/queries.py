"""Reading a buyer's own purchases. What belongs to another buyer does not exist."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Prefetch, Q

from recours.claims.reading import read_purchase
from recours.marketplaces.models import Buyer, Order, OrderLine, Payment
from recours.rules.access import Identity

PAGE = 20
"""Orders of one page."""
LOOSE_PAYMENTS = 20
"""Payments without an order that the list shows; there are hardly ever more."""

Key = tuple[dt.datetime, UUID]


class NotTheirs(Exception):
    """There is no such purchase for this buyer."""


def orders_of(
    identity: Identity, *, before: Key | None = None, limit: int = PAGE, marketplace_id: UUID | None = None
) -> list[Order]:
    """Return a page of the viewer's orders, newest first, with one more than `limit` when there is a next page.

    Continued `before` the last row's (ordered_at, id). Lines, parcels and payments are loaded.
    """
    rows = Order.objects.filter(buyer_id__in=identity.buyer_ids)
    if marketplace_id is not None:
        rows = rows.filter(marketplace_id=marketplace_id)
    if before is not None:
        rows = rows.filter(Q(ordered_at__lt=before[0]) | Q(ordered_at=before[0], id__lt=before[1]))
    rows = rows.select_related("shop", "buyer__marketplace").prefetch_related(_lines())
    return list(rows.order_by("-ordered_at", "-id")[: limit + 1])


def order_of(identity: Identity, order_id: UUID) -> Order:
    """Return one order of the viewer, with its lines and their parcels. Raises NotTheirs."""
    try:
        return read_purchase(order_id, identity.buyer_ids)
    except Order.DoesNotExist:
        raise NotTheirs from None


def _lines() -> Prefetch[str]:
    return Prefetch("lines", OrderLine.objects.select_related("parcel").order_by("position"))


def payments_on(order: Order) -> list[Payment]:
    return list(Payment.objects.filter(order=order).order_by("captured_at"))


def payments_without_order(identity: Identity) -> list[Payment]:
    """Return the viewer's newest charges that no purchase came of."""
    rows = Payment.objects.filter(buyer_id__in=identity.buyer_ids, order=None)
    return list(rows.select_related("marketplace").order_by("-captured_at", "-id")[:LOOSE_PAYMENTS])


def payments_of(identity: Identity, marketplace_id: UUID, *, limit: int) -> list[Payment]:
    """Return the viewer's newest charges at a marketplace, with an order or without."""
    rows = Payment.objects.filter(buyer_id__in=identity.buyer_ids, marketplace_id=marketplace_id)
    return list(rows.select_related("order__shop").order_by("-captured_at", "-id")[:limit])


def payment_of(identity: Identity, payment_id: UUID) -> Payment:
    """Return one payment of the viewer. Raises NotTheirs."""
    rows = Payment.objects.filter(buyer_id__in=identity.buyer_ids, pk=payment_id)
    payment = rows.select_related("marketplace", "buyer__marketplace", "order").first()
    if payment is None:
        raise NotTheirs
    return payment


def buyers_of(identity: Identity) -> list[Buyer]:
    """Return what the viewer is to each marketplace, by its name."""
    rows = Buyer.objects.filter(pk__in=identity.buyer_ids).select_related("marketplace")
    return list(rows.order_by("marketplace__name"))
