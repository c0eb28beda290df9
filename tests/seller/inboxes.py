"""What tests of inboxes begin with: questions asked, each in its conversation."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from tests import factories
from tests.conftest import PRESENT

from recours.conversations.commands import send_message, start_conversation
from recours.conversations.models import Conversation
from recours.marketplaces.models import Buyer, Order, Shop
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

HOUR = dt.timedelta(hours=1)


def a_question(
    buyer: Buyer,
    shop: Shop | None,
    *,
    order: Order | None = None,
    ago: dt.timedelta = HOUR,
    text: str = "Bonjour, le casque grésille.",
    **fields: Any,
) -> Conversation:
    """A first message of a buyer, to a shop or to customer service, `ago` before the present."""
    at = PRESENT - ago
    row = start_conversation(
        marketplace_id=buyer.marketplace_id,
        buyer_id=buyer.pk,
        shop_id=shop.pk if shop else None,
        order_id=order.pk if order else None,
        line_ids=[line.pk for line in order.lines.all()] if order else [],
        topic=Topic.DEFECTIVE if order else Topic.QUESTION,
        answer_due_at=at + 48 * HOUR if shop else None,
        now=at,
        **({"subject": "Casque Nova 1"} | fields),
    )
    says(row, Role.BUYER, buyer.user_id, at, text)
    row.refresh_from_db()
    return row


def says(row: Conversation, role: Role, user_id: UUID | None, at: dt.datetime, text: str = "Merci.") -> None:
    user_id = user_id or factories.a_user("Bob").pk
    send_message(conversation_id=row.pk, by=Actor(role, user_id), text=text, now=at)
