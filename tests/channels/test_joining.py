"""Who a contact is: nobody until it is proved or an agent says so; then their files are evidence, and news come."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import a_message, comes
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_refund_due, a_stored_file, a_user, an_agent, an_order

from recours import clock
from recours.channels.commands.joining import GOOD_FOR, join_address, link_by_agent, unlink
from recours.channels.commands.news import carry_news
from recours.channels.models import (
    ChannelIdentity,
    ChannelSending,
    ChannelTemplate,
    ChannelThread,
    ContactLink,
)
from recours.channels.queries import news_beside
from recours.claims.models import Evidence, InternalNote
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation
from recours.marketplaces.models import Buyer, Marketplace
from recours.outbox.models import Mail
from recours.outbox.sending import send_due as send_mails
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

NEWS_QUERIES = 5
"""Two to find them, and one to write them in a transaction."""


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    place = whatsapp.connect(settings)
    comes(a_message())
    return place


@pytest.fixture
def alice(place: Marketplace) -> Buyer:
    return a_buyer(place)


@pytest.fixture
def agent(place: Marketplace, client: Client) -> User:
    user = an_agent(place)
    client.force_login(user)
    return user


def talk() -> Conversation:
    return Conversation.objects.get()


def theirs() -> Conversation:
    """The one by the channel, where a claim has one of its own as well."""
    return Conversation.objects.get(contact__isnull=False)


def url(name: str) -> str:
    return reverse(f"desk:{name}", args=[talk().pk])


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost:8000")


def signed_in(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


class TestProof:
    def test_link_opened_signed_in_joins_the_account(self, place: Marketplace, alice: Buyer) -> None:
        path = path_of(join_address(Contact.objects.get().pk))
        client = signed_in(alice.user)

        page = client.get(path).content.decode()
        assert "Camille" in page
        assert "numéro finissant par 78" in page
        assert talk().buyer is None
        client.post(path, {"news": "on"})

        assert talk().buyer == alice
        assert (Contact.objects.get().buyer, Contact.objects.get().wants_news) == (alice, True)
        assert ContactLink.objects.get().how == "proved"

    def test_link_serves_once(self, place: Marketplace, alice: Buyer) -> None:
        path = path_of(join_address(Contact.objects.get().pk))
        signed_in(alice.user).post(path)

        other = signed_in(a_buyer(place).user)

        assert other.get(path).status_code == other.post(path).status_code == 404
        assert talk().buyer == alice

    def test_link_does_not_undo_what_the_desk_undid(self, place: Marketplace, alice: Buyer) -> None:
        path = path_of(join_address(Contact.objects.get().pk))
        client = signed_in(alice.user)
        client.post(path)
        unlink(contact_id=Contact.objects.get().pk, user_id=None, now=clock.now())

        assert client.get(path).status_code == client.post(path).status_code == 404
        assert talk().buyer is None

        client.post(path_of(join_address(Contact.objects.get().pk)))
        assert talk().buyer == alice

    def test_link_asks_to_sign_in(self, place: Marketplace) -> None:
        path = path_of(join_address(Contact.objects.get().pk))

        assert Client().get(path).status_code == Client().post(path).status_code == 302
        assert talk().buyer is None

    @pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "x/", lambda path: "/channels/join/nothing/"])
    def test_altered_link_opens_nothing(self, place: Marketplace, alice: Buyer, spoil: object) -> None:
        assert callable(spoil)
        path = spoil(path_of(join_address(Contact.objects.get().pk)))

        assert signed_in(alice.user).post(path).status_code == 404

    def test_link_ends_after_a_week(self, place: Marketplace, alice: Buyer) -> None:
        path = path_of(join_address(Contact.objects.get().pk))

        with time_machine.travel(PRESENT + GOOD_FOR + dt.timedelta(seconds=2), tick=False):
            client = signed_in(alice.user)
            status = client.post(path).status_code

        assert status == 404

    def test_account_without_a_purchase_there_is_told_so(self, place: Marketplace) -> None:
        path = path_of(join_address(Contact.objects.get().pk))
        client = signed_in(a_user("Mallory"))

        page = client.post(path).content.decode()

        assert "n’a aucun achat" in page
        assert talk().buyer is None

    def test_desk_sends_the_link_on_the_channel(
        self, place: Marketplace, agent: User, client: Client
    ) -> None:
        client.post(url("ask_who"), {"key": str(uuid4())})

        assert "/channels/join/" in ChannelSending.objects.get().text


class TestAgent:
    def test_agent_joins_with_a_reason_and_undoes_it(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        client.post(url("link_contact"), {"email": alice.email.upper(), "reason": "Même numéro de commande."})
        assert talk().buyer == alice

        client.post(url("unlink_contact"))

        assert (talk().buyer, Contact.objects.get().buyer) == (None, None)
        link = ContactLink.objects.get()
        assert (link.how, link.reason, link.by, link.undone_by) == (
            "agent",
            "Même numéro de commande.",
            agent,
            agent,
        )

    @pytest.mark.parametrize(("email", "reason"), [("nobody@example.org", "Sûr."), ("", " ")])
    def test_refused_link_keeps_what_was_typed(
        self, place: Marketplace, agent: User, client: Client, email: str, reason: str
    ) -> None:
        answer = client.post(url("link_contact"), {"email": email, "reason": reason}, follow=True)

        assert talk().buyer is None
        assert email in answer.content.decode()

    def test_unknown_contact_sees_no_order_beside_it(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        order = an_order(alice)

        page = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()

        assert order.number not in page
        assert "Rien ne relie cette personne à un acheteur." in page

    def test_buyer_reads_it_once_joined_and_not_before(self, place: Marketplace, alice: Buyer) -> None:
        client = signed_in(alice.user)
        page = reverse("buyer:conversation", args=[talk().pk])
        assert client.get(page).status_code == 404

        client.post(path_of(join_address(Contact.objects.get().pk)))

        assert "Mon casque est arrivé cassé." in client.get(page).content.decode()


class TestWhere:
    def test_buyer_chooses_mail_and_the_desk_sees_and_heeds_it(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)))
        where = reverse("buyer:answers_where", args=[talk().pk])

        signed_in(alice.user).post(where, {"where": "mail"})

        page = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()
        assert "a choisi de recevoir les réponses par courriel" in page
        said = send_message(
            conversation_id=talk().pk, by=Actor(Role.AGENT, agent.pk), text="Bonjour", now=clock.now()
        )
        assert not ChannelSending.objects.exists()
        assert Mail.objects.filter(renderer="conversations", payload__message=said.pk).count() == 1
        signed_in(alice.user).post(where, {"where": "channel"})
        send_message(conversation_id=talk().pk, by=Actor(Role.AGENT, agent.pk), text="Ici", now=clock.now())
        assert ChannelSending.objects.get().text == "Ici"

    def test_nothing_is_offered_that_would_be_refused_to_who_is_nobody_known(
        self, place: Marketplace, agent: User, client: Client
    ) -> None:
        where = reverse("desk:conversation", args=[talk().pk])
        ChannelIdentity.objects.update(last_in_at=clock.now() - dt.timedelta(hours=24))

        page = client.get(where).content.decode()
        refused = client.post(url("send_message"), {"text": "Trop tard", "key": str(uuid4())})

        assert "Envoyer à l’acheteur" not in page
        assert "Lui envoyer un lien de preuve" not in page
        assert "Aucune réponse ne peut partir tant que la personne n’a pas écrit à nouveau." in page
        assert "Relier moi-même à un acheteur" in page
        assert refused.status_code == 422
        assert "n’accepte plus de message" in refused.content.decode()
        assert ">Trop tard</blockquote>" in refused.content.decode()

    def test_template_is_what_is_left_where_meta_approved_one(
        self, place: Marketplace, agent: User, client: Client
    ) -> None:
        ChannelTemplate.objects.create(
            channel="whatsapp", name="recours_reply", language="fr", state="APPROVED", changed_at=clock.now()
        )
        ChannelIdentity.objects.update(last_in_at=clock.now() - dt.timedelta(hours=24))

        page = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()

        assert "Envoyer ce modèle" in page
        assert "Envoyez le modèle ci-dessus" in page
        assert "Envoyer à l’acheteur" not in page

    def test_answer_goes_by_mail_once_the_window_is_closed(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)))
        before = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()
        ChannelIdentity.objects.update(last_in_at=clock.now() - dt.timedelta(hours=24))
        page = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()
        assert url("answer_by_mail") in before
        assert url("answer_by_mail") in page
        # What would only be refused is not offered.
        assert "Envoyer à l’acheteur" in before
        assert "Envoyer à l’acheteur" not in page

        client.post(url("answer_by_mail"), {"text": "Par courriel", "key": str(uuid4())})

        assert talk().messages.latest("pk").text == "Par courriel"
        assert not ChannelSending.objects.exists()
        assert Mail.objects.filter(renderer="conversations", user=alice.user).count() == 1

    def test_nobody_known_is_not_answered_by_mail(
        self, place: Marketplace, agent: User, client: Client
    ) -> None:
        page = client.get(reverse("desk:conversation", args=[talk().pk])).content.decode()
        assert url("answer_by_mail") not in page

        refused = client.post(url("answer_by_mail"), {"text": "Gardez ces mots", "key": str(uuid4())})

        assert refused.status_code == 422
        assert "Gardez ces mots" in refused.content.decode()
        assert talk().messages.count() == 1

    def test_choice_of_somebody_else_is_not_there(self, place: Marketplace, alice: Buyer) -> None:
        answer = signed_in(alice.user).post(
            reverse("buyer:answers_where", args=[talk().pk]), {"where": "mail"}
        )

        assert answer.status_code == 404
        assert not Contact.objects.get().answer_by_mail


class TestClaim:
    def test_photo_becomes_an_exhibit_once(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        claim = a_claim(an_order(alice))
        assert alice.user is not None
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)))
        send_message(
            conversation_id=talk().pk,
            by=Actor(Role.BUYER, alice.user.pk),
            text="La photo",
            now=clock.now(),
            files=[a_stored_file()],
        )
        client.force_login(agent)

        for _ in range(2):
            client.post(url("file_evidence"), {"claim": claim.reference})

        exhibits = Evidence.objects.filter(claim=claim).order_by("number")
        assert [(one.side, one.number, one.file.kind) for one in exhibits] == [
            ("buyer", 1, "text"),
            ("buyer", 2, "image"),
        ]
        assert InternalNote.objects.get().author == agent

    def test_claim_of_somebody_else_is_not_there(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        other = a_claim(an_order(a_buyer(place)))
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)))
        client.force_login(agent)

        assert client.post(url("file_evidence"), {"claim": other.reference}).status_code == 404

    def test_news_of_a_claim_reach_who_asked_for_it_once(self, place: Marketplace, alice: Buyer) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        claim = a_refund_due(an_order(alice))
        send_mails()

        carry_news(clock.now())
        carry_news(clock.now())

        texts = list(ChannelSending.objects.values_list("text", flat=True))
        mails = Mail.objects.filter(user=alice.user, renderer="claims").exclude(subject="")
        assert len(texts) == mails.count() > 0
        assert all(f"/claims/{claim.reference}/" in text for text in texts)

    def test_news_do_not_reach_who_did_not_ask_nor_after_the_window(
        self, place: Marketplace, alice: Buyer
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)))
        a_refund_due(an_order(alice))
        send_mails()
        assert carry_news(clock.now()) == 0

        Contact.objects.update(wants_news=True)

        assert carry_news(PRESENT + dt.timedelta(hours=24)) == 0

    def test_news_after_the_window_go_by_the_template_once_a_day(
        self, place: Marketplace, alice: Buyer
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        ChannelIdentity.objects.update(last_in_at=clock.now() - dt.timedelta(hours=24))
        claim = a_refund_due(an_order(alice))
        send_mails()
        assert carry_news(clock.now()) == 0
        ChannelTemplate.objects.create(
            channel="whatsapp",
            name="recours_news",
            language="fr",
            state="APPROVED",
            changed_at=clock.now(),
        )

        carried = [carry_news(clock.now()) for _ in range(2)]

        assert carried == [1, 0]
        row = ChannelSending.objects.get()
        assert (row.shape, row.template, row.costs) == ("template", "recours_news", True)
        assert row.parameters[:2] == [place.name, claim.reference]
        assert row.text.startswith(f"Bonjour, {place.name} a une nouvelle")

    def test_desk_reads_in_the_conversation_what_was_told_and_nobody_wrote(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        claim = a_refund_due(an_order(alice))
        send_mails()
        carry_news(clock.now())

        page = client.get(reverse("desk:conversation", args=[theirs().pk]))

        told = [one for one in page.context["thread"] if not one.id]
        assert len(told) == ChannelSending.objects.count() > 0
        assert all(f"/claims/{claim.reference}/" in one.text for one in told)
        assert {one.notes for one in told} == {
            ("Nouvelle d’un dossier, envoyée d’elle-même.", "Envoi en cours.")
        }
        shown = page.content.decode()
        assert shown.count("Nouvelle d’un dossier, envoyée d’elle-même.") == len(told)
        assert 'id="m0"' not in shown
        assert page.context["live"].url.startswith(
            f"/desk/messages/{theirs().pk}/?since={theirs().messages.get().pk}&"
        )

    def test_desk_reads_by_which_template_they_were_told(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        ChannelIdentity.objects.update(last_in_at=clock.now() - dt.timedelta(hours=24))
        ChannelTemplate.objects.create(
            channel="whatsapp", name="recours_news", language="fr", state="APPROVED", changed_at=clock.now()
        )
        a_refund_due(an_order(alice))
        send_mails()
        carry_news(clock.now())

        page = client.get(reverse("desk:conversation", args=[theirs().pk]))

        (told,) = [one for one in page.context["thread"] if not one.id]
        assert told.notes[0] == (
            "Nouvelle d’un dossier, envoyée d’elle-même par le modèle «\u202frecours_news\u202f»."
        )

    def test_news_stand_in_the_conversation_of_their_time_alone(
        self, place: Marketplace, alice: Buyer, agent: User, client: Client
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        a_refund_due(an_order(alice))
        send_mails()
        carry_news(clock.now())
        first = theirs()
        later = clock.now() + dt.timedelta(minutes=1)
        second = Conversation.objects.create(
            marketplace=place, contact=first.contact, buyer=alice, started_at=later, last_at=later
        )
        ChannelThread.objects.create(conversation=second, identity=ChannelThread.objects.get().identity)

        assert news_beside(first)
        assert not news_beside(second)

    def test_news_reach_a_buyer_without_an_account(self, place: Marketplace) -> None:
        buyer = a_buyer(place, email="sans.compte@example.org")
        contact = Contact.objects.get()
        link_by_agent(contact_id=contact.pk, email=buyer.email, reason="Sûr.", user_id=None, now=clock.now())
        Contact.objects.update(wants_news=True)
        a_refund_due(an_order(buyer))
        send_mails()

        assert (
            carry_news(clock.now())
            == Mail.objects.filter(address=buyer.email).exclude(subject="").count()
            > 0
        )

    @pytest.mark.parametrize("others", [0, 2])
    def test_news_cost_the_same_however_many_ask_for_them(
        self, place: Marketplace, alice: Buyer, others: int, django_assert_num_queries: Any
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        buyers = [alice, *(another_who_asks(place, number) for number in range(others))]
        for buyer in buyers:
            a_refund_due(an_order(buyer))
        send_mails()

        with django_assert_num_queries(NEWS_QUERIES):
            made = carry_news(clock.now())

        assert made == ChannelSending.objects.count()
        contacts = ChannelSending.objects.values("identity__contact").distinct()
        assert contacts.count() == len(buyers)

    def test_news_that_wait_do_not_reach_who_is_joined_no_more(
        self, place: Marketplace, alice: Buyer
    ) -> None:
        signed_in(alice.user).post(path_of(join_address(Contact.objects.get().pk)), {"news": "on"})
        a_refund_due(an_order(alice))
        send_mails()
        assert carry_news(clock.now()) > 0

        unlink(contact_id=Contact.objects.get().pk, user_id=None, now=clock.now())

        assert set(ChannelSending.objects.values_list("state", "trouble")) == {("failed", "unlinked")}


def another_who_asks(place: Marketplace, number: int) -> Buyer:
    buyer = a_buyer(place)
    first = ChannelIdentity.objects.order_by("pk")[0]
    contact = Contact.objects.create(marketplace=place, buyer=buyer, wants_news=True, first_at=clock.now())
    ContactLink.objects.create(contact=contact, buyer=buyer, how=ContactLink.How.PROVED, made_at=clock.now())
    ChannelIdentity.objects.create(
        channel=first.channel,
        account=first.account,
        external_id=f"FR.{number}",
        contact=contact,
        last_in_at=first.last_in_at,
    )
    return buyer
