"""Sending a message: what it appends, everything that may be wrong with it, and the draft that is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.buyer.reading import plain
from tests.buyer.writing import a_conversation, autosave, page_of, send, sending, user_of
from tests.files.samples import picture

from recours import clock
from recours.conversations.commands import send_message
from recours.conversations.models import Message, MessageDraft
from recours.marketplaces.models import Buyer
from recours.rules.conversation import LIMITS

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Buyer:
    return factories.a_buyer(name="Alice Martin")


@pytest.fixture
def browser(client: Client, alice: Buyer) -> Client:
    client.force_login(user_of(alice))
    return client


def test_sending_appends_and_shows_it(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    photo = SimpleUploadedFile("arceau.jpg", picture(), "image/jpeg")

    response = send(browser, row, text="Voici\r\nla photo.", files_given=photo)

    message = Message.objects.latest("pk")
    assert response["Location"] == f"{page_of(row)}#m{message.pk}"
    assert message.text == "Voici\nla photo."
    stored = message.files.get()
    page = plain(browser.get(page_of(row)))
    file_url = reverse("buyer:message_file", args=[row.pk, stored.pk])
    assert f'href="{file_url}"' in page
    thumbnail = browser.get(f"{file_url}?variant=thumb")
    assert thumbnail["Content-Type"] == "image/webp"
    assert b"".join(thumbnail.streaming_content)
    copy = browser.get(file_url)
    assert b"".join(copy.streaming_content) != picture()


def test_same_form_sent_twice_is_one_message(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    form = sending(files_given=None)
    del form["files_given"]

    first, second = (browser.post(reverse("buyer:send_message", args=[row.pk]), form) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert Message.objects.filter(text="Voici la photo.").count() == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Écrivez quelques mots avant d'envoyer."),
        (" \n\t ", "Écrivez quelques mots avant d'envoyer."),
        ("a" * 200_000, "5000"),
        ("avec un \0 nul", ""),
    ],
)
def test_bad_text_is_refused_with_its_reason(browser: Client, alice: Buyer, text: str, why: str) -> None:
    row = a_conversation(factories.an_order(alice))

    response = send(browser, row, text=text)

    assert response.status_code == 422
    assert why.replace("5000", "5 000") in plain(response)
    assert Message.objects.count() == 1


def test_long_text_is_kept_as_a_draft(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))

    response = send(browser, row, text="é" * 6000)

    assert "é" * 6000 in response.content.decode()
    assert "é" * 6000 in browser.get(page_of(row)).content.decode()


def test_markup_is_shown_and_never_run(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))

    send(browser, row, text='<script>alert(1)</script><img src=x onerror="x">')

    page = browser.get(page_of(row)).content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert(1)" in page
    assert b"<img src=x" not in page


def test_too_fast_keeps_the_text(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    for number in range(LIMITS[0].count):
        send_message(
            conversation_id=row.pk, by=factories.the_buyer(alice.pk), text=f"n° {number}", now=clock.now()
        )

    response = send(browser, row, text="Encore un mot")

    assert response.status_code == 422
    assert "Attendez quelques minutes" in plain(response)
    assert "Encore un mot" in plain(response)
    assert MessageDraft.objects.get().answers == {"text": "Encore un mot"}


def test_bad_file_stops_the_message_and_keeps_the_text(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    good = SimpleUploadedFile("ok.jpg", picture(), "image/jpeg")
    bad = SimpleUploadedFile("virus.jpg", b"MZ\x90\x00", "image/jpeg")

    response = send(browser, row, files_given=[good, bad])

    assert response.status_code == 422
    assert "virus.jpg" in plain(response)
    assert "Voici la photo." in plain(response)
    assert Message.objects.count() == 1


def test_seven_files_are_one_too_many(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    files = [SimpleUploadedFile(f"{n}.jpg", picture(), "image/jpeg") for n in range(7)]

    response = send(browser, row, files_given=files)

    assert response.status_code == 422
    assert "le maximum de 6 fichiers est atteint" in plain(response)


@pytest.mark.parametrize("key", ["", "x", "0" * 500])
def test_a_key_that_was_tampered_with_does_not_matter(browser: Client, alice: Buyer, key: str) -> None:
    row = a_conversation(factories.an_order(alice))

    assert send(browser, row, key=key).status_code == 302


def test_sending_to_a_claims_conversation_goes_to_the_claim(browser: Client, alice: Buyer) -> None:
    order = factories.an_order(alice)
    row = a_conversation(order, due_in=-1, hours=100)
    factories.a_claim(order, conversation_id=row.pk)

    assert send(browser, row)["Location"] == page_of(row)
    assert Message.objects.count() == 1


# -- drafts ------------------------------------------------------------------------------------------------


def test_draft_is_kept_shown_and_gone_once_sent(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))

    assert plain(autosave(browser, row, text="Je voulais")).startswith("Enregistré à 10 h")
    assert "Je voulais" in plain(browser.get(page_of(row)))
    send(browser, row, text="Je voulais dire")
    assert not MessageDraft.objects.exists()


def test_draft_that_arrives_after_its_message_is_not_kept(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    key = str(uuid4())
    send(browser, row, text="Envoyé", key=key)

    autosave(browser, row, text="Envoyé", key=key)

    assert not MessageDraft.objects.exists()


def test_emptied_draft_is_forgotten(browser: Client, alice: Buyer) -> None:
    row = a_conversation(factories.an_order(alice))
    autosave(browser, row, text="Un \0 nul")
    assert MessageDraft.objects.get().answers == {"text": "Un  nul"}

    autosave(browser, row, text="")

    assert not MessageDraft.objects.exists()
