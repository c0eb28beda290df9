"""Mes commandes and an order's page: what the buyer reads there, and what others cannot."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.buyer.reading import plain
from tests.factories import a_buyer, a_claim, a_payment, a_shop, a_user, an_order

from recours.buyer import queries
from recours.marketplaces.models import Buyer, DeliverySource, Order

pytestmark = pytest.mark.django_db

ORDERS = "/orders/"


@pytest.fixture
def alice() -> Buyer:
    return a_buyer()


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    assert alice.user is not None
    client.force_login(alice.user)
    return client


def shown(browser: Client, url: str) -> str:
    """The page, with ordinary spaces and apostrophes."""
    response = browser.get(url)
    assert response.status_code == 200
    return plain(response)


def test_orders_asks_to_sign_in(client: Client) -> None:
    response = client.get(ORDERS)

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_orders_without_any_says_what_to_expect(browser: Client) -> None:
    assert "Aucune commande pour le moment." in shown(browser, ORDERS)


def test_orders_shows_a_delivered_order_and_until_when(browser: Client, alice: Buyer) -> None:
    an_order(alice, a_shop(alice.marketplace, name="Atelier du Son"))

    page = shown(browser, ORDERS)

    assert "Livrée le jeudi 12 novembre (transporteur)" in page
    assert "Atelier du Son" in page
    assert "89,90 €" in page
    assert "Litige possible jusqu'au dimanche 12 novembre 2028." in page
    assert "Vous pouvez changer d'avis jusqu'au jeudi 26 novembre." in page
    assert "Un problème ?" in page


def test_orders_shows_an_order_on_its_way_and_from_when(browser: Client, alice: Buyer) -> None:
    shop = a_shop(alice.marketplace, email="boutique@example.org")
    an_order(alice, shop, delivered_on=None, promised_on=dt.date(2026, 11, 28))

    page = shown(browser, ORDERS)

    assert "En préparation, attendue au plus tard le samedi 28 novembre" in page
    assert "Litige possible à partir du dimanche 29 novembre si elle n'arrive pas." in page
    assert "/messages/new/order/" in page
    assert "Un problème ?" not in page


def test_orders_shows_a_late_order(browser: Client, alice: Buyer) -> None:
    an_order(alice, delivered_on=None)

    page = shown(browser, ORDERS)

    assert "En retard : attendue au plus tard le mardi 10 novembre" in page
    assert "Un problème ?" in page


def test_orders_shows_a_claim_in_one_sentence(browser: Client, alice: Buyer) -> None:
    claim = a_claim(an_order(alice))

    page = shown(browser, ORDERS)

    assert f"Litige {claim.reference}" in page
    assert "C'est au vendeur de répondre, jusqu'au mercredi 25 novembre 2026, 23 h 59." in page
    assert f'href="/claims/{claim.reference}/"' in page


def test_orders_shows_payments_without_an_order(browser: Client, alice: Buyer) -> None:
    payment = a_payment(alice, minor=4500, ref="CB-881")

    page = shown(browser, ORDERS)

    assert "Un débit sans commande ?" in page
    assert "CB-881" in page
    assert reverse("buyer:payment_dispute", args=[payment.pk]) in page


def test_orders_of_others_do_not_show(browser: Client) -> None:
    an_order()
    a_payment(ref="CB-999")

    page = shown(browser, ORDERS)

    assert "Casque Nova" not in page
    assert "CB-999" not in page


def test_orders_goes_on_to_older_ones(browser: Client, alice: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.buyer.orders.views.PAGE", 2)
    monkeypatch.setattr(
        queries.orders_of, "__kwdefaults__", {"before": None, "limit": 2, "marketplace_id": None}
    )
    shop = a_shop(alice.marketplace)
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    numbers = [an_order(alice, shop, ordered_at=at + dt.timedelta(hours=n // 2)).pk for n in range(3)]

    first = browser.get(ORDERS)
    second = browser.get(first.context["next_url"])

    urls = [card.url for page in (first, second) for card in page.context["cards"]]
    assert sorted(urls) == sorted(reverse("buyer:order", args=[pk]) for pk in numbers)
    assert second.context["next_url"] == ""


def test_orders_with_a_broken_address_starts_from_the_newest(browser: Client, alice: Buyer) -> None:
    an_order(alice)

    assert "Casque Nova 1" in shown(browser, f"{ORDERS}?at=demain&id=7")


@pytest.mark.parametrize("rows", [1, 3])
def test_orders_asks_as_many_queries_for_one_as_for_three(
    browser: Client, alice: Buyer, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shop = a_shop(alice.marketplace)
    for _ in range(rows):
        a_claim(an_order(alice, shop))
        a_payment(alice)
    browser.get(ORDERS)

    with django_assert_num_queries(13):
        browser.get(ORDERS)


def test_order_shows_money_parcels_and_rights(browser: Client, alice: Buyer) -> None:
    order = an_order(alice, lines=(8990, (3000, 3)), shipping=490)

    page = shown(browser, f"/orders/{order.pk}/")

    assert "Casque Nova 1 et 1 autre article" in page
    assert "124,80 €" in page
    assert "Colissimo" in page
    assert "jeudi 12 novembre 2026 (transporteur)" in page
    assert "Si vous changez d'avis" in page
    assert "La loi est plus favorable." in page
    assert "Ouvrir un litige" in page
    assert "card" in page


def test_order_shows_what_was_refunded(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    order.lines.update(refunded_minor=2000)

    assert "20,00 €" in shown(browser, f"/orders/{order.pk}/")


def test_order_too_old_says_what_else(browser: Client, alice: Buyer) -> None:
    order = an_order(
        alice,
        ordered_at=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
        promised_on=dt.date(2023, 1, 10),
        delivered_on=dt.date(2023, 1, 9),
    )

    page = shown(browser, f"/orders/{order.pk}/")

    assert "Le délai pour réclamer" in page
    assert "D'autres voies restent ouvertes" in page


def test_order_wholly_in_a_dispute_offers_no_other(browser: Client, alice: Buyer) -> None:
    claim = a_claim(an_order(alice))

    page = shown(browser, f"/orders/{claim.order_id}/")

    assert f"litige {claim.reference} en cours" in page
    assert "Ouvrir un litige" not in page
    assert "Litige possible" not in page


def test_order_of_another_buyer_does_not_exist(browser: Client) -> None:
    order = an_order()

    assert browser.get(f"/orders/{order.pk}/").status_code == 404
    assert browser.post(f"/orders/{order.pk}/received/", {"day": "2026-11-12"}).status_code == 404


def test_order_in_english(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    browser.cookies["recours_language"] = "en"

    page = browser.get(f"/orders/{order.pk}/").content.decode()

    assert '<html lang="en"' in page
    assert "€89.90" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_order_asks_as_many_queries_for_one_line_as_for_three(
    browser: Client, alice: Buyer, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = an_order(alice, lines=[1000] * rows)
    browser.get(f"/orders/{order.pk}/")

    with django_assert_num_queries(10):
        browser.get(f"/orders/{order.pk}/")


@pytest.fixture
def undelivered(alice: Buyer) -> Order:
    return an_order(alice, delivered_on=None)


def test_received_records_the_buyers_word(browser: Client, undelivered: Order) -> None:
    response = browser.post(f"/orders/{undelivered.pk}/received/", {"day": "12/11/2026"})

    assert response["Location"] == f"/orders/{undelivered.pk}/"
    parcel = undelivered.parcels.get()
    assert (parcel.delivered_on, parcel.delivery_source) == (dt.date(2026, 11, 12), DeliverySource.BUYER)
    assert "jeudi 12 novembre 2026 (acheteur)" in shown(browser, f"/orders/{undelivered.pk}/")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-11-21", "n'est pas encore arrivé"),
        ("2026-10-27", "le colis n'a pas pu arriver avant"),
        ("31/11/2026", "Cette date n'existe pas"),
        ("", "Indiquez le jour."),
    ],
)
def test_received_refuses_a_day_that_cannot_be(
    browser: Client, undelivered: Order, typed: str, why: str
) -> None:
    response = browser.post(f"/orders/{undelivered.pk}/received/", {"day": typed})

    assert response.status_code == 422
    assert why in plain(response)
    assert undelivered.parcels.get().delivered_on is None


def test_received_never_replaces_the_carriers_date(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)

    response = browser.post(f"/orders/{order.pk}/received/", {"day": "2026-11-01"})

    assert response.status_code == 422
    assert order.parcels.get().delivered_on == dt.date(2026, 11, 12)


def test_received_puts_loose_lines_in_a_parcel(browser: Client, alice: Buyer) -> None:
    order = an_order(alice)
    order.lines.update(parcel=None)

    browser.post(f"/orders/{order.pk}/received/", {"day": "2026-11-13"})

    line = order.lines.select_related("parcel").get()
    assert line.parcel is not None
    assert line.parcel.delivered_on == dt.date(2026, 11, 13)


def test_orders_for_somebody_without_purchases(client: Client) -> None:
    client.force_login(a_user())

    assert "Un achat qui a échoué" not in shown(client, ORDERS)
    assert "Aucune place de marché" in shown(client, "/purchases/dispute/")
