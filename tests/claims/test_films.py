"""A film is shown by its first picture, with its length, and fetched whole: no page plays it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.claims.stage import Stage
from tests.files import samples

from recours import clock
from recours.claims.commands.evidence import add_evidence, conversation_of
from recours.conversations.commands import send_message
from recours.conversations.presentation import film_length
from recours.files.commands import store_upload
from recours.files.models import StoredFile
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


def a_film() -> StoredFile:
    return store_upload(upload=SimpleUploadedFile("panne.mp4", samples.film()), by=None)


def read(user: User, page: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(page, follow=True).content.decode()


def test_film_is_shown_with_its_poster_its_length_and_a_download_on_every_side() -> None:
    stage = Stage()
    alice = stage.buyer.user
    assert alice is not None
    add_evidence(claim_id=stage.claim.pk, by=Actor(Role.BUYER, alice.pk), files=[a_film()])
    number = stage.claim.reference
    pages = {
        alice: f"/claims/{number}/",
        stage.bob: f"/seller/claims/{number}/",
        stage.charlie: f"/desk/claims/{number}/",
    }

    for user, page in pages.items():
        words = read(user, page)
        assert 'class="film"' in words
        assert "Film de 1 seconde" in words
        assert "télécharger le film" in words
        assert "<video" not in words


def test_film_in_a_message_too() -> None:
    stage = Stage()
    alice = stage.buyer.user
    assert alice is not None
    talk = conversation_of(stage.claim.pk, now=clock.now())
    by = Actor(Role.BUYER, alice.pk)
    send_message(conversation_id=talk, by=by, text="Voyez.", files=[a_film()], now=clock.now())

    for page in (f"/messages/{talk}/", f"/claims/{stage.claim.reference}/"):
        words = read(alice, page)
        assert 'class="film"' in words
        assert "Film de 1 seconde" in words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (1, "Film de 1 seconde"), (59, "Film de 59 secondes"), (61, "Film de 1 min 1 s")],
)
def test_length_is_said_as_people_do(seconds: int | None, said: str) -> None:
    assert film_length(StoredFile(seconds=seconds)) == said
