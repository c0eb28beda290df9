"""A shop's page, edited by its staff."""

from __future__ import annotations

import pytest
from django.test import Client
from tests import factories

from recours.marketplaces.models import Shop
from recours.people.commands import appoint_to_shop
from recours.people.models import User

pytestmark = pytest.mark.django_db

GIVEN = {
    "sells": "Des casques.\r\nEt des enceintes.",
    "email": "Nova@example.org",
    "phone": "+33 1 99 00 12 34",
    "address": "12 rue des Lilas\r\n69000 Lyon",
    "legal_name": "Nova SAS",
    "registration": "RCS Lyon 123 456 789",
    "vat_number": "fr 12 345678901",
    "mediator": "Médiation de la Rue",
    "mediator_url": "mediation.example.org",
}


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop(name="Nova", sells="Avant")


@pytest.fixture
def bob(shop: Shop, client: Client) -> User:
    user = factories.a_seller(shop)
    client.force_login(user)
    return user


def test_the_only_shop_is_opened_at_once(client: Client, shop: Shop, bob: User) -> None:
    assert client.get("/seller/shops/")["Location"] == f"/seller/shops/{shop.pk}/"


def test_several_are_listed(client: Client, shop: Shop, bob: User) -> None:
    other, foreign = factories.a_shop(name="Orion"), factories.a_shop(name="Étrangère")
    appoint_to_shop(user=bob, shop_id=other.pk)

    page = client.get("/seller/shops/").content.decode()

    assert f"/seller/shops/{shop.pk}/" in page
    assert f"/seller/shops/{other.pk}/" in page
    assert foreign.name not in page


def test_what_is_typed_is_on_the_public_page_at_once(client: Client, shop: Shop, bob: User) -> None:
    response = client.post(
        f"/seller/shops/{shop.pk}/", GIVEN | {"name": "Autre", "ref": "autre"}, follow=True
    )

    assert response.redirect_chain == [(f"/shops/{shop.marketplace.slug}/{shop.ref}/", 302)]
    page = response.content.decode()
    assert "C’est enregistré" in page
    assert "Nova SAS" in page
    shop.refresh_from_db()
    assert (shop.name, shop.sells, shop.vat_number, shop.mediator_url) == (
        "Nova",
        "Des casques.\nEt des enceintes.",
        "FR12345678901",
        "https://mediation.example.org",
    )


def test_everything_may_be_withdrawn(client: Client, shop: Shop, bob: User) -> None:
    client.post(f"/seller/shops/{shop.pk}/", {})

    shop.refresh_from_db()
    assert shop.sells == ""


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "appelez-moi", "Un numéro de téléphone ne contient que des chiffres"),
        ("vat_number", "12345", "Un numéro de TVA commence par les deux lettres du pays"),
        ("mediator_url", "javascript:alert(1)", "Saisissez une URL valide"),
        ("email", "nova", "adresse"),
        ("sells", "x" * 200_000, "1500"),
        ("sells", "a\x00b", "nul"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    client: Client, shop: Shop, bob: User, field: str, typed: str, said: str
) -> None:
    response = client.post(f"/seller/shops/{shop.pk}/", GIVEN | {field: typed})

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page.replace("\xa0", " ")
    assert "Nova SAS" in page
    shop.refresh_from_db()
    assert shop.sells == "Avant"


def test_a_site_without_a_mediator_asks_for_the_name(client: Client, shop: Shop, bob: User) -> None:
    response = client.post(f"/seller/shops/{shop.pk}/", GIVEN | {"mediator": ""})

    assert response.status_code == 422
    assert "Indiquez aussi le nom du médiateur." in response.content.decode()


def test_the_shops_of_others_do_not_exist(client: Client, shop: Shop, bob: User) -> None:
    foreign = factories.a_shop(sells="Avant")

    assert client.get(f"/seller/shops/{foreign.pk}/").status_code == 404
    assert client.post(f"/seller/shops/{foreign.pk}/", GIVEN).status_code == 404
    foreign.refresh_from_db()
    assert foreign.sells == "Avant"
