"""The guided question, as people tap through it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests import factories

from recours import clock
from recours.claims.models import Draft
from recours.helpcentre.commands import load_starting_set
from recours.marketplaces.models import Buyer

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Buyer:
    buyer = factories.a_buyer()
    load_starting_set(buyer.marketplace_id, clock.now())
    return buyer


@pytest.fixture
def browser(alice: Buyer, client: Client) -> Client:
    assert alice.user is not None
    client.force_login(alice.user)
    return client


def at(buyer: Buyer, trail: str = "") -> str:
    return f"/help/{buyer.marketplace.slug}/what-happened/{trail}"


def page(client: Client, address: str, **more: str) -> str:
    return client.get(address, more, follow=True).content.decode()


def test_the_first_question_asks_what_happened_and_needs_no_account(alice: Buyer, client: Client) -> None:
    shown = page(client, at(alice))

    assert "Que s’est-il passé" in shown
    assert f'href="{at(alice, "item/")}"' in shown


def test_a_broken_article_leads_to_the_dispute_with_ground_and_order_filled_in(
    alice: Buyer, browser: Client
) -> None:
    order = factories.an_order(alice)
    factories.an_order(alice)

    assert f"about={order.pk}" in page(browser, at(alice, "item/damaged/"))
    shown = page(browser, at(alice, "item/damaged/"), about=str(order.pk))
    assert f'href="/orders/{order.pk}/dispute/?ground=damaged"' in shown
    browser.get(f"/orders/{order.pk}/dispute/?ground=damaged")

    assert Draft.objects.get(order=order).answers["ground"] == {"ground": ["damaged"]}


def test_one_order_is_chosen_without_asking(alice: Buyer, browser: Client) -> None:
    order = factories.an_order(alice)

    assert order.number in page(browser, at(alice, "item/damaged/"))


def test_a_parcel_that_is_not_late_yet_says_so_and_offers_a_message(alice: Buyer, browser: Client) -> None:
    order = factories.an_order(alice, delivered_on=None, promised_on=dt.date(2026, 11, 28))

    shown = page(browser, at(alice, "not_arrived/overdue/"))

    assert "28\u00a0novembre" in shown or "28 novembre" in shown
    assert f"/messages/new/order/{order.pk}/?topic=lost" in shown
    assert "/dispute/?ground" not in shown


def test_a_fraud_goes_to_the_bank_first_with_the_days_left(alice: Buyer, client: Client) -> None:
    shown = page(client, at(alice, "money/unknown_charge/"), on="2026-11-02")

    assert "Votre banque d’abord" in shown
    assert "3 décembre 2027" in shown or "2 décembre 2027" in shown.replace("\u00a0", " ")
    assert "Vos délais auprès de la banque" in shown


@pytest.mark.parametrize("on", ["2026-11-21", "1999-01-01", "demain", "", "0001-01-01"])
def test_a_day_that_cannot_be_says_what_to_do(alice: Buyer, client: Client, on: str) -> None:
    shown = page(client, at(alice, "money/unknown_charge/"), on=on)

    assert "Vos délais auprès de la banque" not in shown
    assert 'aria-invalid="true"' in shown


def test_a_change_of_mind_goes_to_withdrawal_with_its_last_day(alice: Buyer, browser: Client) -> None:
    order = factories.an_order(alice)

    shown = page(browser, at(alice, "changed_mind/"))

    assert "jusqu’au" in shown
    assert f"/orders/{order.pk}/withdraw/" in shown


def test_signed_out_leads_to_sign_in_and_back_here(alice: Buyer, client: Client) -> None:
    shown = page(client, at(alice, "item/damaged/"))

    assert "/account/login/?next=%2Fhelp%2F" in shown


def test_an_order_of_somebody_else_is_not_shown(alice: Buyer, browser: Client) -> None:
    theirs = factories.an_order(factories.a_buyer(alice.marketplace))

    shown = page(browser, at(alice, "item/damaged/"), about=str(theirs.pk))

    assert theirs.number not in shown
    assert str(theirs.pk) not in shown.replace(f"about={theirs.pk}", "").replace(f"about%3D{theirs.pk}", "")


def test_who_has_bought_nothing_is_told_so(alice: Buyer, browser: Client) -> None:
    assert "Rien n’est encore enregistré" in page(browser, at(alice, "item/damaged/"))


@pytest.mark.parametrize("trail", ["nonsense/", "item/late/", "item/damaged/more/"])
def test_an_answer_that_is_not_offered_is_no_page(alice: Buyer, client: Client, trail: str) -> None:
    assert client.get(at(alice, trail)).status_code == 404
