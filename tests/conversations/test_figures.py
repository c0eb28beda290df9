"""How a shop answers, counted over its conversations."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.conftest import PRESENT

from recours.conversations.commands import start_conversation
from recours.conversations.figures import answering_of
from recours.conversations.models import Conversation
from recours.marketplaces.models import Buyer, Shop
from recours.rules.answering import SPAN, Answering
from recours.rules.conversation import Topic

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def asked(
    shop: Shop,
    buyer: Buyer,
    *,
    ago: dt.timedelta,
    after: dt.timedelta | None = None,
    term: dt.timedelta | None = 2 * DAY,
) -> Conversation:
    at = PRESENT - ago
    row = start_conversation(
        marketplace_id=shop.marketplace_id,
        buyer_id=buyer.pk,
        shop_id=shop.pk,
        now=at,
        answer_due_at=at + term if term else None,
    )
    if after is not None:
        Conversation.objects.filter(pk=row.pk).update(answered_at=at + after)
    return row


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop()


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    return factories.a_buyer(shop.marketplace)


def test_answers_are_counted_in_one_query(shop: Shop, buyer: Buyer) -> None:
    for hours in (1, 3, 5):
        asked(shop, buyer, ago=10 * DAY, after=hours * HOUR)
    asked(shop, buyer, ago=10 * DAY, after=3 * DAY)
    asked(shop, buyer, ago=3 * DAY)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = answering_of(shop.pk, now=PRESENT)

    assert len(queries) == 1
    assert found == Answering(asked=5, answered=4, due=5, in_time=3, median=4 * HOUR)


def test_what_says_nothing_of_the_shop_is_not_counted(shop: Shop, buyer: Buyer) -> None:
    asked(shop, buyer, ago=DAY)  # still within its term
    asked(shop, buyer, ago=5 * DAY, term=None)  # began as a dispute
    asked(shop, buyer, ago=SPAN + HOUR, after=HOUR)  # too long ago
    asked(factories.a_shop(shop.marketplace), buyer, ago=5 * DAY, after=HOUR)  # another shop's

    assert answering_of(shop.pk, now=PRESENT) == Answering()


def test_a_question_before_buying_counts_and_has_no_term(shop: Shop, buyer: Buyer) -> None:
    for ago, after in ((3 * DAY, None), (6 * DAY, HOUR), (7 * DAY, None)):
        row = asked(shop, buyer, ago=ago, after=after, term=None)
        Conversation.objects.filter(pk=row.pk).update(topic=Topic.BEFORE_PURCHASE)

    assert answering_of(shop.pk, now=PRESENT) == Answering(asked=2, answered=1, median=HOUR)


def test_a_term_counts_from_the_instant_it_is_over(shop: Shop, buyer: Buyer) -> None:
    row = asked(shop, buyer, ago=2 * DAY)
    assert row.answer_due_at == PRESENT

    assert answering_of(shop.pk, now=PRESENT - dt.timedelta(microseconds=1)).asked == 0
    assert answering_of(shop.pk, now=PRESENT).asked == 1


def test_a_question_put_aside_stays_unanswered(shop: Shop, buyer: Buyer) -> None:
    asked(shop, buyer, ago=5 * DAY)
    Conversation.objects.update(waiting_on="", waiting_since=None)

    assert answering_of(shop.pk, now=PRESENT) == Answering(asked=1, due=1)
