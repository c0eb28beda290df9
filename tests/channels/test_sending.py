"""What the desk sends by WhatsApp: once, within its window, followed until it is read; against the simulator."""

from __future__ import annotations

import base64
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import HER_ID, a_message, a_webhook, body_of, comes, outcomes, post
from tests.conftest import PRESENT
from tests.factories import an_agent
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.commands.carrying import send_template
from recours.channels.commands.dispatching import send_due
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelIdentity, ChannelMedia, ChannelSending, ChannelTemplate
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.rules.channel_refusals import ChannelClosed, ChannelWindowClosed
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp("whatsapp"))
    yield simulator
    simulator.stop()


@pytest.fixture
def place(settings: Settings, program: ChannelSimulator) -> Marketplace:
    settings.META_ADDRESS = f"{program.address}/v25.0"
    program.writes(text="Bonjour")  # its own window is open
    return whatsapp.connect(settings)


@pytest.fixture
def agent(place: Marketplace) -> User:
    comes(a_message())
    return an_agent(place)


def says(agent: User, text: str = "Pouvez-vous nous envoyer une photo ?") -> ChannelSending:
    message = send_message(
        conversation_id=Conversation.objects.get().pk,
        by=Actor(Role.AGENT, agent.pk),
        text=text,
        now=clock.now(),
        key=uuid4(),
    )
    return ChannelSending.objects.get(message=message)


def state(sending: ChannelSending) -> str:
    sending.refresh_from_db()
    return sending.state


def status(sending: ChannelSending, name: str, **more: Any) -> None:
    told = {
        "id": sending.ref or "wamid.told",
        "status": name,
        "timestamp": str(int(clock.now().timestamp())),
        "recipient_user_id": HER_ID,
        "biz_opaque_callback_data": str(sending.pk),
        **more,
    }
    assert post(body_of(a_webhook(statuses=[told]))) == 200
    work_off()


class TestFollowed:
    @pytest.mark.parametrize(
        "told", [("sent", "delivered", "read"), ("read", "delivered", "sent"), ("read", "read", "sent")]
    )
    def test_state_does_not_depend_on_the_order_of_the_news(
        self, program: ChannelSimulator, agent: User, told: tuple[str, ...]
    ) -> None:
        sending = says(agent)
        send_due()

        for name in told:
            status(sending, name)

        assert state(sending) == "read"
        assert sending.read_at == PRESENT

    def test_failure_brings_the_conversation_back_to_the_desk(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        sending = says(agent)
        send_due()
        assert Conversation.objects.get().waiting_on == ""

        status(sending, "failed", errors=[{"code": 131026, "title": "Message undeliverable"}])

        assert (state(sending), sending.trouble) == ("failed", "refused 131026 Message undeliverable")
        assert Conversation.objects.get().waiting_on == "platform"

    def test_failure_told_after_delivery_changes_nothing(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        sending = says(agent)
        send_due()

        status(sending, "delivered")
        status(sending, "failed")

        assert state(sending) == "delivered"

    def test_news_of_a_message_that_is_not_ours_changes_nothing(self, place: Marketplace) -> None:
        status(ChannelSending(ref="wamid.others"), "read")

        assert outcomes()[-1] == ("status", "ignored", "unknown_sending")


class TestWindow:
    def test_after_a_day_free_words_are_refused_and_nothing_is_written(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        ChannelTemplate.objects.create(
            channel="whatsapp", name="recours_reply", language="fr", state="APPROVED", changed_at=clock.now()
        )
        with time_machine.travel(PRESENT + DAY, tick=False), pytest.raises(ChannelWindowClosed):
            says(agent)

        assert Message.objects.filter(author_role="agent").count() == 0

    def test_without_a_template_the_channel_is_closed(self, program: ChannelSimulator, agent: User) -> None:
        with time_machine.travel(PRESENT + DAY, tick=False), pytest.raises(ChannelClosed):
            says(agent)

    def test_template_that_meta_approved_goes_once(self, program: ChannelSimulator, agent: User) -> None:
        program.tell("template", name="recours_reply")
        ((body, _),) = program.webhooks(1, "template_status")
        post(body)
        work_off()
        key = uuid4()

        with time_machine.travel(PRESENT + 3 * DAY, tick=False):
            for _ in range(2):
                send_template(
                    conversation_id=Conversation.objects.get().pk,
                    by=Actor(Role.AGENT, agent.pk),
                    key=key,
                    now=clock.now(),
                )
            send_due()

        sending = ChannelSending.objects.get()
        assert (sending.shape, sending.state, sending.costs) == ("template", "sent", True)
        assert program.taken(sending.pk) == 1

    def test_window_that_closes_before_the_sending_fails_it(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        with time_machine.travel(PRESENT + DAY - SECOND, tick=False):
            sending = says(agent)
        with time_machine.travel(PRESENT + DAY, tick=False):
            send_due()

        assert (state(sending), sending.trouble, program.taken(sending.pk)) == ("failed", "window_closed", 0)

    def test_desk_reads_what_is_left_and_what_became_of_it(
        self, program: ChannelSimulator, agent: User, client: Client
    ) -> None:
        ChannelTemplate.objects.create(
            channel="whatsapp", name="recours_reply", language="fr", state="APPROVED", changed_at=clock.now()
        )
        ChannelIdentity.objects.update(last_in_at=PRESENT - dt.timedelta(hours=20, minutes=48))
        says(agent)
        send_due()
        client.force_login(agent)
        address = reverse("desk:conversation", args=[Conversation.objects.get().pk])

        page = client.get(address).content.decode()

        assert "Encore 3 h 12, ensuite modèle obligatoire." in page
        assert "Envoyé à 10 h 00." in page.replace("\u00a0", " ").replace("\u202f", " ")
        assert "Rien ne prouve qui écrit" in page

    def test_refused_answer_keeps_what_was_typed(
        self, program: ChannelSimulator, agent: User, client: Client
    ) -> None:
        conversation = Conversation.objects.get()
        client.force_login(agent)

        with time_machine.travel(PRESENT + DAY, tick=False):
            client.force_login(agent)
            answer = client.post(
                reverse("desk:send_message", args=[conversation.pk]), {"text": "Bonsoir", "key": str(uuid4())}
            )

        assert answer.status_code == 422
        assert "Bonsoir" in answer.content.decode()
        assert "n’accepte plus de message" in answer.content.decode()


class TestSimulator:
    @pytest.mark.parametrize(
        ("kind", "mime", "size", "sealed"),
        [("audio", "audio/ogg", 16 * 1024 * 1024, True), ("audio", "audio/ogg", 17 * 1024 * 1024, False)],
    )
    def test_voice_note_is_sealed_up_to_sixteen_megabytes(
        self, program: ChannelSimulator, place: Marketplace, kind: str, mime: str, size: int, sealed: bool
    ) -> None:
        note = base64.b64encode(b"OggS" + b"\0" * (size - 4)).decode()

        wrote = program.writes(kind=kind, file=note, mime=mime, at=at_now())
        post(program.webhooks(1, wrote)[0][0])
        work_off()

        media = ChannelMedia.objects.get()
        assert (bool(media.sha256), media.refused) == (sealed, "voice" if sealed else "not_given")
        assert "Pièce non reprise" in Message.objects.get().text

    def test_sticker_is_shown_as_a_picture(self, program: ChannelSimulator, place: Marketplace) -> None:
        sticker = io.BytesIO()
        Image.new("RGB", (64, 64), "green").save(sticker, "WEBP")

        wrote = program.writes(
            kind="sticker",
            mime="image/webp",
            at=at_now(),
            file=base64.b64encode(sticker.getvalue()).decode(),
        )
        post(program.webhooks(1, wrote)[0][0])
        work_off()

        assert (Message.objects.get().text, Message.objects.get().files.count()) == ("(Autocollant.)", 1)

    def test_free_words_after_a_day_fail_there_too(self, program: ChannelSimulator, agent: User) -> None:
        sending = says(agent)
        program.tell("clock", forward=86_401)
        try:
            send_due()
            told = [body for body, _ in program.webhooks(1, str(sending.pk))]
        finally:
            program.tell("clock", forward=-86_401)
        for body in told:
            post(body)
        work_off()

        assert (state(sending), sending.trouble) == ("failed", "refused 131047 Re-engagement message")


def at_now() -> float:
    """The frozen instant of the tests, which the program does not know."""
    return clock.now().timestamp()
