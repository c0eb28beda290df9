"""WhatsApp's webhooks: verified over raw bytes, kept once, answered, and worked off in order."""

from __future__ import annotations

import datetime as dt
import json
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import CAMILLE, HER_ID, a_message, a_webhook, body_of, comes, outcomes, post
from tests.conftest import PRESENT
from tests.factories import an_agent

from recours import clock
from recours.channels.commands import taking
from recours.channels.commands.working import TRIES, work_off
from recours.channels.models import ChannelDelivery, ChannelEvent, ChannelIdentity
from recours.conversations.models import Contact, Conversation, Message
from recours.marketplaces.models import Marketplace

pytestmark = pytest.mark.django_db

HOOK = "/channels/hooks/whatsapp/"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    return whatsapp.connect(settings)


def texts() -> list[str]:
    return list(Message.objects.order_by("sent_at", "id").values_list("text", flat=True))


def at(moment: dt.datetime) -> str:
    return str(int(moment.timestamp()))


class TestDoor:
    def test_challenge_of_ours_is_given_back(self, place: Marketplace) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": whatsapp.VERIFY, "hub.challenge": "1158201444"}

        answer = Client().get(HOOK, asked)

        assert (answer.status_code, answer.content) == (200, b"1158201444")

    @pytest.mark.parametrize("token", ["", "another"])
    def test_challenge_of_others_is_refused(self, place: Marketplace, token: str) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}

        assert Client().get(HOOK, asked).status_code == 403

    def test_challenge_without_a_token_of_ours_is_refused(
        self, place: Marketplace, settings: Settings
    ) -> None:
        settings.META_VERIFY_TOKEN = ""

        assert Client().get(HOOK, {"hub.mode": "subscribe", "hub.verify_token": ""}).status_code == 403

    @pytest.mark.parametrize("secrets", [[], [""], [" "]])
    def test_without_a_secret_there_is_no_such_address(
        self, place: Marketplace, settings: Settings, secrets: list[str]
    ) -> None:
        settings.META_APP_SECRETS = secrets
        body = body_of(a_webhook(a_message()))

        assert post(body, secret="".join(secrets)) == 404
        assert ChannelDelivery.objects.count() == 0

    def test_wrong_signature_keeps_nothing(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message()))

        statuses = [post(body, secret="another"), post(body, secret=""), post(body, signed=body + b" ")]

        assert statuses == [403, 403, 403]
        assert ChannelDelivery.objects.count() == 0

    def test_unsigned_is_refused(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message()))

        assert Client().post(HOOK, body, content_type="application/json").status_code == 403

    def test_body_written_anew_is_refused(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message(content={"body": "cassé"})))
        anew = json.dumps(json.loads(body), ensure_ascii=False).encode()

        assert post(anew, signed=body) == 403
        assert ChannelDelivery.objects.count() == 0

    def test_second_secret_is_taken_while_one_replaces_the_other(
        self, place: Marketplace, settings: Settings
    ) -> None:
        settings.META_APP_SECRETS = [whatsapp.SECRET, "the-next"]

        assert post(body_of(a_webhook(a_message())), secret="the-next") == 200

    def test_ten_megabytes_are_refused_unread(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message(content={"body": "x" * 10_000_000})))

        assert post(body) == 413
        assert ChannelDelivery.objects.count() == 0

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'{"object": "page", "entry": []}', b"\xff\xfe", b"[" * 90_000]
    )
    def test_signed_and_unreadable_is_kept_and_answered(self, place: Marketplace, body: bytes) -> None:
        assert post(body) == 200
        work_off()

        assert outcomes() == [("unknown", "unplaced", "unknown")]
        assert bytes(ChannelDelivery.objects.get().body) == body


class TestOnce:
    def test_message_becomes_one_of_a_contact_at_the_desk(self, place: Marketplace) -> None:
        comes(a_message())

        message = Message.objects.get()
        assert (message.text, message.channel) == ("Mon casque est arrivé cassé.", "whatsapp")
        assert (message.author_role, message.author) == ("buyer", None)
        conversation = message.conversation
        assert (conversation.buyer, conversation.marketplace, conversation.waiting_on) == (
            None,
            place,
            "platform",
        )
        assert conversation.buyer_name == "Camille"
        assert outcomes() == [("message", "posted", "")]

    def test_same_webhook_a_hundred_times_is_one_message(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message()))

        statuses = {post(body) for _ in range(100)}
        work_off()

        assert statuses == {200}
        assert ChannelEvent.objects.count() == ChannelDelivery.objects.count() == Message.objects.count() == 1

    def test_message_in_another_batch_is_known_by_its_id(self, place: Marketplace) -> None:
        first, second = a_message(content={"body": "un"}), a_message(content={"body": "deux"})

        comes(first)
        comes(first, second)

        assert texts() == ["un", "deux"]

    def test_raw_body_is_kept(self, place: Marketplace) -> None:
        body = body_of(a_webhook(a_message()))

        post(body)

        assert bytes(ChannelDelivery.objects.get().body) == body

    def test_work_done_twice_posts_once(self, place: Marketplace) -> None:
        comes(a_message())
        taking.take(ChannelEvent.objects.get().pk, now=clock.now())

        assert len(texts()) == 1


class TestOrder:
    def test_what_comes_late_takes_its_place(self, place: Marketplace) -> None:
        early = a_message(content={"body": "un"}, timestamp=at(PRESENT - 2 * MINUTE))
        late = a_message(content={"body": "deux"}, timestamp=at(PRESENT - MINUTE))

        comes(late)
        comes(early)

        assert texts() == ["un", "deux"]
        conversation = Conversation.objects.get()
        assert (conversation.excerpt, conversation.last_at) == ("deux", PRESENT - MINUTE)

    def test_batch_is_worked_off_by_when_it_was_written(self, place: Marketplace) -> None:
        post(body_of(a_webhook(a_message(content={"body": "deux"}))))
        post(body_of(a_webhook(a_message(content={"body": "un"}, timestamp=at(PRESENT - MINUTE)))))

        work_off()

        assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["un", "deux"]

    def test_message_from_the_future_counts_from_when_it_came(self, place: Marketplace) -> None:
        comes(a_message(timestamp=at(PRESENT + dt.timedelta(days=400))))

        assert Message.objects.get().sent_at == PRESENT
        assert set(ChannelIdentity.objects.values_list("external_id", "last_in_at")) == {
            (HER_ID, PRESENT),
            (CAMILLE, None),
        }

    def test_one_bad_element_costs_none_of_the_others(self, place: Marketplace) -> None:
        bad: whatsapp.Thing = {"type": "text", "text": 7}

        comes(a_message(content={"body": "un"}), bad, a_message(content={"body": "deux"}))

        assert texts() == ["un", "deux"]
        assert outcomes() == [
            ("message", "posted", ""),
            ("unknown", "unplaced", "unknown"),
            ("message", "posted", ""),
        ]

    def test_what_we_fail_on_steps_aside_and_is_given_up_at_last(self, place: Marketplace) -> None:
        comes(a_message())
        with patch.object(taking, "send_message", side_effect=RuntimeError("ours")):
            comes(a_message(content={"body": "un"}))
            waiting = ChannelEvent.objects.get(outcome="received")
            for _ in range(TRIES - 1):
                ChannelEvent.objects.filter(pk=waiting.pk).update(look_at=clock.now())
                work_off()
        comes(a_message(content={"body": "deux"}))

        assert [outcome for _, outcome, _ in outcomes()] == ["posted", "failed", "posted"]
        assert texts()[-1] == "deux"

    def test_file_that_nobody_gives_does_not_take_the_words_along(
        self, place: Marketplace, settings: Settings
    ) -> None:
        settings.META_ADDRESS = "http://127.0.0.1:9"
        comes(a_message("image", {"id": "media-1", "mime_type": "image/jpeg", "caption": "Cassé"}))

        for _ in range(TRIES - 2):
            ChannelEvent.objects.update(look_at=clock.now())
            work_off()
        assert texts() == []
        ChannelEvent.objects.update(look_at=clock.now())
        work_off()

        assert texts() == [
            "Cassé\n\n[Pièce non reprise\u202f: image.jpg. Le service n’a pas répondu, six fois de suite.]"
        ]
        assert outcomes() == [("message", "posted", "")]

    def test_lane_that_another_worker_has_is_left_to_it(self, place: Marketplace) -> None:
        post(body_of(a_webhook(a_message())))
        ChannelEvent.objects.update(leased_until=clock.now() + MINUTE)
        post(body_of(a_webhook(a_message(content={"body": "deux"}))))

        assert work_off() == 0
        assert texts() == []

    @pytest.mark.parametrize(
        "spoiled", [{"id": "1\0"}, {"id": "x" * 400}, {"metadata": {"phone_number_id": "9" * 65}}]
    )
    def test_ids_that_no_column_takes_are_kept_and_answered(
        self, place: Marketplace, spoiled: whatsapp.Thing
    ) -> None:
        template = {"event": "A\0" + "x" * 500, "message_template_id": 1, "message_template_name": "n"}
        webhook = a_webhook(a_message(), **{key: spoiled[key] for key in spoiled if key == "metadata"})
        webhook["entry"][0]["id"] = spoiled.get("id", "1")
        webhook["entry"][0]["changes"].append({"field": "message_template_status_update", "value": template})

        assert post(body_of(webhook)) == 200
        work_off()

        assert ChannelEvent.objects.filter(kind="template").count() == 1

    def test_lease_of_a_dead_worker_ends(self, place: Marketplace) -> None:
        post(body_of(a_webhook(a_message())))
        ChannelEvent.objects.update(leased_until=clock.now())

        assert work_off() == 1

    def test_flood_is_put_off(self, place: Marketplace) -> None:
        comes(*(a_message(content={"body": str(number)}) for number in range(101)))

        assert [outcome for _, outcome, _ in outcomes()].count("posted") == 100
        assert ChannelEvent.objects.get(outcome="received").because == "pace"

    def test_flood_of_photos_is_put_off_before_they_are_fetched(self, place: Marketplace) -> None:
        comes(*(a_message(content={"body": str(number)}) for number in range(100)))

        with patch.object(taking, "fetch_all", side_effect=AssertionError("fetched")):
            comes(a_message("image", {"id": "media-1", "mime_type": "image/jpeg"}))

        assert ChannelEvent.objects.get(outcome="received").because == "pace"


class TestContents:
    def test_unknown_account_is_kept_and_told_apart(self, place: Marketplace) -> None:
        comes(a_message(), number="999")

        assert outcomes() == [("message", "unplaced", "unknown_account")]
        assert texts() == []

    @pytest.mark.parametrize(
        ("kind", "content", "shown"),
        [
            ("location", {"latitude": 48.8566, "longitude": 2.3522, "name": "Chez moi"},
             "Position envoyée\u202f: Chez moi, 48.85660, 2.35220"),
            ("contacts", [{"name": {"formatted_name": "Paul Exemple"}, "phones": [{"phone": "+33 6 00 00 00 00"}]}],
             "Fiche de contact envoyée\u202f: Paul Exemple, +33 6 00 00 00 00"),
            ("button", {"text": "Oui", "payload": "yes"}, "Oui"),
            ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Non"}}, "Non"),
            ("order", {"catalog_id": "1"},
             "(Un contenu que Recours ne sait pas lire. Il est conservé tel qu’il est arrivé.)"),
            ("unsupported", None,
             "(Un contenu que Recours ne sait pas lire. Il est conservé tel qu’il est arrivé.)"),
            ("hologram", {"depth": 3},
             "(Un contenu que Recours ne sait pas lire. Il est conservé tel qu’il est arrivé.)"),
            ("location", {"latitude": "here"},
             "(Un contenu que Recours ne sait pas lire. Il est conservé tel qu’il est arrivé.)"),
        ],
    )  # fmt: skip
    def test_each_kind_is_shown_as_words(
        self, place: Marketplace, kind: str, content: object, shown: str
    ) -> None:
        comes(a_message(kind, content))

        assert texts() == [shown]

    def test_reaction_is_noted_beside_its_message(self, place: Marketplace) -> None:
        message = a_message()
        comes(message)
        comes(a_message("reaction", {"message_id": message["id"], "emoji": "👍"}))

        assert outcomes()[1] == ("reaction", "noted", "")
        assert ChannelEvent.objects.get(kind="reaction").message == Message.objects.get()

    def test_reaction_to_a_message_never_received_changes_nothing(self, place: Marketplace) -> None:
        comes(a_message("reaction", {"message_id": "wamid.unknown", "emoji": "👍"}))

        assert outcomes() == [("reaction", "ignored", "message_unknown")]
        assert (texts(), Contact.objects.count()) == ([], 0)

    def test_deleted_message_stays_and_is_marked(self, place: Marketplace) -> None:
        message = a_message()
        comes(message)
        comes(a_message("revoke", {"original_message_id": message["id"]}))

        assert outcomes()[1] == ("deleted", "noted", "")
        assert texts() == ["Mon casque est arrivé cassé."]

    def test_deletion_before_its_message_waits_for_it(self, place: Marketplace) -> None:
        message = a_message()
        gone = a_message("revoke", {"original_message_id": message["id"]}, timestamp=at(PRESENT - MINUTE))
        post(body_of(a_webhook(gone, message)))

        work_off()

        waiting = ChannelEvent.objects.get(kind="deleted")
        assert (waiting.outcome, waiting.because) == ("received", "waits_for_message")

    def test_controls_and_turned_lines_are_taken_out(self, place: Marketplace) -> None:
        comes(a_message(content={"body": "a\u202eb\x00c\nd"}), name="Ca\u202emille\n<b>")

        assert texts() == ["abc\nd"]
        assert Contact.objects.get().name == "Camille <b>"


class TestPeople:
    def test_customer_without_a_number_is_known_by_the_lasting_id(self, place: Marketplace) -> None:
        hidden = a_message()
        del hidden["from"]
        webhook = a_webhook(hidden)
        webhook["entry"][0]["changes"][0]["value"]["contacts"] = [
            {"profile": {"username": "camille.n"}, "user_id": HER_ID}
        ]

        post(body_of(webhook))
        work_off()
        comes(a_message(content={"body": "deux"}))

        assert Contact.objects.count() == 1
        assert set(ChannelIdentity.objects.values_list("external_id", flat=True)) == {HER_ID, CAMILLE}

    def test_number_that_changed_hands_is_somebody_else(self, place: Marketplace) -> None:
        comes(a_message())
        other = a_message(content={"body": "Bonjour"}, from_user_id="FR.2")
        webhook = a_webhook(other, name="Paul")
        webhook["entry"][0]["changes"][0]["value"]["contacts"][0]["user_id"] = "FR.2"

        post(body_of(webhook))
        work_off()

        assert sorted(Contact.objects.values_list("name", flat=True)) == ["Camille", "Paul"]
        assert Conversation.objects.count() == 2
        assert ChannelIdentity.objects.get(external_id=CAMILLE).contact.name == "Paul"

    def test_after_a_month_it_is_another_matter(self, place: Marketplace) -> None:
        comes(a_message(timestamp=at(PRESENT - dt.timedelta(days=31))))
        comes(a_message(content={"body": "deux"}, timestamp=at(PRESENT - dt.timedelta(days=1))))
        comes(a_message(content={"body": "trois"}))

        assert Conversation.objects.count() == 2

    def test_desk_sees_who_writes_and_escapes_the_name(self, place: Marketplace, client: Client) -> None:
        comes(a_message(), name='<script>alert("x")</script>')
        client.force_login(an_agent(place))

        inbox = client.get(reverse("desk:messages")).content.decode()
        page = client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()

        for shown in (inbox, page):
            assert "<script>alert" not in shown
            assert "&lt;script&gt;alert" in shown
            assert "Mon casque est arrivé cassé." in shown
        assert "par WhatsApp" in page
