"""The letters an account sends, in the reader's language, each with the one link that matters."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from recours.people.models import User

pytestmark = pytest.mark.django_db

ALICE = "alice@example.org"
SENTENCES = {
    ("signup", "fr"): "Si c’est bien vous, confirmez-la en ouvrant ce lien",
    ("signup", "en"): "If that was you, confirm it by opening this link:",
    ("again", "fr"): "Ce compte existe déjà.",
    ("again", "en"): "That account already exists.",
    ("reset", "fr"): "Pour le choisir, ouvrez ce lien",
    ("reset", "en"): "To choose it, open this link:",
    ("nobody", "fr"): "Aucun compte n’existe à cette adresse.",
    ("nobody", "en"): "There is no account at this address.",
}
PATHS = {"signup": "signup", "again": "signup", "reset": "password/reset", "nobody": "password/reset"}
LINKS = {
    "signup": "/account/confirm-email/",
    "again": "/account/password/reset/",
    "reset": "/account/password/reset/key/",
    "nobody": "/account/signup/",
}


@pytest.fixture(autouse=True)
def addresses_are_proven(settings: Any) -> None:
    cache.clear()  # a second letter to the same address within minutes is held back
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def letter(occasion: str, language: str) -> EmailMessage:
    if occasion in ("again", "reset"):
        User.objects.create_user(email=ALICE, password="un-mot-de-passe-long")
    Client(headers={"accept-language": language}).post(
        f"/account/{PATHS[occasion]}/", {"email": ALICE, "password1": "quarante-deux-lamas"}
    )
    [sent] = mail.outbox
    return sent


@pytest.mark.parametrize(("occasion", "language"), SENTENCES)
def test_letter_is_in_the_reader_s_language_and_has_its_link(occasion: str, language: str) -> None:
    sent = letter(occasion, language)

    assert sent.to == [ALICE]
    assert SENTENCES[occasion, language] in sent.body
    assert [line for line in sent.body.splitlines() if LINKS[occasion] in line] != []
    assert sent.body.splitlines()[0] == {"fr": "Bonjour,", "en": "Hello,"}[language]
