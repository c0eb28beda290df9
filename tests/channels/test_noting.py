"""A call or a letter in a conversation: where its time says, with who noted it, and nothing sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_seller,
    a_shop,
    an_agent,
    an_order,
    the_buyer,
)

from recours import clock
from recours.channels.continuity import NotedMessage
from recours.conversations.commands import write_to_support
from recours.conversations.models import Contact, Conversation
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


def notes_stranger(client: Client, **changed: Any) -> Any:
    given = {
        "way": "phone",
        "who": "Une dame <b>Dupré</b>",
        "reach": "01 99 00 12 34",
        "at": "2026-11-20T09:30",
        "text": "Elle demande où est sa lampe.",
        "promised": "",
        "key": str(uuid4()),
    }
    return client.post(reverse("desk:note_new"), given | changed, follow=True)


def test_who_is_not_known_has_a_conversation_and_no_account(
    client: Client, place: Marketplace, agent: User
) -> None:
    page = notes_stranger(client)

    talk = Conversation.objects.get()
    assert page.redirect_chain[-1][0] == reverse("desk:conversation", args=[talk.pk])
    assert (talk.buyer, talk.waiting_on, talk.marketplace) == (None, "platform", place)
    assert talk.contact is not None
    assert (talk.contact.name, talk.contact.reach) == ("Une dame <b>Dupré</b>", "01 99 00 12 34")
    text = page.content.decode()
    assert "01 99 00 12 34" in text
    assert "<b>Dupré" not in text
    assert "Lui envoyer un lien de preuve" not in text


def test_nothing_is_sent_to_who_cannot_be_reached(client: Client, place: Marketplace, agent: User) -> None:
    notes_stranger(client)
    talk = Conversation.objects.get()

    page = client.post(
        reverse("desk:send_message", args=[talk.pk]), {"text": "Bonjour.", "key": str(uuid4())}
    )

    assert page.status_code == 422
    assert talk.messages.count() == 1
    assert not Mail.objects.exists()


def test_placed_later_the_buyer_reads_it_and_is_answered(
    client: Client, place: Marketplace, agent: User, settings: Any
) -> None:
    settings.UNDO_SECONDS = 0
    notes_stranger(client)
    talk = Conversation.objects.get()
    buyer = a_buyer(place)

    client.post(
        reverse("desk:link_contact", args=[talk.pk]),
        {"email": buyer.email, "reason": "Elle a donné son numéro de commande."},
    )
    client.post(reverse("desk:send_message", args=[talk.pk]), {"text": "Elle arrive.", "key": str(uuid4())})

    talk.refresh_from_db()
    assert talk.buyer == buyer
    assert [one.text for one in talk.messages.order_by("pk")][-1] == "Elle arrive."


def test_stranger_noted_twice_by_one_button_is_one(client: Client, place: Marketplace, agent: User) -> None:
    key = str(uuid4())

    for _ in range(2):
        notes_stranger(client, key=key)

    assert (Conversation.objects.count(), Contact.objects.count()) == (1, 1)
    assert Conversation.objects.get().messages.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"reach": ""},
        {"reach": " "},
        {"reach": "1" * 201},
        {"who": ""},
        {"text": ""},
        {"way": "whatsapp"},
        {"at": "2026-11-21T09:30"},
        {"reach": "01\x0002"},
    ],
)
def test_what_is_wrong_of_a_stranger_keeps_what_was_typed(
    client: Client, place: Marketplace, agent: User, changed: dict[str, str]
) -> None:
    page = notes_stranger(client, **changed)

    assert page.status_code == 422
    assert not Conversation.objects.exists()
    assert not Contact.objects.exists()
    if "text" not in changed:
        assert "Elle demande où est sa lampe." in page.content.decode()


def notes_on(client: Client, claim: Any, **changed: Any) -> Any:
    given = {
        "way": "phone",
        "side": "seller",
        "who": "Bob",
        "at": "2026-11-20T09:30",
        "text": "Le colis est parti hier.",
        "promised": "",
        "key": str(uuid4()),
    }
    return client.post(reverse("desk:note_on", args=[claim.reference]), given | changed, follow=True)


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_on_a_claim_it_stands_among_the_messages_of_who_called(
    client: Client, place: Marketplace, agent: User, side: str
) -> None:
    claim = a_claim(an_order(a_buyer(place)))

    notes_on(client, claim, side=side)

    claim.refresh_from_db()
    (message,) = claim.conversation.messages.all()
    assert (message.author_role, message.author_id, message.channel) == (side, None, "phone")
    assert "noté par le service client" in message.text
    assert NotedMessage.objects.get().by == agent


def test_on_a_claim_both_parties_read_it(client: Client, place: Marketplace, agent: User) -> None:
    buyer, shop = a_buyer(place), a_shop(place)
    claim = a_claim(an_order(buyer, shop))
    notes_on(client, claim)

    for person, name in ((buyer.user, "buyer:claim"), (a_seller(shop), "seller:claim")):
        assert person is not None
        client.force_login(person)
        page = client.get(reverse(name, args=[claim.reference])).content.decode()
        assert "Le colis est parti hier." in page


@pytest.mark.parametrize("changed", [{"side": "agent"}, {"side": ""}, {"text": "a\x00"}, {"at": "demain"}])
def test_on_a_claim_what_is_wrong_writes_nothing(
    client: Client, place: Marketplace, agent: User, changed: dict[str, str]
) -> None:
    claim = a_claim(an_order(a_buyer(place)))

    page = notes_on(client, claim, **changed)

    assert page.status_code == 422
    assert not NotedMessage.objects.exists()
