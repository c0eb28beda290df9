"""What is Messenger's own: its elements, its echoes, its two windows, several pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from pytest_django.fixtures import Settings
from tests.channels import messenger
from tests.channels.contract import Thing, outcomes, texts
from tests.channels.messenger import PAGE, YANIS, an_element, comes
from tests.conftest import PRESENT
from tests.factories import a_marketplace, an_agent
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.commands.dispatching import send_due
from recours.channels.models import ChannelEvent, ChannelSending
from recours.channels.presentation import with_notes
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.conversations.presentation import ThreadEntry
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.rules.channel_refusals import ChannelClosed, ChannelTextTooLong
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
UNREAD = "(Un contenu que Recours ne sait pas lire. Il est conservé tel qu’il est arrivé.)"


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    return messenger.connect(settings)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp("messenger"), "messenger")
    simulator.writes(text="Bonjour")  # its own window is open
    yield simulator
    simulator.stop()


def notes(message: Message) -> tuple[str, ...]:
    """Return what the desk reads beside a message."""
    entry = ThreadEntry(message.pk, message.sent_at, "", Role.BUYER, message.text, False, "messenger")
    (shown,) = with_notes([entry], message.conversation_id)
    return tuple(note.replace("\u00a0", " ").replace("\u202f", " ") for note in shown.notes)


def attached(kind: str, **payload: Any) -> Thing:
    return {"type": kind, "payload": payload}


class TestElements:
    @pytest.mark.parametrize(
        ("message", "shown"),
        [
            ({"attachments": [attached("location", coordinates={"lat": 48.8566, "long": 2.3522})]},
             "Position envoyée\u202f: 48.85660, 2.35220"),
            ({"attachments": [{"type": "fallback", "title": "Un casque", "url": "https://example.org/casque"}]},
             "Un casque https://example.org/casque"),
            ({"text": "Regardez", "attachments": [{"type": "fallback", "url": "https://example.org/casque"}]},
             "Regardez\nhttps://example.org/casque"),
            ({"text": "Oui", "quick_reply": {"payload": "YES"}}, "Oui"),
            ({"text": "Ceci", "reply_to": {"mid": "m_before"}}, "Ceci"),
            ({"attachments": [attached("template", elements=[])]}, UNREAD),
            ({"attachments": [attached("hologram")]}, UNREAD),
            ({"attachments": [attached("image")]}, UNREAD),
            ({"attachments": [attached("location", coordinates={"lat": "here"})]}, UNREAD),
            ({"is_unsupported": True}, UNREAD),
        ],
    )  # fmt: skip
    def test_each_kind_is_shown_as_words(self, place: Marketplace, message: Thing, shown: str) -> None:
        comes(an_element(message={"mid": "m_kind", **message}))

        assert texts() == [shown]

    @pytest.mark.parametrize("kind", ["image", "video", "file", "audio", "sticker"])
    def test_file_of_a_host_that_is_not_metas_is_not_asked_for(self, place: Marketplace, kind: str) -> None:
        comes(
            an_element(message={"mid": "m_1", "attachments": [attached(kind, url="http://169.254.169.254/")]})
        )

        assert texts() == [
            f"[Pièce non reprise\u202f: {kind}. Le service ne la donne pas, ou plus, ou elle est trop lourde.]"
        ]

    def test_button_that_was_pressed_is_its_words(self, place: Marketplace) -> None:
        comes(an_element(postback={"mid": "m_2", "title": "Nous écrire", "payload": "START"}))
        comes(an_element(postback={"title": "Démarrer", "payload": "START"}))

        assert texts() == ["Nous écrire", "Démarrer"]

    def test_link_that_was_followed_changes_nothing(self, place: Marketplace) -> None:
        comes(an_element(referral={"ref": "summer", "source": "SHORTLINK", "type": "OPEN_THREAD"}))

        assert outcomes() == [("notice", "ignored", "notice")]
        assert Contact.objects.count() == 0

    def test_element_while_another_app_answers_is_read_too(self, place: Marketplace) -> None:
        webhook = messenger.SERVICE.webhook(messenger.SERVICE.says("Bonjour"))
        webhook["entry"][0]["standby"] = webhook["entry"][0].pop("messaging")
        messenger.SERVICE.tells(webhook)

        assert texts() == ["Bonjour"]

    def test_changed_message_stays_and_comes_back_with_its_new_words(self, place: Marketplace) -> None:
        said = messenger.SERVICE.says("Oui")
        comes(said)
        Conversation.objects.update(waiting_on="", waiting_since=None)
        edit = {"mid": said["message"]["mid"], "text": "Non", "num_edit": 1}
        comes(an_element(message_edit=edit))

        message = Message.objects.get()
        assert message.text == "Oui"
        assert notes(message) == ("Modifié par son auteur à 10 h 00 : « Non »",)
        assert Conversation.objects.get().waiting_on == "platform"

    def test_reaction_that_was_taken_back_is_told(self, place: Marketplace) -> None:
        said = messenger.SERVICE.says()
        comes(said)
        given = {"reaction": "like", "emoji": "👍", "mid": said["message"]["mid"]}
        comes(an_element(reaction=given | {"action": "react"}))
        comes(an_element(reaction=given | {"action": "unreact"}))

        assert notes(Message.objects.get()) == (
            "Réaction « 👍 » reçue à 10 h 00.",
            "Réaction retirée à 10 h 00.",
        )

    def test_id_of_one_page_is_nobody_on_another(self, place: Marketplace, settings: Settings) -> None:
        other = a_marketplace()
        settings.FACEBOOK_PAGES = {PAGE: place.slug, "2": other.slug}
        comes(messenger.SERVICE.says("un"))
        comes(messenger.SERVICE.says("deux"), account="2")

        found = Conversation.objects.order_by("id").values_list("marketplace", flat=True)
        assert set(found) == {place.pk, other.pk}
        assert Contact.objects.count() == 2


class TestNews:
    def test_delivered_and_read_are_kept_whatever_their_order(
        self, place: Marketplace, settings: Settings, program: ChannelSimulator
    ) -> None:
        sending = self.sent(place, settings, program)
        until = int(PRESENT.timestamp() * 1000)

        comes(an_element(read={"watermark": until}))
        comes(an_element(delivery={"mids": [sending.ref], "watermark": until}))

        sending.refresh_from_db()
        assert (sending.state, sending.read_at, sending.delivered_at) == ("read", PRESENT, PRESENT)

    def test_what_was_sent_after_is_not_read(
        self, place: Marketplace, settings: Settings, program: ChannelSimulator
    ) -> None:
        sending = self.sent(place, settings, program)

        comes(an_element(read={"watermark": int(PRESENT.timestamp() * 1000) - 1}))
        comes(an_element(read={"watermark": int(PRESENT.timestamp() * 1000)}, sender={"id": "another"}))

        sending.refresh_from_db()
        assert sending.state == "sent"

    def test_unknown_is_not_settled_by_a_clock(
        self, place: Marketplace, settings: Settings, program: ChannelSimulator
    ) -> None:
        sending = self.sent(place, settings, program)
        ChannelSending.objects.update(state="unknown", ref="")

        comes(an_element(read={"watermark": int(PRESENT.timestamp() * 1000) + 1000}))

        sending.refresh_from_db()
        assert sending.state == "unknown"

    def test_reaction_to_what_we_sent_stands_beside_it(
        self, place: Marketplace, settings: Settings, program: ChannelSimulator
    ) -> None:
        sending = self.sent(place, settings, program)

        comes(messenger.SERVICE.reacts(sending.ref))

        assert ChannelEvent.objects.get(kind="reaction").message == sending.message

    def sent(self, place: Marketplace, settings: Settings, program: ChannelSimulator) -> ChannelSending:
        messenger.SERVICE.answers_at(settings, program.address)
        comes(messenger.SERVICE.says())
        sending = answers(an_agent(place))
        send_due()
        sending.refresh_from_db()
        assert sending.state == "sent"
        return sending


class TestWindow:
    @pytest.fixture
    def agent(self, place: Marketplace, settings: Settings, program: ChannelSimulator) -> User:
        messenger.SERVICE.answers_at(settings, program.address)
        settings.MESSENGER_HUMAN_AGENT = True
        comes(messenger.SERVICE.says())
        return an_agent(place)

    @pytest.mark.parametrize(
        ("after", "sent_as"),
        [
            (DAY - SECOND, "RESPONSE"),
            (DAY, "HUMAN_AGENT"),
            (7 * DAY - SECOND, "HUMAN_AGENT"),
        ],
    )
    def test_words_of_a_person_go_as_the_window_asks(
        self, program: ChannelSimulator, agent: User, after: dt.timedelta, sent_as: str
    ) -> None:
        with time_machine.travel(PRESENT + after, tick=False):
            sending = answers(agent)
            send_due()

        assert self.sent_as(program, sending) == sent_as

    def test_after_a_week_nothing_goes(self, agent: User) -> None:
        with time_machine.travel(PRESENT + 7 * DAY, tick=False), pytest.raises(ChannelClosed):
            answers(agent)

    def test_without_the_feature_nothing_goes_after_a_day(self, agent: User, settings: Settings) -> None:
        settings.MESSENGER_HUMAN_AGENT = False

        with time_machine.travel(PRESENT + DAY, tick=False), pytest.raises(ChannelClosed):
            answers(agent)

    def test_written_inside_and_sent_after_the_window_goes_tagged(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        with time_machine.travel(PRESENT + DAY - SECOND, tick=False):
            sending = answers(agent)
        with time_machine.travel(PRESENT + DAY, tick=False):
            send_due()

        assert self.sent_as(program, sending) == "HUMAN_AGENT"

    def test_tag_is_not_used_once_the_customer_wrote_again(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        with time_machine.travel(PRESENT + 2 * DAY, tick=False):
            sending = answers(agent)
            comes(messenger.SERVICE.says("Et alors ?"))
            send_due()

        assert self.sent_as(program, sending) == "RESPONSE"

    def test_window_that_is_closed_there_refuses(self, program: ChannelSimulator, agent: User) -> None:
        sending = answers(agent)
        program.tell("clock", forward=86_400 * 8)
        try:
            send_due()
        finally:
            program.tell("clock", forward=-86_400 * 8)

        sending.refresh_from_db()
        assert (sending.state, sending.trouble[:10]) == ("failed", "refused 10")

    def test_text_that_is_too_long_there_is_refused_here(self, agent: User) -> None:
        with pytest.raises(ChannelTextTooLong):
            answers(agent, "x" * 2001)

        assert Message.objects.filter(author_role="agent").count() == 0

    def sent_as(self, program: ChannelSimulator, sending: ChannelSending) -> str:
        (line,) = [one for one in program.ask("chat", id=YANIS)["data"] if one.get("key") == str(sending.pk)]
        return str(line["sent_as"])


def answers(agent: User, text: str = "Une photo, s’il vous plaît.") -> ChannelSending:
    message = send_message(
        conversation_id=Conversation.objects.get().pk,
        by=Actor(Role.AGENT, agent.pk),
        text=text,
        now=clock.now(),
        key=uuid4(),
    )
    return ChannelSending.objects.get(message=message)
