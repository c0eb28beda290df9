"""The database refuses what must never be, whoever asks."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    place = Marketplace.objects.create(
        slug="belle", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
    )
    shop = Shop.objects.create(marketplace=place, ref="s1", name="Au Bon Fil")
    buyer = Buyer.objects.create(marketplace=place, email="alice@example.org")
    return Order.objects.create(
        marketplace=place, shop=shop, buyer=buyer, number="A-1", currency="EUR",
        ordered_at=datetime(2026, 11, 1, tzinfo=UTC), shipping_captured_minor=490,
    )  # fmt: skip


def test_line_refunded_beyond_captured_is_refused(order: Order) -> None:
    line = OrderLine.objects.create(
        order=order, position=1, title="Bol", quantity=1, currency="EUR", captured_minor=1000
    )

    OrderLine.objects.filter(pk=line.pk).update(refunded_minor=1000)

    with pytest.raises(IntegrityError, match="line_refunded_within_captured"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(refunded_minor=1001)


def test_shipping_refunded_beyond_captured_is_refused(order: Order) -> None:
    with pytest.raises(IntegrityError, match="shipping_refunded_within_captured"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(shipping_refunded_minor=491)


def test_buyer_with_an_address_in_capitals_is_refused(order: Order) -> None:
    with pytest.raises(IntegrityError, match="buyer_email_folded"), transaction.atomic():
        Buyer.objects.create(marketplace_id=order.marketplace_id, email="Bob@example.org")
