"""The contact form: at the desk at once, answered at a proven address alone, and no way to mail others in our name."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels.stage import written
from tests.factories import a_buyer, a_marketplace, an_agent

from recours import clock
from recours.channels.commands import ingest
from recours.channels.commands.forms import GOOD_FOR, PER_ADDRESS, PER_NETWORK, proof_address
from recours.channels.continuity import FormSender
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.marketplaces.models import Marketplace
from recours.outbox.models import Mail
from recours.outbox.sending import send_due as send_mails
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

EMAIL = "camille@example.org"
WORDS = "Où est ma lampe ?"


@pytest.fixture
def place() -> Marketplace:
    return a_marketplace()


@pytest.fixture
def agent(place: Marketplace) -> User:
    return an_agent(place)


def writes(client: Client, place: Marketplace, **changed: Any) -> Any:
    given = {"email": EMAIL, "name": "Camille", "topic": "question", "text": WORDS, "key": str(uuid4())}
    return client.post(reverse("buyer:contact", args=[place.slug]), given | changed)


def confirms(client: Client) -> Any:
    path = proof_address(FormSender.objects.latest("written_at").pk).removeprefix("http://localhost:8000")
    return client.post(path)


def answers(agent: User, text: str = "Elle part demain.") -> Message:
    row = Conversation.objects.latest("started_at")
    return send_message(conversation_id=row.pk, by=Actor(Role.AGENT, agent.pk), text=text, now=clock.now())


def mailed() -> list[Mail]:
    send_mails()
    return list(Mail.objects.filter(renderer="conversations", state=Mail.State.SENT))


def test_message_reaches_the_desk_at_once(client: Client, place: Marketplace, agent: User) -> None:
    page = writes(client, place).content.decode()

    assert "Votre message est parti" in page
    row = Conversation.objects.get()
    assert (row.buyer, row.topic, row.waiting_on) == (None, "question", "platform")
    assert (row.messages.get().text, row.messages.get().channel) == (WORDS, "form")
    client.force_login(agent)
    shown = client.get(reverse("desk:conversation", args=[row.pk])).content.decode()
    assert "par le formulaire de contact" in shown
    assert "adresse non confirmée" in shown


def test_first_mail_holds_none_of_the_words(client: Client, place: Marketplace) -> None:
    writes(client, place, name="Gagnez un iPhone", text="Cliquez sur https://mauvais.example.org")

    mail = Mail.objects.get()
    assert mail.address == EMAIL
    assert "mauvais" not in str(mail.payload)
    assert "iPhone" not in str(mail.payload)


def test_answer_waits_for_the_address_to_be_proven(client: Client, place: Marketplace, agent: User) -> None:
    writes(client, place)
    answers(agent)
    assert mailed() == []

    copy = confirms(client).content.decode()

    assert WORDS in copy
    assert [mail.address for mail in mailed()] == [EMAIL]
    assert "Elle part demain." in mailed()[0].text


def test_proven_address_is_answered_once_and_has_no_page_to_sign_in_to(
    client: Client, place: Marketplace, agent: User
) -> None:
    writes(client, place)
    for _ in range(2):
        confirms(client)
    answers(agent)

    (mail,) = mailed()

    assert "/messages/" not in mail.text


def test_answer_by_mail_goes_on_in_the_conversation(
    client: Client, place: Marketplace, agent: User, settings: Settings
) -> None:
    settings.REPLY_ADDRESS = "reponse@recours.example.org"
    writes(client, place)
    confirms(client)
    answers(agent)
    (mail,) = mailed()

    ingest(written(mail.reply_to, sender=EMAIL, text="Merci, j'attends."), source="test", now=clock.now())

    last = Conversation.objects.get().messages.latest("pk")
    assert (last.text, last.channel, last.author_role) == ("Merci, j'attends.", "mail", "buyer")
    assert len(mailed()) == 1


def test_same_address_typed_again_joins_nothing(client: Client, place: Marketplace) -> None:
    writes(client, place)
    confirms(client)
    Contact.objects.update(buyer=a_buyer(place))

    writes(client, place, text="Je suis la même, donnez-moi sa commande")

    other = Conversation.objects.latest("started_at", "pk")
    assert Contact.objects.count() == Conversation.objects.count() == 2
    assert Conversation.objects.filter(messages__text__contains="la même", contact__buyer=None).exists()
    assert other.messages.count() == 1


def test_button_pressed_twice_is_one_message(client: Client, place: Marketplace) -> None:
    key = str(uuid4())

    for _ in range(2):
        assert writes(client, place, key=key).status_code == 200

    assert Message.objects.count() == Mail.objects.count() == 1


def test_program_that_fills_everything_in_is_thanked_and_forgotten(
    client: Client, place: Marketplace
) -> None:
    assert (
        "Votre message est parti"
        in writes(client, place, website="https://spam.example.org").content.decode()
    )

    assert not Message.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "personne"), ("email", "a@b.c\nBcc: d@example.org"), ("text", " "), ("topic", "nothing")],
)
def test_what_is_wrong_keeps_what_was_typed(
    client: Client, place: Marketplace, field: str, value: str
) -> None:
    answer = writes(client, place, **{field: value})

    assert answer.status_code == 422
    assert "Camille" in answer.content.decode()
    assert not Message.objects.exists()


def test_too_long_a_text_is_kept_on_the_page(client: Client, place: Marketplace) -> None:
    answer = writes(client, place, text="mot " * 10_000)

    assert answer.status_code == 422
    assert answer.content.decode().count("mot mot") > 1_000
    assert not Message.objects.exists()


def test_text_of_ten_megabytes_is_refused_unread(client: Client, place: Marketplace) -> None:
    answer = writes(client, place, text="x" * 10_000_000)

    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_network_and_address_have_their_limits(client: Client, place: Marketplace) -> None:
    for _ in range(PER_ADDRESS):
        writes(client, place)
    assert writes(client, place).status_code == 422
    for number in range(PER_NETWORK - PER_ADDRESS):
        writes(client, place, email=f"autre{number}@example.org")

    refused = writes(client, place, email="encore@example.org", text="Gardez ces mots")

    assert refused.status_code == 422
    assert "Gardez ces mots" in refused.content.decode()
    assert Message.objects.count() == PER_NETWORK


def test_link_ends_after_a_week_and_an_altered_one_is_none(
    client: Client, place: Marketplace, frozen_clock: Any
) -> None:
    writes(client, place)
    path = proof_address(FormSender.objects.get().pk).removeprefix("http://localhost:8000")

    assert client.post(path[:-3] + "x/").status_code == 404
    frozen_clock.shift(GOOD_FOR + dt.timedelta(seconds=2))
    assert client.post(path).status_code == 404
    assert FormSender.objects.get().proven_at is None


def test_opening_the_link_alone_proves_nothing(client: Client, place: Marketplace) -> None:
    writes(client, place)

    client.get(proof_address(FormSender.objects.get().pk).removeprefix("http://localhost:8000"))

    assert FormSender.objects.get().proven_at is None


def test_name_of_html_is_text(client: Client, place: Marketplace, agent: User) -> None:
    writes(client, place, name="<img src=x onerror=alert(1)>")
    client.force_login(agent)

    page = client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()

    assert "<img src=x" not in page


def test_who_buys_here_writes_from_their_messages(client: Client, place: Marketplace) -> None:
    buyer = a_buyer(place)
    assert buyer.user is not None
    client.force_login(buyer.user)

    answer = client.get(reverse("buyer:contact", args=[place.slug]))

    assert answer.headers["Location"] == reverse("buyer:write_to_support", args=[place.slug])


def test_desk_reads_by_which_way_it_came_and_of_whom_nothing_is_known(
    place: Marketplace, agent: User, client: Client
) -> None:
    writes(client, place, text="Appelez-moi au 06 12 34 56 78.")
    client.force_login(agent)

    inbox = client.get(reverse("desk:messages"))
    page = client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()

    assert [row.way for row in inbox.context["rows"]] == ["par le formulaire de contact"]
    assert "Rien ne relie cette personne à un acheteur." in page
    assert "Litiges de cet acheteur" not in page
    assert "Commandes de cet acheteur" not in page
    # A party is warned of what leads away from the platform; the desk is the platform.
    assert "moyen de contact extérieur" not in page
