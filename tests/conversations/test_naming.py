"""What came by a channel before its first words named it gets its name by a migration, the same as what comes today."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from tests.conftest import PRESENT
from tests.factories import a_buyer

from recours.conversations.commands import start_conversation
from recours.conversations.commands.sending import first_words
from recours.conversations.models import Conversation, Message

pytestmark = pytest.mark.django_db

NAME_THEM = import_module("recours.conversations.migrations.0013_name_what_came_untitled").NAME_THEM
SECOND = dt.timedelta(seconds=1)


def name_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAME_THEM)


def came(*texts: str, channel: str = "whatsapp", **fields: str) -> Conversation:
    """Store a conversation as it was stored before: its messages, and no title."""
    buyer = a_buyer()
    row = start_conversation(
        marketplace_id=buyer.marketplace_id, buyer_id=buyer.pk, shop_id=None, now=PRESENT
    )
    Message.objects.bulk_create(
        Message(
            conversation=row,
            author_role="buyer",
            text=text,
            channel=channel,
            sent_at=PRESENT + number * SECOND,
        )
        for number, text in enumerate(texts)
    )
    Conversation.objects.filter(pk=row.pk).update(**{"subject": "", "topic": ""} | fields)
    return row


def title(row: Conversation) -> str:
    row.refresh_from_db()
    return row.subject


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour",
        "Bonjour, mon casque est arrivé cassé,\nl’arceau ne tient plus du tout.",
        "  Bonjour,\r\n\r\n  où est\tmon colis ? ",
        "a" * 59 + " b",
        "a" * 60 + " b",
        "a" * 200,
        "mot " * 14 + "quatr de plus",
        "mot " * 14 + "trois de plus",
        "📦 " * 40,
        "我的耳机坏了，请问怎么退货？" * 8,
        "arc-en-ciel " * 12,
        "<b>Bonjour</b> %s {x}",
    ],
)
def test_it_is_named_as_what_comes_today(text: str) -> None:
    row = came(text, "Voici une photo.")

    name_them()

    assert title(row) == first_words(text) != ""


def test_a_message_without_words_leaves_its_place_to_the_next() -> None:
    row = came(" \n", "Voici une photo.")

    name_them()

    assert title(row) == "Voici une photo."


@pytest.mark.parametrize(
    ("channel", "fields", "kept"),
    [("whatsapp", {"subject": "Casque"}, "Casque"), ("whatsapp", {"topic": "other"}, ""), ("page", {}, "")],
)
def test_what_has_a_title_or_a_topic_or_came_on_the_site_stays(
    channel: str, fields: dict[str, str], kept: str
) -> None:
    row = came("Bonjour", channel=channel, **fields)

    name_them()

    assert title(row) == kept


def test_run_again_it_changes_nothing() -> None:
    row = came("Bonjour")
    name_them()
    Conversation.objects.filter(pk=row.pk).update(subject="Autre")

    name_them()

    assert title(row) == "Autre"
