"""The letters an account sends, in the reader's language, each with the one link that matters: rows of the outbox."""

import pytest
from django.test import Client
from tests.outbox.mails import again
from tests.outbox.smtp import Delivery, Server

from recours.outbox.models import Mail
from recours.outbox.sending import send_due
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
def addresses_are_proven(settings: object) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # type: ignore[attr-defined]


def ask(occasion: str, language: str = "fr") -> Mail:
    if occasion in ("again", "reset"):
        User.objects.create_user(email=ALICE, password="un-mot-de-passe-long", name="Alice")
    Client(headers={"accept-language": language}).post(
        f"/account/{PATHS[occasion]}/", {"email": ALICE, "password1": "quarante-deux-lamas"}
    )
    return Mail.objects.get()


def letter(smtp: Server, occasion: str, language: str) -> Delivery:
    ask(occasion, language)
    send_due()
    [sent] = smtp.deliveries
    return sent


@pytest.mark.parametrize(("occasion", "language"), SENTENCES)
def test_letter_is_in_the_reader_s_language_and_has_its_link(
    smtp: Server, occasion: str, language: str
) -> None:
    sent = letter(smtp, occasion, language)

    assert sent.recipients == [ALICE]
    text, html = sent.part("plain"), sent.part("html")
    assert SENTENCES[occasion, language] in text
    [link] = [line for line in text.splitlines() if LINKS[occasion] in line]
    assert html.count(f'href="{link}"') == 1
    assert text.count({"fr": "Bonjour", "en": "Hello"}[language]) == 1
    assert sent.message["List-Unsubscribe"] is None
    assert sent.message["In-Reply-To"] is None


def test_visitor_does_not_wait_for_the_mail_server(smtp: Server) -> None:
    mail = ask("signup")

    assert (mail.state, mail.kind, mail.address) == (Mail.State.WAITING, Mail.ACCOUNT, ALICE)
    assert smtp.connections == 0


def test_link_that_lets_in_does_not_stay_in_the_database(smtp: Server) -> None:
    mail = ask("reset")
    assert LINKS["reset"] in str(mail.payload)

    send_due()

    row = again(mail)
    assert row.state == Mail.State.SENT
    assert (row.text, row.html, row.payload) == ("", "", {})
    assert row.subject


def test_link_does_not_stay_either_when_the_letter_is_refused(smtp: Server) -> None:
    smtp.rcpt_replies[ALICE] = "550 5.1.1 Unknown"
    mail = ask("reset")

    send_due()

    row = again(mail)
    assert row.state == Mail.State.FAILED
    assert (row.text, row.html, row.payload) == ("", "", {})
