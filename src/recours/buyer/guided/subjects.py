"""Which order, or which payment: the reader's own, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import localdate

from recours.buyer.orders.cards import title_of, total_of
from recours.buyer.queries import NotTheirs, order_of, orders_of, payment_of, payments_of
from recours.marketplaces.models import Marketplace, Order, Payment
from recours.rules.access import Identity
from recours.rules.guidance import End
from recours.rules.money import Money
from recours.rules.wording import format as formats
from recours.ui.language import lang

SHOWN = 12
"""Orders to choose from; older ones are reached from the list of orders."""


@dataclass(frozen=True)
class Subject:
    """What the question is about: one of the two is set."""

    title: str
    hint: str
    order: Order | None = None
    payment: Payment | None = None

    @property
    def id(self) -> UUID:
        if self.order is not None:
            return self.order.pk
        if self.payment is not None:
            return self.payment.pk
        raise ValueError("about nothing")


def subjects(who: Identity, place: Marketplace, end: End) -> list[Subject]:
    """Return what an end can be about: the reader's latest orders at this marketplace, or payments."""
    if end.place.wants_payment:
        return [_payment(one) for one in payments_of(who, place.pk, limit=SHOWN)]
    orders = orders_of(who, limit=SHOWN, marketplace_id=place.pk)[:SHOWN]
    return [_order(order) for order in orders]


def chosen_subject(who: Identity, place: Marketplace, end: End, given: str) -> Subject | None:
    """Return the order or payment that an address names, if it is the reader's and of this marketplace."""
    try:
        key = UUID(given)
        if end.place.wants_payment:
            payment = payment_of(who, key)
            return _payment(payment) if payment.marketplace_id == place.pk else None
        order = order_of(who, key)
        return _order(order) if order.marketplace_id == place.pk else None
    except (NotTheirs, ValueError):
        return None


def _order(order: Order) -> Subject:
    lines = list(order.lines.all())
    hint = " · ".join(
        [
            order.number,
            order.shop.name,
            formats.day(localdate(order.ordered_at), lang()),
            formats.money(total_of(order, lines), lang()),
        ]
    )
    return Subject(title=title_of(lines), hint=hint, order=order)


def _payment(payment: Payment) -> Subject:
    amount = Money(minor=payment.captured_minor, currency=payment.currency)
    told = [payment.ref, formats.day(localdate(payment.captured_at), lang())]
    if payment.order is not None:
        told += [payment.order.shop.name, payment.order.number]
    hint = " · ".join(told)
    return Subject(title=formats.money(amount, lang()), hint=hint, payment=payment)
