"""Setting a conversation aside is no answer."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import factories
from tests.conftest import PRESENT

from recours.conversations.commands import mark_read, send_message, start_conversation
from recours.conversations.commands.settling import mark_unread, settle_conversation
from recours.conversations.models import Conversation, Message, Reading, Settlement
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def asked() -> Conversation:
    order = factories.an_order()
    row = start_conversation(
        marketplace_id=order.marketplace_id, buyer_id=order.buyer_id, shop_id=order.shop_id, order_id=order.pk,
        answer_due_at=PRESENT + 48 * HOUR, now=PRESENT,
    )  # fmt: skip
    write(row, Role.BUYER, PRESENT)
    return row


def write(row: Conversation, role: Role, at: dt.datetime) -> None:
    by = Actor(role, row.buyer.user_id if role is Role.BUYER else factories.a_user("Bob").pk)
    send_message(conversation_id=row.pk, by=by, text="Bonjour", now=at)


def test_it_waits_for_nobody_and_who_said_so_is_kept(asked: Conversation) -> None:
    bob = factories.a_user("Bob")

    settlement = settle_conversation(
        conversation_id=asked.pk, by=Actor(Role.SELLER, bob.pk), now=PRESENT + HOUR
    )

    asked.refresh_from_db()
    assert (asked.waiting_on, asked.waiting_since, asked.answered_at) == ("", None, None)
    assert asked.answer_due_at == PRESENT + 48 * HOUR
    assert settlement is not None
    assert (settlement.user, settlement.role, settlement.waited_since) == (bob, Role.SELLER, PRESENT)
    assert Message.objects.count() == 1


def test_it_comes_back_when_the_buyer_writes_again(asked: Conversation) -> None:
    settle_conversation(conversation_id=asked.pk, by=Actor(Role.SELLER, factories.a_user().pk), now=PRESENT)

    write(asked, Role.BUYER, PRESENT + HOUR)
    write(asked, Role.SELLER, PRESENT + 2 * HOUR)

    asked.refresh_from_db()
    assert (asked.waiting_on, asked.answered_at) == (Waiting.NOBODY, PRESENT + 2 * HOUR)


@pytest.mark.parametrize("role", [Role.BUYER, Role.AGENT])
def test_nobody_settles_what_waits_for_another(asked: Conversation, role: Role) -> None:
    by = Actor(role, factories.a_user().pk)

    assert settle_conversation(conversation_id=asked.pk, by=by, now=PRESENT) is None

    asked.refresh_from_db()
    assert asked.waiting_on == Waiting.SELLER


def test_twice_is_once(asked: Conversation) -> None:
    by = Actor(Role.SELLER, factories.a_user().pk)

    settle_conversation(conversation_id=asked.pk, by=by, now=PRESENT)
    settle_conversation(conversation_id=asked.pk, by=by, now=PRESENT)

    assert Settlement.objects.count() == 1


def test_unread_is_for_one_reader_alone(asked: Conversation) -> None:
    bob, eve = factories.a_user("Bob"), factories.a_user("Eve")
    for user in (bob, eve):
        mark_read(conversation_id=asked.pk, user_id=user.pk, until=PRESENT, now=PRESENT)

    mark_unread(conversation_id=asked.pk, user_id=bob.pk)

    assert set(Reading.objects.exclude(user=asked.buyer.user).values_list("user", flat=True)) == {eve.pk}
