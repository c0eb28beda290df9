"""Files that the desk sends by WhatsApp and Messenger: after the words, each once; given anew after a lost answer."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings
from tests.channels import messenger, whatsapp
from tests.channels.contract import Service
from tests.channels.test_contract_sending import hears, state
from tests.factories import a_stored_file, an_agent
from tests.files.samples import picture
from tests.simulators import ChannelSimulator

from recours import clock
from recours.casework.commands.holding import let_go_due
from recours.casework.models import HeldMessage
from recours.channels.commands.dispatching import DEAD_AFTER, send_due
from recours.channels.commands.working import work_off
from recours.channels.connected import Provider, provider_of
from recours.channels.models import ChannelSending
from recours.channels.presentation import sending_words
from recours.channels.providers import Upload
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.files.commands import store_judged
from recours.files.judge import judge
from recours.files.models import StoredFile, Withheld
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.rules import channel_files
from recours.rules.channel_files import MEGABYTE
from recours.rules.channel_refusals import ChannelFileTooLarge
from recours.rules.channel_windows import Channel
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
WORDS = "Voici comment la fixer."
ACCOUNTS = {"whatsapp": whatsapp.NUMBER, "messenger": messenger.PAGE}


@pytest.fixture(scope="module", params=[whatsapp.SERVICE, messenger.SERVICE], ids=lambda one: one.channel)
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


@pytest.fixture
def provider(service: Service, place: Marketplace) -> Provider:
    found = provider_of(Channel(service.channel), ACCOUNTS[service.channel])
    assert found is not None
    return found


def a_photo(name: str = "fixation.jpg", color: str = "red") -> StoredFile:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(picture, "JPEG")
    return store_judged(judged=judge(ContentFile(picture.getvalue(), name=name)), by=None)


def sends(agent: User, *files: StoredFile) -> tuple[ChannelSending, list[ChannelSending]]:
    """The agent answers with files; return the sending of the words, and those of the files in their order."""
    message = send_message(
        conversation_id=Conversation.objects.get().pk,
        by=Actor(Role.AGENT, agent.pk),
        text=WORDS,
        files=files,
        now=clock.now(),
        key=uuid4(),
    )
    rows = list(ChannelSending.objects.filter(message=message).order_by("created_at"))
    return rows[0], rows[1:]


def said(program: ChannelSimulator) -> list[str]:
    """Return what the customer was sent since they wrote last, in its order: words, or the hash of a file."""
    lines = program.ask("chat")["data"]
    last = max(number for number, line in enumerate(lines) if line["act"] == "wrote")
    return [_told(line) for line in lines[last + 1 :]]


def _told(line: dict[str, object]) -> str:
    content = line.get("content") or line["message"]
    assert isinstance(content, dict)
    return str(content.get("body") or content.get("text") or "a file")


class TestSending:
    def test_words_leave_first_and_each_file_by_itself_after_them(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        words, files = sends(agent, a_photo(), a_photo("vis.jpg", "blue"))

        send_due()

        assert [state(row) for row in (words, *files)] == ["sent"] * 3
        assert said(program) == [WORDS, "a file", "a file"]
        assert [program.taken(row.pk) for row in (words, *files)] == [1, 1, 1]
        assert all(row.file_ref and row.ref for row in files)

    def test_what_is_sent_is_our_copy_and_never_the_original(
        self, program: ChannelSimulator, agent: User, provider: Provider
    ) -> None:
        photo = a_photo()
        _words, [sending] = sends(agent, photo)

        send_due()
        sending.refresh_from_db()

        kept = program.ask("file", id=sending.file_ref)
        content = base64.b64decode(kept["content"])
        assert hashlib.sha256(content).hexdigest() == photo.clean_sha256
        assert (kept["mime"], kept["name"]) == ("image/jpeg", "fixation.jpg")

    def test_news_of_a_file_stand_beside_its_message(
        self, program: ChannelSimulator, agent: User, service: Service
    ) -> None:
        _words, [sending] = sends(agent, a_photo())
        send_due()

        for body, _ in program.webhooks(1, str(sending.pk)):
            service.post(body)
        work_off()

        assert state(sending) in {"sent", "delivered"}
        assert Message.objects.filter(author_role="agent").count() == 1
        sending = ChannelSending.objects.select_related("file").get(pk=sending.pk)
        assert sending_words(sending).startswith("fixation.jpg : ")

    def test_lost_answer_to_a_file_is_unknown_and_never_sent_again_by_itself(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        words, [sending] = sends(agent, a_photo())
        ChannelSending.objects.filter(pk=words.pk).update(state="sent")
        program.tell("next", what="reset")

        send_due()
        with time_machine.travel(clock.now() + dt.timedelta(hours=12), tick=False):
            send_due()

        assert (state(sending), program.taken(sending.pk)) == ("unknown", 1)

    def test_file_whose_words_failed_does_not_leave(self, program: ChannelSimulator, agent: User) -> None:
        words, [sending] = sends(agent, a_photo())
        ChannelSending.objects.filter(pk=words.pk).update(text="")

        send_due()

        assert (state(words), state(sending), sending.trouble) == ("failed", "failed", "no_words")
        assert said(program) == []

    def test_file_that_was_withheld_meanwhile_does_not_leave(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        photo = a_photo()
        words, [sending] = sends(agent, photo)
        Withheld.objects.create(file=photo, from_buyer=True)

        send_due()

        assert (state(words), state(sending), sending.trouble) == ("sent", "failed", "file_withheld")
        assert said(program) == [WORDS]
        assert Conversation.objects.get().waiting_on == "platform"

    def test_too_large_a_copy_is_refused_before_anything_is_kept(self, agent: User, service: Service) -> None:
        photo = a_stored_file()
        most = {"whatsapp": 5, "messenger": 25}[service.channel]
        photo.pk, photo.clean_size = uuid4(), most * MEGABYTE + 1
        photo.save(force_insert=True)

        with pytest.raises(ChannelFileTooLarge):
            sends(agent, photo)

        assert not Message.objects.filter(author_role="agent").exists()
        assert not ChannelSending.objects.exists()


class TestHolding:
    """The seconds in which an agent can take an answer back are those of its files too."""

    @pytest.fixture(autouse=True)
    def ten_seconds(self, settings: Settings) -> None:
        settings.UNDO_SECONDS = 10

    def test_file_leaves_with_its_words_when_the_seconds_have_gone(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        answers(agent, a_picture("fixation.jpg"))
        let_go_due(now=clock.now() + 9 * SECOND)
        send_due()
        assert said(program) == []

        with time_machine.travel(clock.now() + 10 * SECOND, tick=False):
            let_go_due(now=clock.now())
            send_due()

        assert said(program) == [WORDS, "a file"]
        assert [state(row) for row in ChannelSending.objects.all()] == ["sent"] * 2
        assert Message.objects.get(author_role="agent").files.count() == 1

    def test_taken_back_neither_leaves(self, program: ChannelSimulator, agent: User) -> None:
        browser = answers(agent, a_picture("fixation.jpg"))
        held = HeldMessage.objects.get()

        page = browser.post(f"/desk/held/{held.pk}/undo/", {"back": "/desk/"}, follow=True)

        with time_machine.travel(clock.now() + 10 * SECOND, tick=False):
            let_go_due(now=clock.now())
            send_due()
        assert said(program) == []
        assert page.context["composed"].form["text"].value() == WORDS
        assert "Choisissez de nouveau ce fichier\u202f: fixation.jpg." in page.content.decode()

    def test_window_that_closes_meanwhile_keeps_both_for_their_author(
        self, program: ChannelSimulator, agent: User
    ) -> None:
        browser = answers(agent, a_picture("fixation.jpg"))
        held = HeldMessage.objects.get()

        with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
            let_go_due(now=clock.now())
            send_due()
            page = browser.get(f"/desk/messages/{held.conversation_id}/").content.decode()

        held.refresh_from_db()
        assert held.trouble
        assert held.files.count() == 1
        assert said(program) == []
        assert WORDS in page
        assert "fixation.jpg" in page

    def test_what_the_channel_does_not_take_is_refused_before_it_waits(
        self, program: ChannelSimulator, agent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(channel_files, "TAKEN", {each: {"image/jpeg": 10} for each in Channel})

        browser = answers(agent, a_picture("fixation.jpg"), status=422)

        assert not HeldMessage.objects.exists()
        assert Conversation.objects.get().waiting_on == "platform"
        page = browser.get(f"/desk/messages/{Conversation.objects.get().pk}/")
        assert page.context["composed"].form["text"].value() == WORDS


def a_picture(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture())


def answers(agent: User, file: SimpleUploadedFile, *, status: int = 302) -> Client:
    """The agent answers on the desk's page, with a file; return their browser."""
    browser = Client()
    browser.force_login(agent)
    typed = {"text": WORDS, "key": str(uuid4()), "files_given": file}
    answer = browser.post(f"/desk/messages/{Conversation.objects.get().pk}/send/", typed)
    assert answer.status_code == status
    return browser


class TestGiving:
    @pytest.mark.parametrize("trouble", ["held", "reset", "error_after", "garbage", "cut", "lost"])
    def test_lost_answer_to_a_file_that_is_given_has_it_given_again_and_sent_once(
        self, program: ChannelSimulator, agent: User, trouble: str
    ) -> None:
        _words, [sending] = sends(agent, a_photo())
        program.tell("next_upload", what=trouble)

        send_due()
        assert (state(sending), sending.trouble[:9]) == ("waiting", "not_given")
        with time_machine.travel(clock.now() + 30 * SECOND, tick=False):
            send_due()

        assert (state(sending), program.taken(sending.pk)) == ("sent", 1)

    def test_rate_limit_on_files_is_obeyed(self, program: ChannelSimulator, agent: User) -> None:
        _words, [sending] = sends(agent, a_photo())
        program.tell("next_upload", what="rate_limited")

        send_due()

        assert (state(sending), sending.not_before) == ("waiting", clock.now() + 7 * SECOND)
        with time_machine.travel(clock.now() + 7 * SECOND, tick=False):
            send_due()
        assert state(sending) == "sent"

    def test_file_that_was_given_is_not_given_again(self, program: ChannelSimulator, agent: User) -> None:
        _words, [sending] = sends(agent, a_photo())
        program.tell("next_upload", what="reset")
        send_due()
        program.tell("next", what="rate_limited")
        with time_machine.travel(clock.now() + 30 * SECOND, tick=False):
            send_due()
        sending.refresh_from_db()
        given = sending.file_ref

        with time_machine.travel(clock.now() + 60 * SECOND, tick=False):
            send_due()

        assert (state(sending), sending.file_ref) == ("sent", given)
        assert given

    @pytest.mark.parametrize(("ref", "expected"), [("", "waiting"), ("1234", "unknown")])
    def test_worker_that_died_sent_nothing_before_the_file_was_given(
        self, program: ChannelSimulator, agent: User, ref: str, expected: str
    ) -> None:
        words, [sending] = sends(agent, a_photo())
        ChannelSending.objects.filter(pk=words.pk).update(state="sent")
        ChannelSending.objects.filter(pk=sending.pk).update(
            state="sending",
            file_ref=ref,
            taken_at=clock.now() - DEAD_AFTER - SECOND,
            not_before=clock.now() + SECOND,
        )

        send_due()

        assert state(sending) == expected

    def test_service_refuses_a_file_that_is_too_large(
        self, program: ChannelSimulator, provider: Provider, service: Service
    ) -> None:
        most = {"whatsapp": 5, "messenger": 25}[service.channel] * MEGABYTE
        account = ACCOUNTS[service.channel]

        taken = provider.give(account, Upload(name="a.jpg", media_type="image/jpeg", content=b"\xff" * most))
        refused = provider.give(
            account, Upload(name="a.jpg", media_type="image/jpeg", content=b"\xff" * (most + 1))
        )

        assert taken.ref
        assert (refused.ref, refused.reason[:6], refused.wait_s) == ("", "131053", None)

    def test_service_refuses_a_file_that_is_not_what_it_is_called(
        self, program: ChannelSimulator, provider: Provider, service: Service
    ) -> None:
        """WhatsApp by the type; Messenger takes any as a file, and wants it to be given as one."""
        refused = provider.give(
            ACCOUNTS[service.channel], Upload(name="a.zip", media_type="application/zip", content=b"PK")
        )

        assert (bool(refused.ref), refused.reason[:3]) == {
            "whatsapp": (False, "100"),
            "messenger": (True, ""),
        }[service.channel]

    def test_name_of_a_file_ends_neither_its_quotes_nor_its_line(
        self, program: ChannelSimulator, provider: Provider, service: Service
    ) -> None:
        name = 'été "x"\r\nX-Evil: 1.pdf'

        given = provider.give(
            ACCOUNTS[service.channel], Upload(name=name, media_type="application/pdf", content=b"%PDF-1.7")
        )

        assert program.ask("file", id=given.ref)["name"] == "été %22x%22%0D%0AX-Evil: 1.pdf"
