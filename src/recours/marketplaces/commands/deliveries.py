"""The buyer's word on when a parcel arrived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recours import clock
from recours.marketplaces.models import DeliverySource, Order, OrderLine, Parcel
from recours.rules.refusals import Refusal

TRUSTED = frozenset({DeliverySource.PLATFORM, DeliverySource.CARRIER})
"""Who knew better than the buyer: their dates are never replaced."""
TOLD = "buyer"
"""The reference of a parcel that nobody but the buyer told us about."""


class DeliveryKnown(Refusal):
    """The platform or the carrier has said when it arrived."""


class DeliveryInFuture(Refusal):
    """A parcel does not arrive tomorrow."""


class DeliveryBeforeOrder(Refusal):
    """A parcel does not arrive before it is ordered."""


def check_delivery_day(order: Order, day: dt.date, now: dt.datetime) -> None:
    """Refuse a day that cannot be. Days are the marketplace's. Raises DeliveryInFuture, DeliveryBeforeOrder."""
    zone = ZoneInfo(order.marketplace.zone)
    if day > now.astimezone(zone).date():
        raise DeliveryInFuture(on=day)
    ordered_on = order.ordered_at.astimezone(zone).date()
    if day < ordered_on:
        raise DeliveryBeforeOrder(ordered_on=ordered_on)


def record_delivery(
    *,
    order_id: UUID,
    day: dt.date,
    line_ids: Collection[int] | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Write down the day on which the buyer says these lines arrived; without `line_ids`, the whole order.

    In one transaction, the order locked: each parcel of the lines whose date neither the platform nor the carrier gave
    takes the buyer's; lines that nobody put in a parcel are put in one. The caller has resolved the order through what
    the buyer may see. Raises DeliveryInFuture, DeliveryBeforeOrder, and DeliveryKnown when there is nothing to tell.
    """
    now = now or clock.now()
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("marketplace").get(pk=order_id)
        check_delivery_day(order, day, now)
        lines = OrderLine.objects.filter(order=order).select_related("parcel")
        if line_ids is not None:
            lines = lines.filter(pk__in=line_ids)
        parcels = {line.parcel.pk: line.parcel for line in lines if line.parcel is not None}
        open_to_us = [pk for pk, parcel in parcels.items() if not is_trusted(parcel)]
        loose = [line.pk for line in lines if line.parcel is None]
        if not open_to_us and not loose:
            _refuse_known(list(parcels.values()))
        told = {"delivered_on": day, "delivery_source": DeliverySource.BUYER}
        Parcel.objects.filter(pk__in=open_to_us).update(**told)
        if loose:
            parcel, _ = Parcel.objects.update_or_create(order=order, ref=TOLD, defaults=told)
            OrderLine.objects.filter(pk__in=loose).update(parcel=parcel)


def is_trusted(parcel: Parcel) -> bool:
    """Whether the day of delivery came from somebody who knew better than the buyer."""
    return parcel.delivered_on is not None and parcel.delivery_source in TRUSTED


def _refuse_known(parcels: list[Parcel]) -> None:
    known = next((parcel for parcel in parcels if parcel.delivered_on is not None), None)
    if known is None or known.delivered_on is None:
        raise ValueError("an order without lines has no delivery")
    raise DeliveryKnown(delivered_on=known.delivered_on)
