"""A conversation becomes a claim in one act: what stands there is filled in and filed, each message once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.channels import whatsapp
from tests.channels.whatsapp import a_message, comes
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_seller, a_stored_file, an_agent, an_order

from recours import clock
from recours.channels.commands.disputing import Dispute, open_from_conversation
from recours.channels.commands.joining import link_by_agent
from recours.channels.commands.news import carry_news
from recours.channels.continuity import ConversationClaim, FiledMessage
from recours.channels.models import ChannelDelivery, ChannelIdentity, ChannelSending
from recours.claims.chain import canonical, decode_event
from recours.claims.commands import act
from recours.claims.models import Claim, Evidence, InternalNote
from recours.conversations.commands import send_message, write_to_support
from recours.conversations.models import Contact, Conversation, Message
from recours.files import storage
from recours.marketplaces.models import Buyer, Marketplace, Order
from recours.outbox.models import Mail
from recours.outbox.sending import send_due as send_mails
from recours.people.commands import appoint_to_desk
from recours.people.models import DeskRole, User
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Rule
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role

pytestmark = pytest.mark.django_db

WORDS = "Mon casque est arrivé cassé."


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    return whatsapp.connect(settings)


@pytest.fixture
def alice(place: Marketplace) -> Buyer:
    return a_buyer(place)


@pytest.fixture
def order(alice: Buyer) -> Order:
    return an_order(alice)


@pytest.fixture
def agent(place: Marketplace, client: Client) -> User:
    user = an_agent(place)
    client.force_login(user)
    return user


@pytest.fixture
def talk(place: Marketplace, alice: Buyer, order: Order) -> Conversation:
    """Alice wrote by WhatsApp, with a photo, and an agent knows who she is."""
    comes(a_message())
    link_by_agent(
        contact_id=Contact.objects.get().pk, email=alice.email, reason="Sûr.", user_id=None, now=clock.now()
    )
    row = Conversation.objects.get()
    said(row, alice, "La photo", photo=True)
    return row


def said(row: Conversation, buyer: Buyer, text: str, *, photo: bool = False) -> Message:
    return send_message(
        conversation_id=row.pk,
        by=Actor(Role.BUYER, buyer.user_id),
        text=text,
        now=clock.now() + dt.timedelta(seconds=1),
        files=[a_stored_file()] if photo else [],
    )


def page_of(row: Conversation) -> str:
    return reverse("desk:open_claim", args=[row.pk])


def answers(client: Client, row: Conversation, **changed: Any) -> dict[str, Any]:
    """Return what the form holds as it is shown, with what an agent changes."""
    form = client.get(page_of(row)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value or name == "after"}
    return kept | {"ground": "damaged"} | changed


def exhibits(claim: Claim) -> list[tuple[str, str]]:
    rows = Evidence.objects.filter(claim=claim).order_by("side", "number").select_related("file")
    return [(f"{row.side}-{row.number}", row.file.original_name) for row in rows]


def transcript(claim: Claim) -> str:
    stored = Evidence.objects.get(claim=claim, file__kind="text").file
    with storage.read(stored.clean_sha256) as file:
        return file.read().decode()


class TestForm:
    def test_conversation_becomes_a_claim_in_one_act(
        self, talk: Conversation, order: Order, agent: User, client: Client
    ) -> None:
        answer = client.post(page_of(talk), answers(client, talk))

        claim = Claim.objects.get()
        assert answer.headers["Location"] == reverse("desk:claim", args=[claim.reference])
        opening = decode_event(canonical(claim.events.get(seq=1).body)).opening
        assert (claim.buyer, claim.order, claim.ground) == (order.buyer, order, "damaged")
        assert opening.explanation == f"{WORDS}\n\nLa photo"
        assert [label for label, _name in exhibits(claim)] == ["buyer-1", "buyer-2"]
        assert ConversationClaim.objects.get().by == agent
        assert InternalNote.objects.filter(claim=claim, author=agent).count() == 2

    def test_exhibit_says_how_and_when_each_message_came(
        self, talk: Conversation, agent: User, client: Client
    ) -> None:
        client.post(page_of(talk), answers(client, talk))

        text = transcript(Claim.objects.get())
        assert "reçu par WhatsApp" in text
        assert "écrit sur le site" in text
        assert ChannelDelivery.objects.get().sha256 in text
        assert WORDS in text
        assert set(FiledMessage.objects.values_list("message__text", flat=True)) == {WORDS, "La photo"}

    def test_exhibit_names_neither_the_profile_nor_the_number(
        self, talk: Conversation, agent: User, client: Client
    ) -> None:
        client.post(page_of(talk), answers(client, talk))

        text = transcript(Claim.objects.get())
        assert "Camille" not in text
        assert whatsapp.CAMILLE not in text

    def test_buyer_is_told_on_the_channel_and_by_mail(
        self, talk: Conversation, agent: User, client: Client
    ) -> None:
        client.post(page_of(talk), answers(client, talk))
        send_mails()

        claim = Claim.objects.get()
        assert f"/claims/{claim.reference}/" in ChannelSending.objects.get().text
        mail = Mail.objects.get(renderer="channels")
        assert mail.subject == f"Votre réclamation {claim.reference} est ouverte"
        assert f"/claims/{claim.reference}/" in mail.text

    def test_closed_window_leaves_the_mail(self, talk: Conversation, agent: User, client: Client) -> None:
        with time_machine.travel(PRESENT + dt.timedelta(hours=25), tick=False):
            client.force_login(agent)
            client.post(page_of(talk), answers(client, talk))

        assert Claim.objects.count() == 1
        assert not ChannelSending.objects.exists()
        assert Mail.objects.filter(renderer="channels").count() == 1

    def test_agent_leaves_a_message_out(self, talk: Conversation, agent: User, client: Client) -> None:
        first = talk.messages.order_by("sent_at")[0]

        client.post(page_of(talk), answers(client, talk, messages=[str(first.pk)]))

        assert "La photo" not in transcript(Claim.objects.get())
        assert len(exhibits(Claim.objects.get())) == 1

    def test_message_of_another_conversation_cannot_be_chosen(
        self, talk: Conversation, place: Marketplace, agent: User, client: Client
    ) -> None:
        other = a_buyer(place)
        assert other.user_id is not None
        strange = write_to_support(
            marketplace_id=place.pk,
            buyer_id=other.pk,
            by=Actor(Role.BUYER, other.user_id),
            subject="Autre",
            text="À personne d'autre",
            now=clock.now(),
            key=UUID(int=1),
        )

        answer = client.post(page_of(talk), answers(client, talk, messages=[str(strange.pk)]))

        assert answer.status_code == 422
        assert not Claim.objects.exists()

    def test_order_of_another_buyer_cannot_be_chosen(
        self, talk: Conversation, place: Marketplace, agent: User, client: Client
    ) -> None:
        other = an_order(a_buyer(place))
        line = other.lines.get()

        answer = client.post(page_of(talk), answers(client, talk, lines=[f"{other.pk}:{line.pk}"]))

        assert answer.status_code == 422
        assert other.number not in answer.content.decode()
        assert not Claim.objects.exists()

    def test_two_orders_are_refused_and_the_words_kept(
        self, talk: Conversation, alice: Buyer, order: Order, agent: User, client: Client
    ) -> None:
        other = an_order(alice)
        lines = [f"{each.pk}:{each.lines.get().pk}" for each in (order, other)]

        answer = client.post(page_of(talk), answers(client, talk, lines=lines, explanation="Les deux."))

        assert answer.status_code == 422
        assert "Les deux." in answer.content.decode()
        assert not Claim.objects.exists()

    def test_claim_that_exists_is_led_to(
        self, talk: Conversation, order: Order, agent: User, client: Client
    ) -> None:
        given = answers(client, talk)
        claim = a_claim(order)

        answer = client.post(page_of(talk), given)

        # The form offers no line that is taken: what was shown before is refused, and the page names the claim.
        assert answer.status_code == 422
        assert reverse("desk:claim", args=[claim.reference]) in answer.content.decode()
        assert Claim.objects.count() == 1

    def test_payment_needs_no_article(
        self, talk: Conversation, order: Order, agent: User, client: Client
    ) -> None:
        client.post(page_of(talk), answers(client, talk, lines=[f"{order.pk}:"], ground="overcharge"))

        claim = Claim.objects.get()
        assert (claim.ground, claim.order, claim.state) == ("overcharge", order, "with_platform")

    def test_conversation_of_nobody_opens_nothing(
        self, place: Marketplace, agent: User, client: Client
    ) -> None:
        comes(a_message())

        assert client.get(page_of(Conversation.objects.get())).status_code == 404

    def test_agent_who_sells_that_order_is_not_offered_it(
        self, talk: Conversation, order: Order, place: Marketplace, client: Client
    ) -> None:
        both = a_seller(order.shop)
        appoint_to_desk(user=both, marketplace_id=place.pk, role=DeskRole.AGENT)
        client.force_login(both)

        assert order.number not in client.get(page_of(talk)).content.decode()

    def test_ground_and_articles_come_from_the_topic(
        self, place: Marketplace, alice: Buyer, order: Order, agent: User, client: Client
    ) -> None:
        assert alice.user_id is not None
        message = write_to_support(
            marketplace_id=place.pk,
            buyer_id=alice.pk,
            by=Actor(Role.BUYER, alice.user_id),
            subject="Casque",
            text="Il ne marche pas",
            topic=Topic.DEFECTIVE,
            order_id=order.pk,
            now=clock.now(),
            key=UUID(int=2),
        )

        form = client.get(page_of(message.conversation)).context["form"]

        assert form["ground"].value() == "defective"
        assert form["lines"].value() == [f"{order.pk}:{order.lines.get().pk}"]
        assert "news" not in form.fields


def test_ruling_comes_back_to_the_phone_that_sent_the_photo(
    talk: Conversation, order: Order, agent: User, client: Client
) -> None:
    client.post(page_of(talk), answers(client, talk, lines=[f"{order.pk}:"], ground="overcharge", news="on"))
    claim = Claim.objects.get()
    assert Contact.objects.get().wants_news

    terms = claim.snapshot.wanted
    act(
        claim.pk,
        Rule(by=Actor(Role.AGENT, agent.pk), rule="claim.open_payment", reasons="Débit prouvé.", terms=terms),
    )
    send_mails()
    carry_news(clock.now())

    phone = ChannelIdentity.objects.get(external_id=whatsapp.HER_ID)
    rows = ChannelSending.objects.filter(message=None, identity=phone)
    assert any(claim.reference in row.text for row in rows)


class TestTwice:
    def test_sent_twice_is_one_claim(
        self, talk: Conversation, order: Order, agent: User, client: Client
    ) -> None:
        given = answers(client, talk, lines=[f"{order.pk}:"], ground="overcharge")

        places = [client.post(page_of(talk), given).headers["Location"] for _ in range(2)]

        assert places[0] == places[1]
        assert Claim.objects.count() == 1
        assert FiledMessage.objects.count() == 2

    def test_filed_again_brings_only_what_is_new(
        self, talk: Conversation, alice: Buyer, agent: User, client: Client
    ) -> None:
        client.post(page_of(talk), answers(client, talk))
        claim = Claim.objects.get()
        url = reverse("desk:file_evidence", args=[talk.pk])

        client.post(url, {"claim": claim.reference})
        assert len(exhibits(claim)) == 2
        said(talk, alice, "Encore un mot")
        client.post(url, {"claim": claim.reference})

        assert len(exhibits(claim)) == 3
        assert FiledMessage.objects.filter(claim=claim).count() == 3

    def test_same_words_on_three_channels_are_three_messages_of_one_exhibit(
        self, talk: Conversation, alice: Buyer, agent: User, client: Client
    ) -> None:
        said(talk, alice, WORDS)
        send_message(
            conversation_id=talk.pk,
            by=Actor(Role.BUYER, alice.user_id),
            text=WORDS,
            now=clock.now() + dt.timedelta(seconds=5),
            channel=Message.Channel.MAIL,
        )

        client.post(page_of(talk), answers(client, talk))

        text = transcript(Claim.objects.get())
        assert text.count(WORDS) == 3
        assert all(way in text for way in ("par WhatsApp", "par courriel", "sur le site"))


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_open_one_claim(place: Marketplace, settings: Settings) -> None:
    alice = a_buyer(place)
    order = an_order(alice)
    agents = [an_agent(place) for _ in range(2)]
    assert alice.user_id is not None
    message = write_to_support(
        marketplace_id=place.pk,
        buyer_id=alice.pk,
        by=Actor(Role.BUYER, alice.user_id),
        subject="Débit",
        text="Débité deux fois",
        now=clock.now(),
        key=UUID(int=3),
    )
    dispute = Dispute(
        order=Order.objects.select_related("buyer__marketplace").get(pk=order.pk),
        lines={},
        ground=Ground.OVERCHARGE,
        remedy=Remedy.REFUND,
        explanation="Débité deux fois",
        message_ids=[message.pk],
    )

    found = at_once(
        *[
            lambda user=user: open_from_conversation(
                conversation_id=message.conversation_id,
                dispute=dispute,
                by=Actor(Role.AGENT, user.pk),
                now=clock.now(),
            )
            for user in agents
        ]
    )

    assert sorted(one.is_new for one in found) == [False, True]
    assert Claim.objects.count() == FiledMessage.objects.count() == 1
