"""From a first message to a claim: what the wizard takes over, and how the conversation goes on with the claim."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.buyer.reading import plain
from tests.buyer.writing import about, user_of, written

from recours import clock
from recours.claims.models import Claim, Draft, Evidence
from recours.conversations.commands import send_message, write_to_support
from recours.conversations.models import Conversation, Message
from recours.marketplaces.models import Buyer, Order
from recours.rules.conversation import LIMITS, Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def alice() -> Buyer:
    return factories.a_buyer(name="Alice Martin")


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    client.force_login(user_of(alice))
    return client


def a_contact(browser: Client, order: Order, frozen_clock: Any, **fields: Any) -> Conversation:
    """Alice wrote, Bob answered with a picture, and three days went by."""
    browser.post(about(order), written(**fields))
    row = Conversation.objects.get()
    bob = factories.a_seller(order.shop)
    send_message(
        conversation_id=row.pk,
        by=Actor(Role.SELLER, bob.pk),
        text="Il était entier.",
        files=[factories.a_stored_file(bob, "depart.jpg")],
        now=clock.now() + HOUR,
    )
    frozen_clock.shift(dt.timedelta(days=3))
    browser.force_login(user_of(order.buyer))
    return row


def test_wizard_begins_with_what_was_written(browser: Client, alice: Buyer, frozen_clock: Any) -> None:
    order = factories.an_order(alice, lines=[8990, 1200])
    line = order.lines.order_by("position")[1]
    a_contact(browser, order, frozen_clock, lines=[line.pk])
    base = reverse("buyer:order_dispute", args=[order.pk])

    lines = browser.get(f"{base}lines/")
    browser.post(f"{base}lines/", {"lines": [line.pk]})
    ground = browser.get(f"{base}ground/")
    browser.post(f"{base}ground/", {"ground": "damaged"})
    browser.post(f"{base}wanted/", {"remedy": "refund", "amount": "12,00", "goods_return": "no"})
    story = browser.get(f"{base}story/")
    browser.post(f"{base}story/", {"explanation": "Cassé net."})
    summary = plain(browser.get(f"{base}summary/"))

    assert lines.context["form"].initial == {"lines": [str(line.pk)]}
    assert ground.context["form"].initial == {"ground": "damaged"}
    assert story.context["form"].initial == {"explanation": "L'arceau est cassé net."}
    assert "Vos messages avec le vendeur depuis le vendredi 20 novembre" in summary


def test_wizard_does_not_put_words_over_an_answer(browser: Client, alice: Buyer, frozen_clock: Any) -> None:
    order = factories.an_order(alice)
    a_contact(browser, order, frozen_clock)
    base = reverse("buyer:order_dispute", args=[order.pk])
    browser.post(f"{base}ground/", {"ground": "defective"})

    form = browser.get(f"{base}ground/").context["form"]

    assert form["ground"].value() == "defective"


def test_topic_that_is_no_ground_chooses_none(browser: Client, alice: Buyer, frozen_clock: Any) -> None:
    order = factories.an_order(alice)
    a_contact(browser, order, frozen_clock, topic="invoice")

    form = browser.get(reverse("buyer:order_dispute", args=[order.pk]) + "ground/").context["form"]

    assert form.initial == {}


def test_claim_begins_with_the_first_contact_and_its_files(
    browser: Client, alice: Buyer, frozen_clock: Any
) -> None:
    order = factories.an_order(alice)
    row = a_contact(browser, order, frozen_clock)
    claim = factories.a_claim(order, conversation_id=row.pk)

    response = browser.get(reverse("buyer:claim", args=[claim.reference]))

    page = plain(response)
    first = response.context["timeline"][0]
    assert (first["label"], first["at"], first["state"]) == ("Vendeur contacté", row.started_at, "done")
    told = [(one.text, one.at) for one in response.context["story"][:2]]
    assert told == [
        ("L'arceau est cassé net.", row.started_at),
        ("Il était entier.", row.started_at + HOUR),
    ]
    assert [one.exhibit for one in Evidence.objects.filter(claim=claim)] == ["V-1"]
    stored = Message.objects.latest("pk").files.get()
    assert reverse("buyer:message_file", args=[row.pk, stored.pk]) in page
    assert Claim.objects.get().conversation == row


def test_story_of_a_claim_is_asked_again_only_for_news(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    claim = factories.a_claim(order)
    bob = factories.a_seller(order.shop)
    browser.post(reverse("buyer:message", args=[claim.reference]), {"text": "Bonjour"})
    url = browser.get(reverse("buyer:claim", args=[claim.reference])).context["live"].url
    assert browser.get(url, headers={"HX-Request": "true"}).status_code == 204
    send_message(
        conversation_id=Conversation.objects.get().pk,
        by=Actor(Role.SELLER, bob.pk),
        text="Je regarde.",
        now=clock.now(),
    )

    page = plain(browser.get(url, headers={"HX-Request": "true"}))

    assert "Je regarde." in page
    assert "Nouveau message de Vendeur." in page
    assert "<textarea" not in page


def test_too_fast_on_a_claim_keeps_the_text(browser: Client, alice: Buyer) -> None:
    claim = factories.a_claim(factories.an_order(alice))
    url = reverse("buyer:message", args=[claim.reference])
    for number in range(LIMITS[0].count):
        assert browser.post(url, {"text": f"n° {number}"}).status_code == 302

    response = browser.post(url, {"text": "Encore un mot"})

    assert response.status_code == 422
    assert "Attendez quelques minutes" in plain(response)
    assert "Encore un mot" in plain(response)


def to_support(order: Order) -> Conversation:
    """Alice wrote to customer service about her order."""
    message = write_to_support(
        marketplace_id=order.marketplace_id,
        buyer_id=order.buyer_id,
        by=factories.the_buyer(order.buyer_id),
        subject="Casque",
        text="Débitée deux fois.",
        topic=Topic.DAMAGED,
        order_id=order.pk,
        now=clock.now(),
        key=UUID(int=1),
    )
    return message.conversation


def test_messages_to_customer_service_go_into_the_dispute_once(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    row = to_support(order)
    way = f"{reverse('buyer:order_dispute', args=[order.pk])}?messages={row.pk}"
    assert way in browser.get(reverse("buyer:conversation", args=[row.pk])).content.decode()

    browser.get(way)
    base = reverse("buyer:order_dispute", args=[order.pk])
    ground = browser.get(f"{base}ground/").context["form"]
    browser.post(f"{base}ground/", {"ground": "damaged"})
    browser.post(f"{base}wanted/", {"remedy": "refund", "amount": "89,90", "goods_return": "no"})
    browser.post(f"{base}story/", {"explanation": "Cassé net."})
    summary = browser.get(f"{base}summary/")
    draft = summary.context["draft"].pk
    for _ in range(2):
        browser.post(f"{base}summary/", {"draft": draft})

    assert ground.initial == {"ground": "damaged"}
    assert "Vos messages au service client" in plain(summary)
    claim = Claim.objects.get()
    assert [one.exhibit for one in Evidence.objects.filter(claim=claim)] == ["A-1"]
    assert [one.message.text for one in claim.filed_messages.all()] == ["Débitée deux fois."]
    assert claim.conversation != row


def test_messages_of_somebody_else_are_not_brought(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    other = to_support(factories.an_order(factories.a_buyer(alice.marketplace)))
    base = reverse("buyer:order_dispute", args=[order.pk])

    browser.get(f"{base}?messages={other.pk}")
    browser.get(f"{base}?messages=rien")
    browser.post(f"{base}ground/", {"ground": "damaged"})

    assert "messages" not in Draft.objects.get().answers
