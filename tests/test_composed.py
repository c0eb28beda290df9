"""A statement that is composed once gives what its query set would, to each who asks."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext
from tests.factories import a_claim, a_marketplace, a_shop, a_stored_file, an_order

from recours import clock
from recours.claims.models import Claim
from recours.composed import Composed
from recours.conversations.models import Conversation, Message
from recours.marketplaces.models import Marketplace, Shop

pytestmark = pytest.mark.django_db


def shops_of(place_ids: frozenset[UUID]) -> QuerySet[Shop]:
    return Shop.objects.filter(marketplace_id__in=place_ids).select_related("marketplace").order_by("name")


def a_conversation() -> Conversation:
    order = an_order()
    return Conversation.objects.create(
        marketplace_id=order.marketplace_id, buyer=order.buyer, shop=order.shop, order=order,
        started_at=clock.now(), last_at=clock.now(),
    )  # fmt: skip


def test_the_rows_are_those_of_the_query_set_with_what_it_joins() -> None:
    mine, other = a_marketplace(), a_marketplace()
    shops = [a_shop(mine, name="Arceau"), a_shop(mine, name="Braise")]
    a_shop(other, name="Corbeau")
    with CaptureQueriesContext(connection) as asked:
        found = Composed(shops_of).rows(frozenset({mine.pk}))
        assert [shop.marketplace for shop in found] == [mine, mine]
    assert found == shops
    assert len(asked) == 1


def test_it_is_composed_once_for_a_number_of_ids_and_asked_anew_of_each() -> None:
    made = []

    def make(place_ids: frozenset[UUID]) -> QuerySet[Shop]:
        made.append(place_ids)
        return shops_of(place_ids)

    one, two = a_shop(name="Arceau"), a_shop(name="Braise")
    composed = Composed(make)
    assert composed.rows(frozenset({one.marketplace_id})) == [one]
    assert composed.rows(frozenset({two.marketplace_id})) == [two]
    assert len(made) == 1
    assert composed.rows(frozenset({one.marketplace_id, two.marketplace_id})) == [one, two]
    assert len(made) == 2
    assert not {one.marketplace_id, two.marketplace_id} & {each for ids in made for each in ids}


def test_among_no_ids_there_is_nothing_and_nothing_is_asked() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert Composed(shops_of).rows(frozenset()) == []
    assert len(asked) == 0


def test_texts_and_moments_are_filled_in() -> None:
    claim = a_claim()
    composed = Composed(lambda ref, at: Claim.objects.filter(reference=ref, opened_at__lte=at))
    assert composed.first(claim.reference, clock.now()) == claim
    assert composed.first(claim.reference, clock.now() - dt.timedelta(days=3650)) is None
    assert composed.first("L-AUTRE", clock.now()) is None


def test_what_is_deferred_stays_so_and_an_annotation_is_there() -> None:
    message = Message.objects.create(
        conversation=a_conversation(), author_role="buyer", text="Bonjour", sent_at=clock.now()
    )
    has_files = Exists(Message.files.through.objects.filter(message_id=OuterRef("pk")))
    composed = Composed(
        lambda pk: Message.objects.filter(conversation_id=pk).defer("words").annotate(has_any=has_files)
    )
    found = composed.first(message.conversation_id)
    assert found is not None
    assert found.get_deferred_fields() == {"words"}
    assert found.has_any is False  # type: ignore[attr-defined]
    message.files.add(a_stored_file())
    assert composed.first(message.conversation_id).has_any is True  # type: ignore[union-attr]


def test_a_value_that_the_statement_does_not_hold_is_refused() -> None:
    # It would otherwise be asked for ever with what the first asker gave.
    composed = Composed(lambda place_id: Marketplace.objects.filter(slug__startswith=str(place_id)[:4]))
    with pytest.raises(TypeError, match="not in the statement"):
        composed.rows(uuid4())


def test_a_value_of_another_sort_is_refused() -> None:
    with pytest.raises(TypeError, match="bool"):
        Composed(lambda pk: Message.objects.filter(pk=pk)).rows(True)


def test_a_lock_is_refused_since_only_its_transaction_makes_it_one() -> None:
    with pytest.raises(TypeError, match="lock"):
        Composed(lambda pk: Message.objects.select_for_update().filter(pk=pk)).rows(7)


def test_numbers_are_filled_in() -> None:
    messages = [
        Message.objects.create(
            conversation=a_conversation(), author_role="buyer", text="Bonjour", sent_at=clock.now()
        )
        for _ in range(2)
    ]
    composed = Composed(lambda pk: Message.objects.filter(pk=pk))
    assert [composed.first(one.pk) for one in messages] == messages


def test_what_would_be_prefetched_is_refused() -> None:
    composed = Composed(lambda pk: Message.objects.filter(conversation_id=pk).prefetch_related("files"))
    with pytest.raises(TypeError, match="prefetched"):
        composed.rows(uuid4())
