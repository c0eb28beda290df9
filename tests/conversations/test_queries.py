"""Who sees which conversation, in what order, and what a search finds."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from tests import factories

from recours import clock
from recours.conversations.commands import mark_read, send_message, start_conversation
from recours.conversations.models import Conversation
from recours.conversations.queries import (
    ConversationNotVisible,
    Place,
    conversation_for,
    conversations_of_buyer,
    messages_of,
    unread_count,
)
from recours.marketplaces.models import Buyer, Order
from recours.people.models import User
from recours.people.queries import identity_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def user_of(buyer: Buyer) -> User:
    assert buyer.user is not None
    return buyer.user


def a_conversation(order: Order, text: str = "Bonjour, où est mon colis ?", hours: int = 0) -> Conversation:
    """Alice wrote to Bob `hours` ago."""
    at = clock.now() - hours * HOUR
    row = start_conversation(
        marketplace_id=order.marketplace_id,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
        order_id=order.pk,
        subject="Casque Nova",
        now=at,
    )
    send_message(conversation_id=row.pk, by=factories.the_buyer(order.buyer_id), text=text, now=at)
    return row


def answered(row: Conversation, text: str = "Il arrive demain.", hours: int = 0) -> None:
    seller = factories.a_seller(row.shop) if row.shop else factories.an_agent(row.marketplace)
    send_message(
        conversation_id=row.pk, by=Actor(Role.SELLER, seller.pk), text=text, now=clock.now() - hours * HOUR
    )


def test_each_party_sees_it_and_nobody_else() -> None:
    order = factories.an_order()
    row = a_conversation(order)
    alice, bob = user_of(order.buyer), factories.a_seller(order.shop)
    charlie, mallory = factories.an_agent(order.marketplace), factories.a_user("Mallory")

    assert conversation_for(identity_of(alice), row.pk, Role.BUYER).role is Role.BUYER
    assert conversation_for(identity_of(bob), row.pk, Role.SELLER).role is Role.SELLER
    for who, role in [
        (alice, Role.SELLER),
        (bob, Role.BUYER),
        (charlie, Role.AGENT),
        (mallory, Role.BUYER),
        (mallory, Role.SELLER),
        (mallory, Role.AGENT),
    ]:
        with pytest.raises(ConversationNotVisible):
            conversation_for(identity_of(who), row.pk, role)


def test_desk_sees_what_is_written_to_customer_service() -> None:
    buyer = factories.a_buyer()
    row = start_conversation(
        marketplace_id=buyer.marketplace_id, buyer_id=buyer.pk, shop_id=None, now=clock.now()
    )
    charlie = factories.an_agent(buyer.marketplace)

    assert conversation_for(identity_of(charlie), row.pk, Role.AGENT).row == row


def test_unread_come_first_then_the_latest() -> None:
    buyer = factories.a_buyer()
    old, new, answered_long_ago = (
        a_conversation(factories.an_order(buyer), hours=hours) for hours in (9, 1, 20)
    )
    answered(answered_long_ago, hours=19)

    rows = conversations_of_buyer(identity_of(user_of(buyer)))

    assert [(row.pk, row.unread) for row in rows] == [  # type: ignore[attr-defined]
        (answered_long_ago.pk, True),
        (new.pk, False),
        (old.pk, False),
    ]


def test_pages_continue_across_unread_and_read() -> None:
    buyer = factories.a_buyer()
    rows = [a_conversation(factories.an_order(buyer), hours=hours) for hours in (9, 8, 7, 6, 5)]
    for row in rows[:3]:
        answered(row, hours=4)
    who = identity_of(user_of(buyer))
    whole = [row.pk for row in conversations_of_buyer(who)]

    seen, after = [], None
    while True:
        page = conversations_of_buyer(who, after=after, limit=2)
        seen += [row.pk for row in page[:2]]
        if len(page) <= 2:
            break
        last = page[1]
        after: Place | None = (last.unread, last.last_at, last.pk)  # type: ignore[attr-defined,no-redef]

    assert seen == whole
    assert len(whole) == 5


def test_reading_makes_read_and_is_counted() -> None:
    order = factories.an_order()
    row = a_conversation(order, hours=2)
    answered(row, hours=1)
    alice = user_of(order.buyer)

    assert unread_count(alice.pk, Role.BUYER) == 1
    mark_read(conversation_id=row.pk, user_id=alice.pk, until=clock.now(), now=clock.now())
    assert unread_count(alice.pk, Role.BUYER) == 0


def test_unread_count_of_a_seller_is_what_waits_for_them() -> None:
    order = factories.an_order()
    bob = factories.a_seller(order.shop)
    row = a_conversation(order)

    assert unread_count(bob.pk, Role.SELLER) == 1
    answered(row)
    assert unread_count(bob.pk, Role.SELLER) == 0


@pytest.mark.parametrize(
    "words",
    ["casque", "CASQUE", "colis", "mes colis", "perdu", "eté", "C-", "  bon   fil ", "l’été"],
)
def test_search_finds(words: str) -> None:
    order = factories.an_order()
    row = a_conversation(order, "Où est mon colis ? Il est perdu depuis l'été.")
    a_conversation(factories.an_order(), "Où est mon colis ? Il est perdu depuis l'été.")

    assert conversations_of_buyer(identity_of(user_of(order.buyer)), words=words) == [row]


@pytest.mark.parametrize("words", ["lampe", "%", "_", "\\", "' OR 1=1 --", "casque\0lampe", "é" * 5000])
def test_search_finds_nothing_else(words: str) -> None:
    order = factories.an_order()
    a_conversation(order)

    assert conversations_of_buyer(identity_of(user_of(order.buyer)), words=words) == []


def test_messages_in_order_with_files(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    order = factories.an_order()
    row = a_conversation(order, hours=2)
    file = factories.a_stored_file(user_of(order.buyer))
    send_message(
        conversation_id=row.pk,
        by=factories.the_buyer(order.buyer_id),
        text="La voici.",
        now=clock.now() - HOUR,
        files=[file],
        key=uuid4(),
    )
    answered(row)

    with django_assert_num_queries(2):
        told = [(one.text, [each.pk for each in one.files.all()]) for one in messages_of(row.pk)]

    assert told == [
        ("Bonjour, où est mon colis ?", []),
        ("La voici.", [file.pk]),
        ("Il arrive demain.", []),
    ]
