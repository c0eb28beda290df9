"""What a seller sees of a return: where the slip's code leads, what to count, what they give by accepting."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.buyer.claims.stage import plain
from tests.conftest import PRESENT
from tests.seller.test_acts import answering

from recours.claims.commands import act
from recours.marketplaces.models import Shop
from recours.marketplaces.shops import shop_url
from recours.rules.lifecycle import commands as c

pytestmark = pytest.mark.django_db

PARCEL = {"shipped_on": PRESENT.date(), "carrier": "Un cousin", "tracking": "42-42"}


def test_code_on_the_slip_leads_to_receiving_the_parcel(client: Client) -> None:
    bob = answering(client, goods_return=True)
    bob.post("accept")
    act(bob.claim.pk, c.ShipReturn(by=bob.buyer, **PARCEL))

    page = client.get(bob.url("return")).content.decode()

    assert "Un cousin, suivi 4242" in plain(page)
    assert "Numéro de suivi non vérifié" in plain(page)
    assert bob.url("record_return_arrival") in page
    assert "Contrôle du colis, vous" in plain(page)


def test_shop_without_an_address_is_told_where_to_give_one(client: Client) -> None:
    bob = answering(client, goods_return=True)
    bob.post("accept")

    page = plain(client.get(bob.url("return")).content.decode())

    assert "donnez-la sur la page de votre boutique" in page
    shop = Shop.objects.get()
    client.post(f"/seller/shops/{shop.pk}/", {"return_address": "Quai 3\r\n44000 Nantes"})
    assert Shop.objects.get().return_address == "Quai 3\n44000 Nantes"
    assert "44000 Nantes" in plain(client.get(bob.url("return")).content.decode())


def test_return_address_is_not_on_the_public_page(client: Client) -> None:
    bob = answering(client, goods_return=True)
    Shop.objects.update(return_address="Quai secret")
    shop = Shop.objects.select_related("marketplace").get()

    public = client.get(shop_url(shop.marketplace, shop))

    assert bob.claim.reference
    assert "Quai secret" not in public.content.decode()
