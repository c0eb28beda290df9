"""A call or a letter in a conversation: where its time says, with who noted it, and nothing sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import a_buyer, a_claim, a_marketplace, an_agent, an_order, the_buyer

from recours import clock
from recours.channels.continuity import NotedMessage
from recours.conversations.commands import write_to_support
from recours.conversations.models import Conversation
from recours.marketplaces.models import Marketplace
from recours.outbox.models import Mail
from recours.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Marketplace:
    return a_marketplace()


@pytest.fixture
def agent(place: Marketplace, client: Client) -> User:
    user = an_agent(place)
    client.force_login(user)
    return user


@pytest.fixture
def talk(place: Marketplace) -> Conversation:
    buyer = a_buyer(place)
    message = write_to_support(
        marketplace_id=place.pk,
        buyer_id=buyer.pk,
        by=the_buyer(buyer.pk),
        subject="Casque",
        text="Rappelez-moi.",
        now=clock.now(),
        key=uuid4(),
    )
    return message.conversation


def notes(client: Client, talk: Conversation, **changed: Any) -> Any:
    given = {
        "way": "phone",
        "who": "Alice Martin",
        "at": "2026-11-20T09:30",
        "text": "Elle attend son colis.",
        "promised": "La rappeler lundi.",
        "key": str(uuid4()),
    }
    return client.post(reverse("desk:note_in", args=[talk.pk]), given | changed)


def test_call_takes_its_place_and_says_who_noted_it(client: Client, talk: Conversation, agent: User) -> None:
    notes(client, talk)

    first = talk.messages.order_by("sent_at")[0]
    assert (first.channel, first.author_role, first.author) == ("phone", "buyer", None)
    assert first.sent_at == clock.now() - dt.timedelta(minutes=30)
    assert "Elle attend son colis." in first.text
    assert "Promis par le service client" in first.text
    noted = NotedMessage.objects.get()
    assert (noted.message, noted.by, noted.who) == (first, agent, "Alice Martin")


def test_nothing_is_sent_to_the_buyer(client: Client, talk: Conversation, agent: User) -> None:
    notes(client, talk)

    assert not Mail.objects.exists()


def test_both_read_that_it_was_noted(client: Client, talk: Conversation, agent: User) -> None:
    notes(client, talk)
    desk = client.get(reverse("desk:conversation", args=[talk.pk])).content.decode()
    assert talk.buyer is not None
    assert talk.buyer.user is not None
    client.force_login(talk.buyer.user)

    buyer = client.get(reverse("buyer:conversation", args=[talk.pk])).content.decode()

    assert "par téléphone, noté par le service client" in desk
    assert "par téléphone, noté par le service client" in buyer


def test_letter_keeps_its_scan_and_becomes_evidence(client: Client, talk: Conversation, agent: User) -> None:
    scan = SimpleUploadedFile("lettre.txt", "Monsieur, mon casque est cassé.".encode())
    answer = notes(client, talk, way="post", files_given=scan)
    assert answer.status_code == 302
    claim = a_claim(an_order(talk.buyer))

    client.post(reverse("desk:file_evidence", args=[talk.pk]), {"claim": claim.reference})

    assert talk.messages.get(channel="post").files.count() == 1
    assert [one.file.original_name for one in claim.evidence.order_by("number")][1:] == ["lettre.txt"]


def test_button_pressed_twice_is_one_note(client: Client, talk: Conversation, agent: User) -> None:
    key = str(uuid4())

    for _ in range(2):
        notes(client, talk, key=key)

    assert NotedMessage.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [{"at": "2026-11-20T10:01"}, {"at": "hier"}, {"who": ""}, {"way": "whatsapp"}, {"text": " "}],
)
def test_what_is_wrong_keeps_what_was_typed(
    client: Client, talk: Conversation, agent: User, changed: dict[str, str]
) -> None:
    answer = notes(client, talk, **changed)

    assert answer.status_code == 422
    assert "La rappeler lundi." in answer.content.decode()
    assert not NotedMessage.objects.exists()
