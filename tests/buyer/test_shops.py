"""The public page of a shop."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.buyer.reading import plain
from tests.conftest import PRESENT

from recours.conversations.commands import start_conversation
from recours.conversations.models import Conversation
from recours.marketplaces.models import Shop

pytestmark = pytest.mark.django_db

KNOWN = {
    "sells": "Des casques et des enceintes.",
    "email": "nova@example.org",
    "phone": "+33 1 99 00 12 34",
    "address": "12 rue des Lilas\n69000 Lyon",
    "legal_name": "Nova SAS",
    "registration": "RCS Lyon 123 456 789",
    "vat_number": "FR12345678901",
    "mediator": "Médiation de la Rue",
    "mediator_url": "https://mediation.example.org/",
}


def address(shop: Shop) -> str:
    return f"/shops/{shop.marketplace.slug}/{shop.ref}/"


def read(client: Client, shop: Shop) -> str:
    response = client.get(address(shop))
    assert response.status_code == 200
    return plain(response)


def answered(shop: Shop, count: int) -> None:
    buyer = factories.a_buyer(shop.marketplace)
    for hours in range(1, count + 1):
        at = PRESENT - dt.timedelta(days=10)
        row = start_conversation(
            marketplace_id=shop.marketplace_id, buyer_id=buyer.pk, shop_id=shop.pk, now=at,
            answer_due_at=at + dt.timedelta(days=2),
        )  # fmt: skip
        Conversation.objects.filter(pk=row.pk).update(answered_at=at + dt.timedelta(hours=hours))


def test_anybody_reads_who_the_shop_is(client: Client) -> None:
    shop = factories.a_shop(name="Nova", country="FR", **KNOWN)

    page = read(client, shop)

    for text in (*KNOWN.values(), "établie en : France"):
        assert text in page
    assert "non communiqué" not in page
    assert "hors de l'Union européenne" not in page
    assert 'href="tel:+33199001234"' in page


def test_what_is_not_given_is_said_not_to_be(client: Client) -> None:
    shop = factories.a_shop(country="CN")

    page = read(client, shop)

    assert page.count("non communiqué") == 7
    assert "« Non communiqué » veut dire" in page
    assert "Cette boutique est établie hors de l'Union européenne" in page
    assert "établie en : Chine" in page


def test_too_few_questions_make_no_habit(client: Client) -> None:
    shop = factories.a_shop()
    answered(shop, 4)

    assert "Trop peu de questions" in read(client, shop)


def test_the_habit_of_answering_is_told(client: Client) -> None:
    shop = factories.a_shop()
    answered(shop, 9)

    page = read(client, shop)

    assert "Répond en général en moins de 6 h." in page
    assert "A répondu à 100 % des questions" in page


def test_who_has_bought_finds_their_orders_there(client: Client) -> None:
    shop = factories.a_shop()
    buyer = factories.a_buyer(shop.marketplace)
    mine, elsewhere = factories.an_order(buyer, shop), factories.an_order(buyer)
    others = factories.an_order(factories.a_buyer(shop.marketplace), shop)
    client.force_login(buyer.user)

    page = read(client, shop)

    assert f"/orders/{mine.pk}/" in page
    assert f"/orders/{elsewhere.pk}/" not in page
    assert f"/orders/{others.pk}/" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_few_questions_of_the_database(client: Client, count: int) -> None:
    shop = factories.a_shop()
    buyer = factories.a_buyer(shop.marketplace)
    for _ in range(count):
        factories.an_order(buyer, shop)
    client.force_login(buyer.user)

    client.get(address(shop))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(shop))

    mine = [query["sql"] for query in queries if "notices_" not in query["sql"]]
    # Session, user; shop; identity; figures; orders and their lines.
    assert len([sql for sql in mine if "conversations_reading" not in sql]) == 7


def test_its_staff_is_led_to_the_form(client: Client) -> None:
    shop = factories.a_shop()
    client.force_login(factories.a_seller(shop))

    assert f"/seller/shops/{shop.pk}/" in read(client, shop)


def test_a_reference_may_be_odd(client: Client) -> None:
    shop = factories.a_shop(ref="a/b c é?#")
    order = factories.an_order(factories.a_buyer(shop.marketplace), shop)
    client.force_login(order.buyer.user)

    page = client.get(f"/orders/{order.pk}/").content.decode()

    url = f"/shops/{shop.marketplace.slug}/a/b%20c%20%C3%A9%3F%23/"
    assert url in page
    assert client.get(url).status_code == 200


def test_an_address_of_another_scheme_is_no_link(client: Client) -> None:
    shop = factories.a_shop(
        mediator="<b>Moi</b>", mediator_url="javascript:alert(1)", phone="appelez javascript:12345"
    )

    page = read(client, shop)

    assert 'href="javascript' not in page
    assert 'href="tel:' not in page
    assert "&lt;b&gt;Moi" in client.get(address(shop)).content.decode()


@pytest.mark.parametrize("ref", ["nowhere", "%00", "x" * 300])
def test_a_shop_that_is_not_there_is_not_found(client: Client, ref: str) -> None:
    place = factories.a_marketplace()

    assert client.get(f"/shops/{place.slug}/{ref}/").status_code == 404


def test_a_shop_is_of_its_marketplace(client: Client) -> None:
    shop, other = factories.a_shop(), factories.a_marketplace()

    assert client.get(f"/shops/{other.slug}/{shop.ref}/").status_code == 404
