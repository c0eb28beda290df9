"""Mes messages: the list and a conversation."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests import factories
from tests.buyer.reading import plain
from tests.buyer.writing import a_conversation, answered, autosave, page_of, send, user_of

from recours.conversations.models import Conversation, Reading
from recours.conversations.queries import unread_count
from recours.marketplaces.models import Buyer
from recours.rules.conversation import Topic
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

LIST = "/messages/"


@pytest.fixture
def alice() -> Buyer:
    return factories.a_buyer(name="Alice Martin")


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    client.force_login(user_of(alice))
    return client


# -- the list ----------------------------------------------------------------------------------------------


def test_list_without_messages_says_how_to_write(browser: Client) -> None:
    page = plain(browser.get(LIST))

    assert "Vous n'avez aucun message." in page
    assert 'href="/orders/"' in page


def test_list_shows_unread_first_with_who_and_what(browser: Client, alice: Buyer) -> None:
    shop = factories.a_shop(alice.marketplace, name="Atelier du Son")
    order = factories.an_order(alice, shop)
    answered(a_conversation(order, hours=30), hours=20)
    a_conversation(factories.an_order(alice, shop), "Merci beaucoup", hours=1)

    response = browser.get(LIST)

    page = plain(response)
    assert [row["unread"] for row in response.context["rows"]] == [True, False]
    assert "1 conversation non lue" in page
    assert "Atelier du Son" in page
    assert f"commande {order.number}" in page
    assert "Vous : Merci beaucoup" in " ".join(
        page.replace('<span class="muted">', "").replace("</span>", "").split()
    )


def test_conversation_of_a_claim_leads_to_the_claim(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    row = a_conversation(order, hours=100, due_in=-10)
    answered(row)
    claim = factories.a_claim(order, conversation_id=row.pk)

    response = browser.get(LIST)

    assert response.context["rows"][0]["url"] == reverse("buyer:claim", args=[claim.reference])
    assert browser.get(page_of(row))["Location"] == reverse("buyer:claim", args=[claim.reference])
    assert unread_count(user_of(alice).pk, Role.BUYER) == 1
    browser.get(reverse("buyer:claim", args=[claim.reference]))
    assert unread_count(user_of(alice).pk, Role.BUYER) == 0


@pytest.mark.parametrize(
    ("words", "found"), [("arceau", 1), ("nova", 1), ("lampe", 0), ("%", 0), ("a\0b", 0)]
)
def test_search(browser: Client, alice: Buyer, words: str, found: int) -> None:
    a_conversation(factories.an_order(alice))

    response = browser.get(LIST, {"q": words})

    assert response.status_code == 200
    assert len(response.context["rows"]) == found


@pytest.mark.parametrize("after", ["", "x", "1~x~y", "1~20261120T090000~1", "~~", "1~" + "9" * 400 + "~z"])
def test_list_with_a_broken_place_starts_at_the_beginning(browser: Client, alice: Buyer, after: str) -> None:
    a_conversation(factories.an_order(alice))

    assert len(browser.get(LIST, {"after": after}).context["rows"]) == 1


def test_list_goes_on(browser: Client, alice: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.buyer.messages.views.PAGE", 2)
    order = factories.an_order(alice)
    rows = [a_conversation(order, hours=hours) for hours in (1, 2, 3)]

    first = browser.get(LIST, {"q": "arceau"})
    second = browser.get(first.context["next_url"])

    assert [row["url"] for row in first.context["rows"]] == [page_of(row) for row in rows[:2]]
    assert [row["url"] for row in second.context["rows"]] == [page_of(rows[2])]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_with_one_and_three(
    browser: Client, alice: Buyer, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        answered(a_conversation(factories.an_order(alice)))

    with django_assert_num_queries(7):
        browser.get(LIST)


# -- a conversation ----------------------------------------------------------------------------------------


def test_page_shows_the_order_the_thread_and_whose_turn(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice, factories.a_shop(alice.marketplace, name="Atelier du Son"))
    row = a_conversation(order)

    page = plain(browser.get(page_of(row)))

    assert f"Commande {order.number}" in page
    assert "Livrée le jeudi 12 novembre 2026 (transporteur). Colis : Colissimo." in page
    assert "89,90 €" in page
    assert "Article arrivé abîmé" in page
    assert "C'est à Atelier du Son de répondre, jusqu'au dimanche 22 novembre 2026" in page
    assert "l'arceau est cassé" in page


def test_a_date_shows_its_trace(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    browser.post(
        reverse("buyer:write_about_order", args=[order.pk]),
        {"topic": "damaged", "text": "Cassé.", "key": uuid4()},
    )
    row = Conversation.objects.get()

    page = plain(browser.get(page_of(row)))

    assert row.answer_due_at is not None
    assert "Pourquoi cette date ?" in page


def test_opening_marks_read_and_the_count_goes(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    answered(row)
    assert 'count">1<' in plain(browser.get("/orders/"))

    browser.get(page_of(row))

    assert unread_count(user_of(alice).pk, Role.BUYER) == 0
    assert 'count">1<' not in plain(browser.get("/orders/"))


def test_page_costs_the_same_with_more_messages(
    browser: Client, alice: Buyer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = a_conversation(factories.an_order(alice))
    answered(row)
    browser.get(page_of(row))

    with django_assert_num_queries(17):
        browser.get(page_of(row))
    for _ in range(3):
        answered(row, hours=0)
    browser.get(page_of(row))
    with django_assert_num_queries(17):
        browser.get(page_of(row))


def test_ways_out_are_pointed_out_to_their_reader_alone(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice), "Appelez-moi au 06 12 34 56 78")
    assert "moyen de contact extérieur" not in plain(browser.get(page_of(row)))
    answered(row, "Plutôt sur https://evil.example/x <b>vite</b>")

    page = plain(browser.get(page_of(row)))

    assert page.count("moyen de contact extérieur") == 1
    assert 'href="https://evil.example' not in page
    assert "https://evil.example/x" in page
    assert b"&lt;b&gt;vite" in browser.get(page_of(row)).content


def test_links_to_this_site_are_links(browser: Client, alice: Buyer, settings: Any) -> None:
    settings.SITE_URL = "https://recours.example.org"
    row = a_conversation(factories.an_order(alice))
    answered(
        row, "Voyez https://recours.example.org/orders/?a=1. Ou https://recours.example.org@evil.example/"
    )

    page = browser.get(page_of(row)).content.decode()

    assert '<a href="/orders/?a=1">https://recours.example.org/orders/?a=1</a>.' in page
    assert page.count("evil.example") == 1
    assert "moyen de contact extérieur" in plain(browser.get(page_of(row)))


@pytest.mark.parametrize(
    ("topic", "due_in", "replied", "now"),
    [
        (Topic.DAMAGED, 48, False, False),
        (Topic.DAMAGED, -1, False, True),
        (Topic.DAMAGED, 48, True, True),
        (Topic.OVERCHARGE, 48, False, True),
    ],
)
def test_dispute_is_the_thing_to_do_once_the_shop_had_its_time(
    browser: Client, alice: Buyer, topic: Topic, due_in: int, replied: bool, now: bool
) -> None:
    order = factories.an_order(alice)
    row = a_conversation(order, topic=topic, due_in=due_in)
    if replied:
        answered(row)

    response = browser.get(page_of(row))

    assert response.context["dispute_url"] == reverse("buyer:order_dispute", args=[order.pk])
    assert response.context["dispute_now"] is now


def test_no_dispute_where_everything_is_claimed(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    factories.a_claim(order)
    row = a_conversation(order)

    assert "dispute_url" not in browser.get(page_of(row)).context


# -- live --------------------------------------------------------------------------------------------------


def test_fragment_is_asked_again_only_for_news(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    url = browser.get(page_of(row)).context["live"].url
    assert browser.get(url, headers={"HX-Request": "true"}).status_code == 204
    answered(row, "Une photo, s'il vous plaît")

    response = browser.get(url, headers={"HX-Request": "true"})

    page = plain(response)
    assert "<html" not in page
    assert "Une photo, s'il vous plaît" in page
    assert "Nouveau message de " in page
    assert "<textarea" not in page
    assert "HX-Request" in response["Vary"]
    assert unread_count(user_of(alice).pk, Role.BUYER) == 0


def test_fragment_brings_a_new_ticket_after_hours(browser: Client, alice: Buyer, frozen_clock: Any) -> None:
    row = a_conversation(factories.an_order(alice))
    url = browser.get(page_of(row)).context["live"].url
    frozen_clock.shift(dt.timedelta(hours=3, minutes=1))

    assert browser.get(url, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("query", ["since=x&at=y", "since=-1", "since=" + "9" * 30, "since=%00&at=%00"])
def test_fragment_with_nonsense_is_drawn_whole(browser: Client, alice: Buyer, query: str) -> None:
    row = a_conversation(factories.an_order(alice))

    assert browser.get(f"{page_of(row)}?{query}", headers={"HX-Request": "true"}).status_code == 200


# -- others ------------------------------------------------------------------------------------------------


def test_what_is_somebody_elses_does_not_exist(browser: Client, alice: Buyer) -> None:
    theirs = a_conversation(factories.an_order())
    mine = a_conversation(factories.an_order(alice))
    their_file = factories.a_stored_file(user_of(theirs.buyer))
    theirs.messages.get().files.add(their_file)

    assert browser.get(page_of(theirs)).status_code == 404
    assert send(browser, theirs).status_code == 404
    assert autosave(browser, theirs).status_code == 404
    assert browser.get(reverse("buyer:message_file", args=[theirs.pk, their_file.pk])).status_code == 404
    assert browser.get(reverse("buyer:message_file", args=[mine.pk, their_file.pk])).status_code == 404
    assert browser.get(reverse("buyer:message_file", args=[mine.pk, uuid4()])).status_code == 404
    assert not Reading.objects.filter(conversation=theirs, user=user_of(alice)).exists()


def test_in_english(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    answered(row)
    browser.cookies["recours_language"] = "en"

    assert "My messages" in plain(browser.get(LIST))
    page = plain(browser.get(page_of(row)))
    assert "Item arrived damaged" in page
    assert "Send the message" in page
