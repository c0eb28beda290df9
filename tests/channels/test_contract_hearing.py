"""What comes by every channel: verified over raw bytes, kept once, answered, and worked off in order."""

from __future__ import annotations

import datetime as dt
import json
from unittest.mock import patch

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.channels import contract, facebook_page, messenger, whatsapp
from tests.channels.contract import HELLO, Service, body_of, outcomes, texts
from tests.conftest import PRESENT

from recours import clock
from recours.channels.commands import taking
from recours.channels.commands.working import TRIES, work_off
from recours.channels.models import ChannelDelivery, ChannelEvent, ChannelIdentity
from recours.conversations.models import Contact, Conversation, Message
from recours.marketplaces.models import Marketplace

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
SERVICES = [whatsapp.SERVICE, messenger.SERVICE, facebook_page.SERVICE]
of_messages = pytest.mark.parametrize(
    "service", SERVICES[:2], ids=lambda service: service.channel, indirect=True
)
"""For what a comment has not: a reaction to one is told as a like is, without a word."""


@pytest.fixture(params=SERVICES, ids=lambda service: service.channel)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture
def place(settings: Settings, service: Service) -> Marketplace:
    return service.connect(settings)


class TestDoor:
    def test_challenge_of_ours_is_given_back(self, service: Service, place: Marketplace) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": contract.VERIFY, "hub.challenge": "1158201444"}

        answer = Client().get(service.door, asked)

        assert (answer.status_code, answer.content) == (200, b"1158201444")

    @pytest.mark.parametrize("token", ["", "another"])
    def test_challenge_of_others_is_refused(self, service: Service, place: Marketplace, token: str) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}

        assert Client().get(service.door, asked).status_code == 403

    def test_challenge_without_a_token_of_ours_is_refused(
        self, service: Service, place: Marketplace, settings: Settings
    ) -> None:
        settings.META_VERIFY_TOKEN = ""

        asked = {"hub.mode": "subscribe", "hub.verify_token": ""}
        assert Client().get(service.door, asked).status_code == 403

    @pytest.mark.parametrize("secrets", [[], [""], [" "]])
    def test_without_a_secret_there_is_no_such_address(
        self, service: Service, place: Marketplace, settings: Settings, secrets: list[str]
    ) -> None:
        settings.META_APP_SECRETS = secrets
        body = body_of(service.webhook(service.says()))

        assert service.post(body, secret="".join(secrets)) == 404
        assert ChannelDelivery.objects.count() == 0

    def test_wrong_signature_keeps_nothing(self, service: Service, place: Marketplace) -> None:
        body = body_of(service.webhook(service.says()))

        statuses = [
            service.post(body, secret="another"),
            service.post(body, secret=""),
            service.post(body, signed=body + b" "),
            Client().post(service.door, body, content_type="application/json").status_code,
        ]

        assert statuses == [403, 403, 403, 403]
        assert ChannelDelivery.objects.count() == 0

    def test_body_written_anew_is_refused(self, service: Service, place: Marketplace) -> None:
        body = body_of(service.webhook(service.says("cassé")))
        anew = json.dumps(json.loads(body), ensure_ascii=False).encode()

        assert service.post(anew, signed=body) == 403
        assert ChannelDelivery.objects.count() == 0

    def test_second_secret_is_taken_while_one_replaces_the_other(
        self, service: Service, place: Marketplace, settings: Settings
    ) -> None:
        settings.META_APP_SECRETS = [contract.SECRET, "the-next"]

        assert service.post(body_of(service.webhook(service.says())), secret="the-next") == 200

    def test_ten_megabytes_are_refused_unread(self, service: Service, place: Marketplace) -> None:
        body = body_of(service.webhook(service.says("x" * 10_000_000)))

        assert service.post(body) == 413
        assert ChannelDelivery.objects.count() == 0

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'{"object": "hologram", "entry": []}', b"\xff\xfe", b"[" * 90_000]
    )
    def test_signed_and_unreadable_is_kept_and_answered(
        self, service: Service, place: Marketplace, body: bytes
    ) -> None:
        assert service.post(body) == 200
        work_off()

        assert outcomes() == [("unknown", "unplaced", "unknown")]
        assert bytes(ChannelDelivery.objects.get().body) == body

    def test_kind_that_nobody_knows_is_kept_for_the_operator(
        self, service: Service, place: Marketplace
    ) -> None:
        service.tells(service.strange())

        assert outcomes() == [("unknown", "unplaced", "unknown")]
        assert texts() == []


class TestOnce:
    def test_message_becomes_one_of_a_contact_at_the_desk(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says())

        message = Message.objects.get()
        assert (message.text, message.channel) == (HELLO, service.channel)
        assert (message.author_role, message.author) == ("buyer", None)
        conversation = message.conversation
        assert (conversation.buyer, conversation.marketplace) == (None, place)
        assert conversation.waiting_on == "platform"
        assert outcomes() == [("message", "posted", "")]

    def test_same_webhook_a_hundred_times_is_one_message(self, service: Service, place: Marketplace) -> None:
        body = body_of(service.webhook(service.says()))

        statuses = {service.post(body) for _ in range(100)}
        work_off()

        assert statuses == {200}
        assert ChannelEvent.objects.count() == ChannelDelivery.objects.count() == Message.objects.count() == 1

    def test_message_in_another_batch_is_known_by_its_id(self, service: Service, place: Marketplace) -> None:
        first, second = service.says("un"), service.says("deux")

        service.comes(first)
        service.comes(first, second)

        assert texts() == ["un", "deux"]

    def test_raw_body_is_kept(self, service: Service, place: Marketplace) -> None:
        body = body_of(service.webhook(service.says()))

        service.post(body)

        assert bytes(ChannelDelivery.objects.get().body) == body

    def test_work_done_twice_posts_once(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says())
        taking.take(ChannelEvent.objects.get().pk, now=clock.now())

        assert len(texts()) == 1


class TestOrder:
    def test_what_comes_late_takes_its_place(self, service: Service, place: Marketplace) -> None:
        early = service.says("un", at=PRESENT - 2 * MINUTE)

        service.comes(service.says("deux", at=PRESENT - MINUTE))
        service.comes(early)

        assert texts() == ["un", "deux"]
        conversation = Conversation.objects.get()
        assert (conversation.excerpt, conversation.last_at) == ("deux", PRESENT - MINUTE)

    def test_batch_is_worked_off_by_when_it_was_written(self, service: Service, place: Marketplace) -> None:
        service.post(body_of(service.webhook(service.says("deux"))))
        service.post(body_of(service.webhook(service.says("un", at=PRESENT - MINUTE))))

        work_off()

        assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["un", "deux"]

    def test_message_from_the_future_counts_from_when_it_came(
        self, service: Service, place: Marketplace
    ) -> None:
        service.comes(service.says(at=PRESENT + dt.timedelta(days=400)))

        assert Message.objects.get().sent_at == PRESENT
        assert ChannelIdentity.objects.get(external_id=service.person).last_in_at == PRESENT

    def test_one_bad_element_costs_none_of_the_others(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says("un"), service.spoiled(), service.says("deux"))

        assert texts() == ["un", "deux"]
        assert outcomes() == [
            ("message", "posted", ""),
            ("unknown", "unplaced", "unknown"),
            ("message", "posted", ""),
        ]

    def test_what_we_fail_on_steps_aside_and_is_given_up_at_last(
        self, service: Service, place: Marketplace
    ) -> None:
        service.comes(service.says())
        with patch.object(taking, "send_message", side_effect=RuntimeError("ours")):
            service.comes(service.says("un"))
            waiting = ChannelEvent.objects.get(outcome="received")
            for _ in range(TRIES - 1):
                ChannelEvent.objects.filter(pk=waiting.pk).update(look_at=clock.now())
                work_off()
        service.comes(service.says("deux"))

        assert [outcome for _, outcome, _ in outcomes()] == ["posted", "failed", "posted"]
        assert texts()[-1] == "deux"

    def test_lane_that_another_worker_has_is_left_to_it(self, service: Service, place: Marketplace) -> None:
        service.post(body_of(service.webhook(service.says())))
        ChannelEvent.objects.update(leased_until=clock.now() + MINUTE)
        service.post(body_of(service.webhook(service.says("deux"))))

        assert work_off() == 0
        assert texts() == []

    def test_lease_of_a_dead_worker_ends(self, service: Service, place: Marketplace) -> None:
        service.post(body_of(service.webhook(service.says())))
        ChannelEvent.objects.update(leased_until=clock.now())

        assert work_off() == 1

    def test_flood_is_put_off(self, service: Service, place: Marketplace) -> None:
        service.comes(*(service.says(str(number)) for number in range(101)))

        assert [outcome for _, outcome, _ in outcomes()].count("posted") == 100
        assert ChannelEvent.objects.get(outcome="received").because == "pace"


class TestContents:
    def test_unknown_account_is_kept_and_told_apart(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says(), account="999")

        assert outcomes() == [("message", "unplaced", "unknown_account")]
        assert texts() == []

    @of_messages
    def test_reaction_is_noted_beside_its_message(self, service: Service, place: Marketplace) -> None:
        message = service.says()
        service.comes(message)
        service.comes(service.reacts(service.key(message)))

        assert outcomes()[1] == ("reaction", "noted", "")
        assert ChannelEvent.objects.get(kind="reaction").message == Message.objects.get()

    @of_messages
    def test_reaction_to_a_message_never_received_changes_nothing(
        self, service: Service, place: Marketplace
    ) -> None:
        service.comes(service.reacts("never-received"))

        assert outcomes() == [("reaction", "ignored", "message_unknown")]
        assert (texts(), Contact.objects.count()) == ([], 0)

    def test_deleted_message_stays_and_is_marked(self, service: Service, place: Marketplace) -> None:
        message = service.says()
        service.comes(message)
        service.comes(service.deletes(service.key(message)))

        assert outcomes()[1] == ("deleted", "noted", "")
        assert texts() == [HELLO]

    def test_deletion_before_its_message_waits_for_it(self, service: Service, place: Marketplace) -> None:
        message = service.says()
        gone = service.deletes(service.key(message), at=PRESENT - MINUTE)
        service.post(body_of(service.webhook(gone, message)))

        work_off()

        waiting = ChannelEvent.objects.get(kind="deleted")
        assert (waiting.outcome, waiting.because) == ("received", "waits_for_message")

    def test_controls_and_turned_lines_are_taken_out(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says("a\u202eb\x00c\nd"))

        assert texts() == ["abc\nd"]

    def test_after_a_month_it_is_another_matter(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says(at=PRESENT - dt.timedelta(days=31)))
        service.comes(service.says("deux", at=PRESENT - dt.timedelta(days=1)))
        service.comes(service.says("trois"))

        assert Conversation.objects.count() == 2

    def test_two_people_are_two_conversations(self, service: Service, place: Marketplace) -> None:
        service.comes(service.says("un"))
        service.comes(service.says("deux", by="FR.2"))

        assert Conversation.objects.count() == Contact.objects.count() == 2
