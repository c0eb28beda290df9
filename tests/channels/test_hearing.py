"""WhatsApp's webhooks: verified over raw bytes, kept once, answered, and worked off in order."""

from __future__ import annotations

import datetime as dt
from unittest.mock import patch
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import CAMILLE, HER_ID, a_message, a_webhook, body_of, comes, outcomes, post

from recours import clock
from recours.channels.commands import taking
from recours.channels.commands.working import TRIES, work_off
from recours.channels.models import ChannelEvent, ChannelIdentity
from recours.channels.queries import channels_of
from recours.conversations.commands.sending import first_words
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


class TestOrder:
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

    def test_flood_of_photos_is_put_off_before_they_are_fetched(self, place: Marketplace) -> None:
        comes(*(a_message(content={"body": str(number)}) for number in range(100)))

        with patch.object(taking, "fetch_all", side_effect=AssertionError("fetched")):
            comes(a_message("image", {"id": "media-1", "mime_type": "image/jpeg"}))

        assert ChannelEvent.objects.get(outcome="received").because == "pace"


class TestContents:
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


def test_first_words_name_a_conversation_that_has_no_title(place: Marketplace) -> None:
    comes(
        a_message(
            content={"body": "Bonjour, mon casque est arrivé cassé,\nl’arceau ne tient plus du tout."},
        )
    )
    comes(a_message(content={"body": "Voici une photo."}))

    row = Conversation.objects.get()
    assert row.subject == "Bonjour, mon casque est arrivé cassé, l’arceau ne tient…"
    assert channels_of([row.pk, uuid4()]) == {row.pk: "whatsapp"}


@pytest.mark.parametrize(("text", "title"), [("x" * 400, "x" * 60), ("?", "?"), (" Bonjour \n", "Bonjour")])
def test_first_words_of_texts_that_have_no_words_to_cut_between(text: str, title: str) -> None:
    assert first_words(text) == title
