"""A claim is followed by a link: sent to who proved who they are, and worth nothing once it ended or the proof did."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import a_message, comes
from tests.factories import a_buyer, a_claim, an_agent, an_order

from recours import clock
from recours.channels.commands.following_claims import GOOD_FOR, follow_address, send_follow_link
from recours.channels.commands.joining import link_by_agent, link_by_code, unlink
from recours.channels.commands.news import carry_news
from recours.channels.continuity import FollowLink, FollowVisit
from recours.channels.models import ChannelSending
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.conversations.models import Contact, Conversation
from recours.marketplaces.models import Buyer, Marketplace
from recours.outbox.sending import send_due as send_mails
from recours.people.models import User
from recours.rules.channel_refusals import ChannelClosed, NotProvenForClaim
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Escalate, Refuse, Rule
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    return whatsapp.connect(settings)


@pytest.fixture
def alice(place: Marketplace) -> Buyer:
    """A buyer without an account."""
    return a_buyer(place, email="alice@example.org")


@pytest.fixture
def claim(alice: Buyer) -> Claim:
    return a_claim(an_order(alice))


@pytest.fixture
def contact(place: Marketplace) -> Contact:
    comes(a_message())
    return Contact.objects.get()


@pytest.fixture
def agent(place: Marketplace, client: Client) -> User:
    user = an_agent(place)
    client.force_login(user)
    return user


@pytest.fixture
def proved(contact: Contact, alice: Buyer) -> Contact:
    """She named her order, and gave the code that was mailed to its address."""
    link_by_code(contact, alice, wants_news=True, now=clock.now())
    contact.refresh_from_db()
    return contact


def path_to(contact: Contact, claim: Claim) -> str:
    return urlsplit(follow_address(contact, claim, now=clock.now())).path


def page(path: str) -> tuple[int, str]:
    """Open a link as anybody would: signed in as nobody."""
    answer = Client().get(path)
    return answer.status_code, answer.content.decode()


class TestPage:
    def test_it_says_where_the_claim_stands_and_until_when(self, proved: Contact, claim: Claim) -> None:
        status, content = page(path_to(proved, claim))

        assert status == 200
        assert claim.reference in content
        assert "C’est au vendeur de répondre" in content
        assert "Dates" in content

    def test_it_shows_the_decision_and_no_other_word_of_anybody(
        self, proved: Contact, claim: Claim, alice: Buyer, agent: User
    ) -> None:
        said = claim.snapshot.opening.explanation
        act(claim.pk, Refuse(by=Actor(Role.SELLER, None), reasons="Il était intact, rue des Lilas."))
        act(claim.pk, Escalate(by=Actor(Role.BUYER, None), reasons="Mon secret à moi."))
        act(
            claim.pk,
            Rule(
                by=Actor(Role.AGENT, agent.pk),
                rule="remedy.damaged",
                reasons="La photo le montre.",
                terms=claim.snapshot.wanted,
            ),
        )

        _status, content = page(path_to(proved, claim))

        assert "La photo le montre." in content
        for hidden in (said, "rue des Lilas", "Mon secret", alice.email, "33612345678"):
            assert hidden not in content

    def test_nothing_can_be_done_there(self, proved: Contact, claim: Claim) -> None:
        path = path_to(proved, claim)

        assert Client().post(path, {"act": "withdraw"}).status_code == 405
        main = page(path)[1].partition("<main")[2].partition("</main>")[0]
        assert "<form" not in main
        assert f"/claims/{claim.reference}/" not in main

    def test_it_is_neither_kept_nor_found_nor_passed_on(self, proved: Contact, claim: Claim) -> None:
        answer = Client().get(path_to(proved, claim))

        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex"


class TestWhoGetsOne:
    def test_contact_whom_nobody_knows_gets_none(self, contact: Contact, claim: Claim) -> None:
        with pytest.raises(NotProvenForClaim):
            follow_address(contact, claim, now=clock.now())

        assert not FollowLink.objects.exists()

    def test_agents_word_is_no_proof(
        self, contact: Contact, claim: Claim, alice: Buyer, agent: User, client: Client
    ) -> None:
        link_by_agent(
            contact_id=contact.pk,
            email=alice.email,
            reason="Elle l’a dit.",
            user_id=agent.pk,
            now=clock.now(),
        )
        talk = Conversation.objects.get()

        answer = client.post(
            reverse("desk:send_follow_link", args=[talk.pk]), {"claim": claim.reference}, follow=True
        )

        assert "Rien ne prouve que cette personne est l’acheteur" in answer.content.decode()
        assert "Envoyer le lien de suivi" not in answer.content.decode()
        assert not ChannelSending.objects.exists()

    def test_claim_of_another_buyer_is_not_followed(
        self, proved: Contact, place: Marketplace, agent: User, client: Client
    ) -> None:
        other = a_claim(an_order(a_buyer(place)))
        with pytest.raises(NotProvenForClaim):
            follow_address(proved, other, now=clock.now())

        answer = client.post(
            reverse("desk:send_follow_link", args=[Conversation.objects.get().pk]), {"claim": other.reference}
        )

        assert answer.status_code == 404
        assert not ChannelSending.objects.exists()

    def test_agent_sends_one_and_it_opens(
        self, proved: Contact, claim: Claim, agent: User, client: Client
    ) -> None:
        talk = Conversation.objects.get()
        key = str(uuid4())

        for _ in range(2):
            client.post(
                reverse("desk:send_follow_link", args=[talk.pk]), {"claim": claim.reference, "key": key}
            )

        text = ChannelSending.objects.get().text
        link = text[text.index("/channels/follow/") :]
        assert page(link)[0] == 200
        shown = client.get(reverse("desk:conversation", args=[talk.pk])).content.decode()
        assert "ouvert 1 fois" in shown

    def test_news_lead_who_has_no_account_to_it(self, proved: Contact, claim: Claim) -> None:
        act(claim.pk, Refuse(by=Actor(Role.SELLER, None), reasons="Non."))
        send_mails()

        carry_news(clock.now())

        texts = list(ChannelSending.objects.values_list("text", flat=True))
        assert texts
        assert all("/channels/follow/" in text for text in texts)
        assert FollowLink.objects.count() == 1


class TestEnd:
    def test_it_is_good_for_thirty_days_and_not_a_second_more(self, proved: Contact, claim: Claim) -> None:
        path = path_to(proved, claim)
        until = clock.now() + GOOD_FOR

        with time_machine.travel(until - SECOND, tick=False):
            assert page(path)[0] == 200
        with time_machine.travel(until, tick=False):
            status, content = page(path)

        assert status == 404
        assert "Ce lien ne vaut plus" in content
        assert f'<a class="button" href="{reverse("account_login")}">' in content
        assert claim.reference not in content

    def test_sent_again_it_is_the_same_and_good_for_as_long_anew(self, proved: Contact, claim: Claim) -> None:
        path = path_to(proved, claim)

        with time_machine.travel(clock.now() + GOOD_FOR - SECOND, tick=False):
            again = path_to(proved, claim)

        assert again == path
        with time_machine.travel(clock.now() + GOOD_FOR + SECOND, tick=False):
            assert page(path)[0] == 200

    def test_agent_ends_it_and_the_next_is_another(
        self, proved: Contact, claim: Claim, agent: User, client: Client
    ) -> None:
        path = path_to(proved, claim)
        talk = Conversation.objects.get()
        address = reverse("desk:revoke_follow_link", args=[talk.pk])

        client.post(address, {"link": str(FollowLink.objects.get().pk)})

        assert page(path)[0] == 404
        assert FollowLink.objects.get().revoked_by == agent
        assert path_to(proved, claim) != path
        assert page(path)[0] == 404

    def test_undoing_the_proof_ends_it(self, proved: Contact, claim: Claim, agent: User) -> None:
        path = path_to(proved, claim)

        unlink(contact_id=proved.pk, user_id=agent.pk, now=clock.now())

        assert page(path)[0] == 404

    @pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "x/", lambda path: path.replace(":", "/")])
    def test_link_that_we_did_not_sign_opens_nothing(
        self, proved: Contact, claim: Claim, spoil: object
    ) -> None:
        assert callable(spoil)

        assert page(spoil(path_to(proved, claim)))[0] == 404

    @pytest.mark.parametrize("link", ["", "x", "00000000-0000-4000-8000-000000000000"])
    def test_link_of_nobody_is_not_ended(
        self, proved: Contact, claim: Claim, agent: User, client: Client, link: str
    ) -> None:
        path = path_to(proved, claim)

        client.post(reverse("desk:revoke_follow_link", args=[Conversation.objects.get().pk]), {"link": link})

        assert page(path)[0] == 200


def test_each_look_is_noted_once_in_ten_minutes(proved: Contact, claim: Claim) -> None:
    path = path_to(proved, claim)

    page(path)
    page(path)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=False):
        page(path)

    assert FollowVisit.objects.count() == 2
    assert "127.0.0.1" not in set(FollowVisit.objects.values_list("came_from", flat=True))


def test_closed_window_refuses_the_link_and_makes_none(proved: Contact, claim: Claim, agent: User) -> None:
    talk = Conversation.objects.get()

    with time_machine.travel(clock.now() + dt.timedelta(days=2), tick=False), pytest.raises(ChannelClosed):
        send_follow_link(
            conversation_id=talk.pk,
            claim=claim,
            by=Actor(Role.AGENT, agent.pk),
            key=uuid4(),
            now=clock.now(),
        )

    assert not FollowLink.objects.exists()
