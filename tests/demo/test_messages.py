"""The conversations of the demo: what waits, what was answered, and a shop's habits."""

import pytest
from pytest_django.fixtures import Settings

from recours import clock
from recours.conversations.figures import answering_of
from recours.conversations.models import CannedAnswer, Conversation, Message
from recours.demo.seed import seed
from recours.marketplaces.models import Shop
from recours.rules.answering import said
from recours.rules.conversation import Topic, Waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pictures")]


def test_the_demo_has_a_conversation_of_each_kind(demo: Settings) -> None:
    seed()

    rows = Conversation.objects.filter(claim=None)
    now = clock.now()
    assert rows.filter(waiting_on=Waiting.SELLER, answer_due_at__gt=now).exists()
    assert rows.filter(answered_at__isnull=False, order__isnull=False).exists()
    assert rows.filter(waiting_on=Waiting.PLATFORM, shop=None).exists()
    assert rows.filter(waiting_on=Waiting.SELLER, topic=Topic.BEFORE_PURCHASE).exists()
    broken = rows.get(topic=Topic.DAMAGED)
    assert broken.answer_due_at is not None
    assert broken.answer_due_at < now
    assert Message.objects.get(conversation=broken).files.count() == 2
    assert CannedAnswer.objects.filter(shop=None).exists()


def test_shops_have_their_habits(demo: Settings) -> None:
    seed()

    first = {
        shop.ref: said(answering_of(shop.pk, now=clock.now()), "fr")[0].replace("\u202f", " ")
        for shop in Shop.objects.all()
    }

    assert first == {
        "maison-garance": "Répond en général en moins de 6 h.",
        "kobalt": "Répond en général en moins de 2 jours.",
        "nova-audio": "Répond en général en moins de 4 jours.",
        "atelier-filoselle": "Trop peu de questions ces 90 derniers jours pour dire si cette boutique répond,"
        " et en combien de temps.",
    }
