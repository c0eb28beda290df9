"""The demo's mailbox: what would have left is shown, framed, and answered from "another program"."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings
from tests.channels.stage import Stage

from recours.conversations.commands import send_message
from recours.demo import mailbox
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(demo: Settings) -> Stage:
    demo.EMAIL_BACKEND = "recours.demo.mailbox.EmailBackend"
    stage = Stage()
    by = Actor(Role.SELLER, stage.bob.pk)
    send_message(conversation_id=stage.conversation.pk, by=by, text="Une photo ?", now=stage.now)
    return stage


def letter(stage: Stage) -> mailbox.Kept:
    Client().get("/demo/mailbox/")
    [mail] = mailbox.all_mail(recipient=stage.alice.email)
    return mail


def test_mails_are_listed_for_one_person_or_all(stage: Stage) -> None:
    everything = Client().get("/demo/mailbox/")
    nobodys = Client().get("/demo/mailbox/?to=personne@example.org")

    assert stage.alice.email in everything.context["recipients"]
    assert nobodys.context["mails"] == []


def test_letter_shows_its_parts_and_frames_its_html(stage: Stage) -> None:
    mail = letter(stage)

    page = Client().get(f"/demo/mailbox/{mail.number}/").content.decode()
    framed = Client().get(f"/demo/mailbox/{mail.number}/html/")

    assert "Message-ID" in page
    assert "Une photo ?" in page
    assert f'src="/demo/mailbox/{mail.number}/html/"' in page
    assert framed["Content-Security-Policy"].startswith("sandbox ")
    assert "script" not in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


def test_answer_becomes_a_message(stage: Stage) -> None:
    mail = letter(stage)
    typed = {"sender": stage.alice.email, "text": "La voici."}

    response = Client().post(f"/demo/mailbox/{mail.number}/", typed, follow=True)

    assert stage.messages() == ["La voici."]
    assert "devenu un message" in response.content.decode()


def test_answer_of_somebody_else_waits(stage: Stage) -> None:
    mail = letter(stage)
    typed = {"sender": "mallory@example.org", "text": "J’accepte."}

    Client().post(f"/demo/mailbox/{mail.number}/", typed)

    assert stage.messages() == []


def test_attachment_is_judged_like_evidence(stage: Stage) -> None:
    mail = letter(stage)
    file = SimpleUploadedFile("photos.zip", b"PK\x03\x04")

    Client().post(
        f"/demo/mailbox/{mail.number}/",
        {"sender": stage.alice.email, "text": "Voici.", "attachment": file},
    )

    [said] = stage.messages()
    assert said.endswith("photos.zip]")


@pytest.mark.parametrize("number", ["../../etc/passwd", "1", "0" * 20 + "-zzzzzzzz", "0" * 20 + "-abcdef01"])
def test_number_of_no_mail_is_not_found(stage: Stage, number: str) -> None:
    assert mailbox.read(number) is None
    assert Client().get(f"/demo/mailbox/{number}/").status_code == 404


def test_empty_answer_comes_back_with_its_error(stage: Stage) -> None:
    mail = letter(stage)

    response = Client().post(f"/demo/mailbox/{mail.number}/", {"sender": "nobody", "text": ""})

    assert response.status_code == 422
