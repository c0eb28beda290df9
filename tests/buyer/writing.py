"""How the tests have a buyer write: a first message, and the next ones of a conversation."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from tests import factories

from recours import clock
from recours.conversations.commands import send_message, start_conversation
from recours.conversations.models import Conversation, Message
from recours.marketplaces.models import Buyer, Order
from recours.people.models import User
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

HOUR = dt.timedelta(hours=1)


def user_of(buyer: Buyer) -> User:
    assert buyer.user is not None
    return buyer.user


def about(order: Order, topic: str = "") -> str:
    url = reverse("buyer:write_about_order", args=[order.pk])
    return f"{url}?topic={topic}" if topic else url


def written(**fields: Any) -> dict[str, Any]:
    return {"topic": "damaged", "text": "L'arceau est cassé net.", "key": str(uuid4())} | fields


def a_conversation(
    order: Order,
    text: str = "Bonjour, l'arceau est cassé.",
    *,
    hours: int = 2,
    topic: Topic = Topic.DAMAGED,
    due_in: int | None = 48,
) -> Conversation:
    """Alice wrote to Bob about her order `hours` ago; he has until `due_in` hours from now."""
    at = clock.now() - hours * HOUR
    row = start_conversation(
        marketplace_id=order.marketplace_id,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        line_ids=[line.pk for line in order.lines.all()],
        topic=topic,
        subject="Casque Nova",
        answer_due_at=None if due_in is None else clock.now() + due_in * HOUR,
        now=at,
    )
    send_message(conversation_id=row.pk, by=factories.the_buyer(order.buyer_id), text=text, now=at)
    return row


def answered(row: Conversation, text: str = "Envoyez-moi une photo.", hours: int = 1) -> Message:
    assert row.shop is not None
    bob = factories.a_seller(row.shop)
    at = clock.now() - hours * HOUR
    return send_message(conversation_id=row.pk, by=Actor(Role.SELLER, bob.pk), text=text, now=at)


def page_of(row: Conversation) -> str:
    return reverse("buyer:conversation", args=[row.pk])


def sending(text: str = "Voici la photo.", **more: Any) -> dict[str, Any]:
    return {"text": text, "key": str(uuid4())} | more


def send(browser: Client, row: Conversation, **fields: Any) -> Any:
    return browser.post(reverse("buyer:send_message", args=[row.pk]), sending(**fields))


def autosave(browser: Client, row: Conversation, **fields: Any) -> Any:
    return browser.post(
        reverse("buyer:send_message", args=[row.pk]),
        sending(**fields),
        headers={"X-Requested-With": "autosave"},
    )
