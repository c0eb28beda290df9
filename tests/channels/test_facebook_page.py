"""What is a page's own: comments in public, one private answer each, one neutral sentence, and nothing else there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import facebook_page, messenger
from tests.channels.contract import outcomes, texts
from tests.channels.facebook_page import POST, a_change
from tests.channels.messenger import PAGE, YANIS
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_refund_due, an_agent, an_order
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.commands.commenting import go_private
from recours.channels.commands.dispatching import send_due, settle
from recours.channels.commands.joining import link_by_agent
from recours.channels.commands.news import carry_news
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelComment, ChannelEvent, ChannelIdentity, ChannelSending
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.marketplaces.models import Marketplace
from recours.outbox.sending import send_due as send_mails
from recours.people.models import User
from recours.rules.channel_refusals import ChannelClosed
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
NEUTRAL = (
    "Bonjour, le service client de {place} vous répond en message privé. Ne publiez ici ni numéro de commande"
    " ni coordonnées."
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp("page"), "facebook-page")
    yield simulator
    simulator.stop()


@pytest.fixture
def place(settings: Settings, program: ChannelSimulator) -> Marketplace:
    place = facebook_page.SERVICE.connect(settings)
    facebook_page.SERVICE.answers_at(settings, program.address)
    return place


@pytest.fixture
def agent(place: Marketplace) -> User:
    return an_agent(place)


def comments(
    program: ChannelSimulator, text: str = "Ma lampe est cassée, commande 4471.", **given: object
) -> str:
    """Somebody comments under a post, and we are told."""
    wrote = program.writes(text=text, at=clock.now().timestamp(), **given)
    facebook_page.SERVICE.post(program.webhooks(1, wrote)[0][0])
    work_off()
    return wrote


def public(program: ChannelSimulator, comment: str) -> list[str]:
    """Return what the page said below a comment."""
    return [line["text"] for line in program.ask("feed")["data"] if line["parent"] == comment]


def private(program: ChannelSimulator, sending: ChannelSending) -> int:
    return program.taken(sending.pk)


def goes_private(agent: User, talk: Conversation | None = None) -> list[ChannelSending]:
    talk = talk or Conversation.objects.get()
    by = Actor(Role.AGENT, agent.pk)
    made = go_private(conversation_id=talk.pk, by=by, key=uuid4(), now=clock.now())
    return [ChannelSending.objects.get(message=message) for message in made]


def says(agent: User, text: str) -> Message:
    by = Actor(Role.AGENT, agent.pk)
    talk = Conversation.objects.get()
    return send_message(conversation_id=talk.pk, by=by, text=text, now=clock.now(), key=uuid4())


class TestComments:
    def test_comment_stands_at_the_desk_with_its_post(
        self, program: ChannelSimulator, place: Marketplace, agent: User, client: Client
    ) -> None:
        comments(program)
        client.force_login(agent)

        page = client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()

        assert "Ma lampe est cassée, commande 4471." in page
        assert f'href="{program.address}/page#{POST}"' in page
        assert "Passer en privé" in page
        assert NEUTRAL.format(place=place.name) in page

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "http://www.facebook.com/x", "https://facebook.com.example.org/"]
    )
    def test_link_that_is_not_facebooks_is_not_shown(self, place: Marketplace, link: str) -> None:
        facebook_page.SERVICE.comes(a_change("add", "1_1", message="Bonjour", post={"permalink_url": link}))

        assert ChannelComment.objects.get().link == ""

    def test_author_whom_meta_does_not_name_can_be_answered(self, place: Marketplace) -> None:
        change = a_change("add", "1_2", message="Bonjour")
        del change["value"]["from"]
        facebook_page.SERVICE.comes(change)

        assert ChannelIdentity.objects.get().external_id == "comment:1_2"

    @pytest.mark.parametrize(
        ("item", "author", "became"),
        [
            ("reaction", YANIS, ("notice", "ignored", "notice")),
            ("status", PAGE, ("notice", "ignored", "notice")),
            ("status", YANIS, ("unknown", "unplaced", "unknown")),
            ("hologram", YANIS, ("unknown", "unplaced", "unknown")),
        ],
    )
    def test_what_is_no_comment_is_told_apart(
        self, place: Marketplace, item: str, author: str, became: tuple[str, str, str]
    ) -> None:
        change = {"item": item, "verb": "add", "from": {"id": author}, "post_id": POST}
        facebook_page.SERVICE.comes({"field": "feed", "value": change})

        assert outcomes() == [became]

    def test_comment_of_the_page_itself_is_no_message(self, place: Marketplace) -> None:
        facebook_page.SERVICE.comes(a_change("add", "1_3", by=PAGE, message="Merci"))

        assert outcomes() == [("echo", "ignored", "of_the_page")]
        assert texts() == []

    def test_changed_comment_stays_with_its_new_words_beside_it(
        self, program: ChannelSimulator, place: Marketplace
    ) -> None:
        wrote = comments(program, "Oui")
        Conversation.objects.update(waiting_on="", waiting_since=None)
        program.tell("edit_comment", comment=wrote, text="Non")
        facebook_page.SERVICE.post(program.webhooks(1, '"edited"')[0][0])
        work_off()

        assert (texts(), ChannelEvent.objects.get(kind="edited").note) == (["Oui"], "Non")
        assert Conversation.objects.get().waiting_on == "platform"

    def test_removed_comment_stays_and_is_answered_no_more(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program, "Oui")
        waiting = goes_private(agent)
        program.tell("remove_comment", comment=wrote)
        facebook_page.SERVICE.post(program.webhooks(1, '"remove"')[0][0])
        work_off()

        send_due()

        assert texts()[0] == "Oui"
        left = ChannelSending.objects.order_by("created_at", "shape")
        assert [(one.state, one.trouble) for one in left] == [
            ("failed", "comment_gone"),
            ("failed", "not_private"),
        ]
        assert len(waiting) == 2
        assert public(program, wrote) == []
        with pytest.raises(ChannelClosed):
            goes_private(agent)

    def test_one_webhook_of_both_channels_is_told_apart(self, place: Marketplace) -> None:
        webhook = facebook_page.SERVICE.webhook(a_change("add", "1_4", message="En public"))
        webhook["entry"][0]["messaging"] = [messenger.SERVICE.says("En privé")]
        webhook["entry"].append({"id": PAGE, "time": 1})
        facebook_page.SERVICE.tells(webhook)

        assert {(one.channel, one.kind) for one in ChannelEvent.objects.all()} == {
            ("messenger", "message"),
            ("facebook", "message"),
            ("messenger", "unknown"),
        }
        assert (Contact.objects.count(), Conversation.objects.count(), len(texts())) == (1, 1, 2)


class TestPrivate:
    def test_one_act_answers_in_private_and_says_so_below(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        first, second = goes_private(agent)

        send_due()

        assert private(program, first) == 1
        assert "/channels/join/" in first.text
        assert public(program, wrote) == [NEUTRAL.format(place=place.name)]
        assert {one.state for one in ChannelSending.objects.all()} == {"sent"}
        assert [message.channel for message in Message.objects.order_by("id")] == [
            "facebook",
            "messenger",
            "facebook",
        ]
        assert second.after == first

    def test_nothing_of_a_claim_nor_of_a_person_stands_in_public(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        buyer = a_buyer(place)
        claim = a_claim(an_order(buyer=buyer))
        link_by_agent(
            contact_id=Contact.objects.get().pk,
            email=buyer.email,
            reason="même commande",
            user_id=agent.pk,
            now=clock.now(),
        )
        goes_private(agent)
        with pytest.raises(ChannelClosed):
            says(agent, f"Votre réclamation {claim.reference} est acceptée.")

        send_due()

        assert public(program, wrote) == [NEUTRAL.format(place=place.name)]

    def test_words_of_an_agent_go_in_private_once(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        message = says(agent, "Votre lampe part demain.")
        send_due()

        assert private(program, ChannelSending.objects.get(message=message)) == 1
        assert public(program, wrote) == []
        with pytest.raises(ChannelClosed):
            says(agent, "Encore une chose.")

    def test_nobody_is_told_in_public_of_an_answer_that_did_not_go(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        first, second = goes_private(agent)
        ChannelSending.objects.filter(pk=first.pk).update(text="")  # the service refuses it

        send_due()
        send_due()

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state, second.trouble) == ("failed", "failed", "not_private")
        assert public(program, wrote) == []

    def test_public_sentence_waits_while_nobody_knows_of_the_private_one(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        first, second = goes_private(agent)
        program.tell("next", what="lost")

        send_due()
        assert public(program, wrote) == []
        settle(sending_id=first.pk, arrived=True, now=clock.now())
        send_due()

        second.refresh_from_db()
        assert (second.state, public(program, wrote)) == ("sent", [NEUTRAL.format(place=place.name)])

    def test_lost_answer_in_public_is_known_by_its_words(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        wrote = comments(program)
        first, second = goes_private(agent)
        ChannelSending.objects.filter(pk=first.pk).update(state="sent")
        program.tell("next", what="reset")
        send_due()
        second.refresh_from_db()
        assert second.state == "unknown"

        facebook_page.SERVICE.post(program.webhooks(1, f'"parent_id":"{wrote}"')[0][0])
        work_off()

        second.refresh_from_db()
        assert (second.state, bool(second.ref)) == ("sent", True)
        assert len(public(program, wrote)) == 1

    def test_second_private_answer_is_refused_there_too(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        comments(program)
        says(agent, "Bonjour.")
        send_due()
        ChannelSending.objects.update(state="waiting", ref="")

        send_due()

        sending = ChannelSending.objects.get()
        assert (sending.state, sending.trouble[:13]) == ("failed", "refused 10900")

    @pytest.mark.parametrize(
        ("after", "kinds"),
        [
            (7 * DAY - SECOND, ["private_reply", "public_comment"]),
            (7 * DAY, ["public_comment"]),
        ],
    )
    def test_private_answer_has_a_week(
        self,
        program: ChannelSimulator,
        place: Marketplace,
        agent: User,
        after: dt.timedelta,
        kinds: list[str],
    ) -> None:
        comments(program)

        with time_machine.travel(PRESENT + after, tick=False):
            made = goes_private(agent)
            if len(kinds) == 1:
                with pytest.raises(ChannelClosed):
                    says(agent, "Trop tard.")

        assert [one.shape for one in made] == kinds
        assert ("vous écrivez" in made[-1].text or "lui écrivez" in made[-1].text) == (len(kinds) == 1)

    def test_button_pressed_twice_answers_once(
        self, program: ChannelSimulator, place: Marketplace, agent: User, client: Client
    ) -> None:
        wrote = comments(program)
        client.force_login(agent)
        path = reverse("desk:answer_comment", args=[Conversation.objects.get().pk])
        key = str(uuid4())

        statuses = [client.post(path, {"key": key}).status_code for _ in range(2)]
        send_due()

        assert statuses == [302, 302]
        assert (ChannelSending.objects.count(), len(public(program, wrote))) == (2, 1)


class TestGoesOn:
    def test_reply_on_messenger_goes_on_in_the_same_conversation(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        comments(program)
        goes_private(agent)
        send_due()

        messenger.comes(messenger.SERVICE.says("Voici la photo."))

        talk = Conversation.objects.get()
        assert (Contact.objects.count(), texts()[-1]) == (1, "Voici la photo.")
        assert talk.channel_thread.identity.channel == "messenger"
        sending = ChannelSending.objects.get(message=says(agent, "Merci."))
        assert (sending.shape, sending.comment) == ("free", None)

    def test_private_answer_opens_no_window_by_itself(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        comments(program)
        goes_private(agent)
        send_due()

        with pytest.raises(ChannelClosed):
            says(agent, "Et puis ceci.")

    def test_comment_takes_nobody_out_of_an_open_exchange(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        program.tell("write", text="Bonjour")
        messenger.comes(messenger.SERVICE.says("Bonjour"))
        comments(program)

        sending = ChannelSending.objects.get(message=says(agent, "Nous regardons."))

        assert Conversation.objects.count() == 1
        assert (sending.shape, sending.identity.channel) == ("free", "messenger")

    def test_who_commented_under_another_id_is_known_by_the_private_answer(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        change = a_change("add", comments(program, "Bonjour", id="7309", name="Paul"), message="Bonjour")
        del change["value"]["from"]
        ChannelIdentity.objects.update(external_id="comment:x")
        goes_private(agent)
        send_due()

        messenger.comes(messenger.an_element(by="7309", message={"mid": "m_paul", "text": "Me voici."}))

        assert (Contact.objects.count(), Conversation.objects.count()) == (1, 1)

    def test_news_go_by_messenger_and_never_below_a_comment(
        self, program: ChannelSimulator, place: Marketplace, agent: User
    ) -> None:
        program.tell("write", text="Bonjour")
        messenger.comes(messenger.SERVICE.says("Bonjour", at=PRESENT - SECOND))
        wrote = comments(program)
        buyer = a_buyer(place)
        link_by_agent(
            contact_id=Contact.objects.get().pk,
            email=buyer.email,
            reason="même commande",
            user_id=agent.pk,
            now=clock.now(),
        )
        Contact.objects.update(wants_news=True)
        a_refund_due(an_order(buyer))
        send_mails()

        assert carry_news(clock.now()) > 0
        send_due()

        told = ChannelSending.objects.select_related("identity")
        assert {(one.identity.channel, one.state) for one in told} == {("messenger", "sent")}
        assert public(program, wrote) == []
