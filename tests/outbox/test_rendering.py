"""What a mail looks like, and that nobody's words become anything but words in it."""

import re
from html.parser import HTMLParser

import pytest
from tests import factories
from tests.outbox.mails import a_mail
from tests.security.test_sec_markup import PAYLOADS

from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.outbox.rendering import word

pytestmark = pytest.mark.django_db


class Loaded(HTMLParser):
    """Everything in a mail that a program could run, load or follow."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "base", "form", "input", "img", "link", "svg"}:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "srcdoc", "srcset", "background"}:
                self.bad.append(f"{tag} {name}={value}")
            if name == "http-equiv" or (name == "style" and "url(" in (value or "")):
                self.bad.append(f"{tag} {name}={value}")
            if name == "href":
                self.links.append(value or "")


def worded(content: MailContent, **fields: object) -> Mail:
    mail = a_mail(**fields)  # type: ignore[arg-type]
    word(mail, content)
    return mail


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_05_words_in_any_place_of_a_mail_stay_words(payload: str) -> None:
    place = factories.a_marketplace(name=payload[:100])
    content = MailContent(
        subject=payload,
        heading=payload,
        paragraphs=(payload, payload),
        quote=payload,
        quoted_from=payload,
        facts=((payload, payload),),
        turn=payload,
        silence=payload,
        button_label=payload,
        button_path="/claims/1/",
        why=payload,
    )

    mail = worded(content, name=payload[:100], marketplace=place)

    found = Loaded(mail.html)
    assert found.bad == []
    assert {re.sub(r"^http://localhost:8000", "", link) for link in found.links} == {"/claims/1/"}
    assert payload in mail.text
    assert not re.search(r"[\x00-\x1f\u202e]", mail.subject)


def test_nothing_is_loaded_and_there_is_one_button() -> None:
    content = MailContent(subject="s", heading="h", button_label="Voir", button_path="/claims/1/")

    mail = worded(content)

    found = Loaded(mail.html)
    assert (found.bad, found.links) == ([], ["http://localhost:8000/claims/1/"])


def test_what_is_absent_leaves_no_trace() -> None:
    mail = worded(MailContent(subject="s", heading="Bonne nouvelle"))

    assert "\n\n\n" not in mail.text
    assert mail.text.startswith("Bonne nouvelle\n\nBonjour,\n\n-- \n")
    assert 'class="m-button"' not in mail.html
    assert 'class="m-quote' not in mail.html


def test_text_reads_in_the_order_of_what_matters() -> None:
    content = MailContent(
        subject="s",
        heading="Le vendeur vous fait une proposition",
        turn="C’est à vous de répondre, jusqu’au mardi 24 novembre.",
        silence="Sans réponse, la demande va à la plateforme.",
        paragraphs=("Il propose 50 €.",),
        quote="Voilà.\n\nBien à vous",
        quoted_from="Au Bon Fil :",
        facts=(("Dossier", "L-1"),),
        button_label="Répondre",
        button_path="/claims/L-1/",
    )

    text = worded(content, kind="offer").text

    assert text.split("-- ")[0] == (
        "Le vendeur vous fait une proposition\n\n"
        "Bonjour,\n\n"
        "C’est à vous de répondre, jusqu’au mardi 24 novembre.\n"
        "Sans réponse, la demande va à la plateforme.\n\n"
        "Il propose 50 €.\n\n"
        "Au Bon Fil :\n"
        "| Voilà.\n| \n| Bien à vous\n\n"
        "Dossier\u00a0: L-1\n\n"
        "Répondre\u00a0:\nhttp://localhost:8000/claims/L-1/\n\n"
    )


def test_reader_with_an_account_is_led_to_the_choice_of_mails() -> None:
    user = factories.a_user()
    content = MailContent(subject="s", heading="h")

    assert "http://localhost:8000/notices/mails/" in worded(content, user=user).text
    assert "/notices/mails/" not in worded(content).text
    assert "/notices/mails/" not in worded(content, user=user, kind="ruling", protects=True).text


def test_mail_without_any_title_bears_the_site_s_name() -> None:
    place = factories.a_marketplace(name="Belle")
    assert worded(MailContent(subject="\r\n", heading=""), marketplace=place).subject == "Belle"


@pytest.mark.parametrize(
    "quote",
    ["a\r\nb", "a\rb", "a\nb", "\x07a\nb\x1b", "\n\na\nb\n\n"],
    ids=["crlf", "cr", "lf", "bell", "blank"],
)
def test_line_ends_and_control_signs_of_a_quote_are_put_right(quote: str) -> None:
    mail = worded(MailContent(subject="s", heading="h", quote=quote))

    assert "| a\n| b\n" in mail.text
    assert "a<br>b</td>" in mail.html
