"""What the desk sends by every channel: once, within its window, followed until it is read; against the simulators."""

from __future__ import annotations

import base64
import datetime as dt
import http.client
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings
from tests.channels import facebook_page, messenger, whatsapp
from tests.channels.contract import Service, texts
from tests.factories import an_agent
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.commands.dispatching import DEAD_AFTER, send_due, settle
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelMedia, ChannelSending
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation, Message
from recours.files.models import SealedContent
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
SERVICES = [whatsapp.SERVICE, messenger.SERVICE, facebook_page.SERVICE]


@pytest.fixture(scope="module", params=SERVICES, ids=lambda service: service.channel)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture(scope="module")
def program(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp(service.simulator), service.simulator)
    yield simulator
    simulator.stop()


@pytest.fixture
def place(service: Service, settings: Settings, program: ChannelSimulator) -> Marketplace:
    place = service.connect(settings)
    service.answers_at(settings, program.address)
    return place


@pytest.fixture
def agent(place: Marketplace, service: Service, program: ChannelSimulator) -> User:
    hears(service, program, "Bonjour")
    return an_agent(place)


def hears(service: Service, program: ChannelSimulator, text: str, **given: object) -> Conversation:
    """Somebody writes at the service, which tells us."""
    wrote = program.writes(text=text, at=clock.now().timestamp(), **given)
    # The program's own clock is the machine's: what it lets pass is counted from its own.
    service.post(program.webhooks(1, wrote)[0][0])
    work_off()
    return Message.objects.get(channel_events__key=wrote).conversation


def answers(
    agent: User, text: str = "Une photo, s’il vous plaît.", to: Conversation | None = None
) -> ChannelSending:
    message = send_message(
        conversation_id=(to or Conversation.objects.get()).pk,
        by=Actor(Role.AGENT, agent.pk),
        text=text,
        now=clock.now(),
        key=uuid4(),
    )
    return ChannelSending.objects.get(message=message)


def state(sending: ChannelSending) -> str:
    sending.refresh_from_db()
    return sending.state


class TestOnce:
    def test_answer_is_taken_once_under_its_key(
        self, program: ChannelSimulator, agent: User, service: Service
    ) -> None:
        sending = answers(agent)

        send_due()
        send_due()

        assert (state(sending), program.taken(sending.pk)) == ("sent", 1)
        assert sending.ref
        assert sending.message is not None
        sending.message.refresh_from_db()
        assert sending.message.channel == ("whatsapp" if service is whatsapp.SERVICE else "messenger")

    @pytest.mark.parametrize("trouble", ["held", "reset", "error_after", "garbage", "cut"])
    def test_lost_answer_is_unknown_and_never_sent_again_by_itself(
        self, program: ChannelSimulator, agent: User, trouble: str
    ) -> None:
        sending = answers(agent)
        program.tell("next", what=trouble)

        send_due()
        with time_machine.travel(clock.now() + DAY / 2, tick=False):
            send_due()

        assert (state(sending), program.taken(sending.pk)) == ("unknown", 1)
        assert Conversation.objects.get().waiting_on == "platform"

    @pytest.mark.parametrize("trouble", ["lost", "error_before"])
    def test_what_may_not_have_left_is_unknown_too(
        self, program: ChannelSimulator, agent: User, trouble: str
    ) -> None:
        sending = answers(agent)
        program.tell("next", what=trouble)

        send_due()

        assert (state(sending), program.taken(sending.pk)) == ("unknown", 0)

    def test_lost_answer_is_settled_by_the_news_of_the_service(
        self, program: ChannelSimulator, agent: User, service: Service
    ) -> None:
        sending = answers(agent)
        program.tell("next", what="reset")
        send_due()
        assert state(sending) == "unknown"

        for body, _ in program.webhooks(1, str(sending.pk)):
            service.post(body)
        work_off()

        # The service tells of each step by itself, and which word comes first is its own affair.
        assert state(sending) in ("sent", "delivered")
        assert (bool(sending.ref), sending.trouble) == (True, "")

    def test_worker_that_died_leaves_it_unknown(self, program: ChannelSimulator, agent: User) -> None:
        sending = answers(agent)
        ChannelSending.objects.update(state="sending", taken_at=clock.now() - DEAD_AFTER - SECOND)

        send_due()

        assert (state(sending), program.taken(sending.pk)) == ("unknown", 0)

    def test_service_that_is_not_there_took_nothing_and_is_asked_again(
        self, program: ChannelSimulator, agent: User, service: Service, settings: Settings
    ) -> None:
        sending = answers(agent)
        service.answers_at(settings, "http://127.0.0.1:9")

        send_due()
        assert state(sending) == "waiting"
        service.answers_at(settings, program.address)
        with time_machine.travel(clock.now() + 30 * SECOND, tick=False):
            send_due()

        assert (state(sending), program.taken(sending.pk)) == ("sent", 1)

    def test_rate_limit_is_obeyed_for_the_whole_account(
        self, program: ChannelSimulator, agent: User, service: Service
    ) -> None:
        other = hears(service, program, "Et moi ?", id="7302", phone="", name="Paul")
        first = answers(agent, "un", Conversation.objects.exclude(pk=other.pk).get())
        second = answers(agent, "deux", other)
        program.tell("next", what="rate_limited")

        send_due()

        until = clock.now() + 7 * SECOND
        assert {(state(one), one.not_before) for one in (first, second)} == {("waiting", until)}
        with time_machine.travel(until, tick=False):
            send_due()
        assert (state(first), state(second)) == ("sent", "sent")
        assert (program.taken(first.pk), program.taken(second.pk, "7302")) == (1, 1)

    def test_refused_message_comes_back_to_the_desk(self, program: ChannelSimulator, agent: User) -> None:
        sending = answers(agent)
        ChannelSending.objects.update(text="")

        send_due()

        assert (state(sending), sending.trouble[:11], program.taken(sending.pk)) == (
            "failed",
            "refused 100",
            0,
        )
        assert Conversation.objects.get().waiting_on == "platform"

    def test_person_says_that_it_arrived_or_has_it_sent_again(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        sending = answers(agent)
        ChannelSending.objects.update(state="unknown")

        assert settle(sending_id=sending.pk, arrived=False, now=clock.now()) is True
        send_due()

        assert (state(sending), program.taken(sending.pk)) == ("sent", 1)
        assert settle(sending_id=sending.pk, arrived=False, now=clock.now()) is False

        ChannelSending.objects.update(state="unknown")
        settle(sending_id=sending.pk, arrived=True, now=clock.now())
        send_due()
        assert (state(sending), program.taken(sending.pk)) == ("sent", 1)

    def test_calls_prove_the_secret_where_it_is_asked(
        self, program: ChannelSimulator, agent: User, settings: Settings
    ) -> None:
        settings.META_SENDS_PROOF = True
        settings.META_APP_SECRETS = ["another"]
        wrong = answers(agent)
        send_due()
        assert (state(wrong), wrong.trouble[:11]) == ("failed", "refused 100")

        settings.META_APP_SECRETS = ["le-secret-de-l-application"]
        ChannelSending.objects.update(state="waiting")
        send_due()
        assert state(wrong) == "sent"


class TestEcho:
    def test_echo_of_our_own_is_no_second_message(
        self, program: ChannelSimulator, agent: User, service: Service
    ) -> None:
        sending = answers(agent)
        send_due()

        service.tells(service.echo("Une photo, s’il vous plaît.", our_key=str(sending.pk)))

        if service is not whatsapp.SERVICE:  # its echoes are those of a telephone alone
            assert Message.objects.filter(author_role="agent").count() == 1

    def test_echo_of_a_colleague_is_the_desks(
        self, program: ChannelSimulator, place: Marketplace, service: Service
    ) -> None:
        service.tells(service.echo("Bonjour, ici Inès."))

        message = Message.objects.get()
        assert (message.author_role, message.author, message.text) == ("agent", None, "Bonjour, ici Inès.")


class TestSimulator:
    def test_photo_is_fetched_sealed_and_shown(
        self, program: ChannelSimulator, place: Marketplace, service: Service
    ) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(picture, "JPEG")

        hears(service, program, "La voici", file=base64.b64encode(picture.getvalue()).decode())

        message = Message.objects.get()
        assert (message.text, message.files.get().media_type) == ("La voici", "image/jpeg")
        media = ChannelMedia.objects.get()
        assert (media.refused, media.size_bytes) == ("", len(picture.getvalue()))
        assert SealedContent.objects.filter(pk=media.sha256).exists()

    @pytest.mark.parametrize(
        ("trouble", "count", "statuses"),
        [
            ("twice", 2, [200, 200]),
            ("late", 1, [200]),
            ("bad_element", 1, [200]),
            ("rewritten", 2, [403, 200]),
        ],
    )
    def test_spoiled_webhooks_give_one_message(
        self,
        program: ChannelSimulator,
        place: Marketplace,
        service: Service,
        trouble: str,
        count: int,
        statuses: list[int],
    ) -> None:
        program.tell("next_hook", what=trouble)
        wrote = program.writes(text="Où est mon café ?", at=clock.now().timestamp())

        got = [
            Client()
            .post(
                service.door,
                body,
                content_type="application/json",
                headers={"X-Hub-Signature-256": signature},
            )
            .status_code
            for body, signature in program.webhooks(count, wrote)
        ]
        work_off()

        assert got == statuses
        assert texts() == ["Où est mon café ?"]

    def test_reordered_webhooks_make_one_thread_in_order(
        self, program: ChannelSimulator, place: Marketplace, service: Service
    ) -> None:
        program.tell("next_hook", what="reordered")
        now = clock.now().timestamp()
        wrote = [program.writes(text="un", at=now - 60), program.writes(text="deux", at=now)]

        for body, _ in program.webhooks(2, *wrote):
            service.post(body)
            work_off()

        assert texts() == ["un", "deux"]

    def test_journal_has_it_after_a_power_cut(self, service: Service, tmp_path: Path) -> None:
        first = ChannelSimulator(tmp_path, service.simulator)
        wrote = first.writes(text="Bonjour")
        first.stop()
        second = ChannelSimulator(tmp_path, service.simulator)

        said = [line["id"] for line in second.ask(second.said)["data"]]
        second.stop()

        assert said == [wrote]

    def test_page_of_the_simulator_escapes_what_was_written(
        self, program: ChannelSimulator, place: Marketplace, service: Service
    ) -> None:
        program.writes(text="<b>Bonjour</b>")
        line = http.client.HTTPConnection(program.address.removeprefix("http://"), timeout=10)
        line.request("GET", service.page)
        page = line.getresponse().read().decode()
        line.close()

        assert "&lt;b&gt;Bonjour&lt;/b&gt;" in page

    def test_profile_name_of_html_is_text_at_the_desk(
        self, program: ChannelSimulator, place: Marketplace, service: Service, client: Client
    ) -> None:
        talk = hears(service, program, "Bonjour", id="7303", phone="", name='<script>alert("x")</script> B')
        assert Contact.objects.get().name == '<script>alert("x")</script> B'
        client.force_login(an_agent(place))

        inbox = client.get(reverse("desk:messages")).content.decode()
        page = client.get(reverse("desk:conversation", args=[talk.pk])).content.decode()

        for shown in (inbox, page):
            assert "<script>alert" not in shown
            assert "&lt;script&gt;alert" in shown
        assert service.way in page
