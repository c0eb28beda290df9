"""The letter: what is asked, what is shown before it is printed, and the PDF."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.guide.walking import DAMAGED, Walker
from tests.papers import words

pytestmark = pytest.mark.django_db

ALICE: dict[str, Any] = {
    "kind": "conformity",
    "name": "Alice Martin",
    "street": "3 rue des Lilas\n69003 Lyon",
    "place": "Lyon",
    "addressee": "Aliexpress Alibaba France\n6 rue Menars\n75002 Paris",
    "enclosures": "Confirmation de commande\nDeux photos",
}


@pytest.fixture
def walker(client: Client) -> Walker:
    """Somebody whose headset came broken, at the page of the letter."""
    made = Walker(client)
    made.answers(DAMAGED)
    made.sends("/guide/letter/")
    assert made.at == "letter"
    return made


def test_the_letter_says_what_the_guide_was_told(walker: Walker) -> None:
    walker.sends("/guide/letter/", go="preview", **ALICE)
    assert "69003 LYON" in walker.text

    walker.sends("/guide/letter.pdf", **ALICE)

    assert walker.page.headers["Content-Type"] == "application/pdf"
    assert walker.page.headers["Cache-Control"] == "private, no-store"
    printed = words(walker.page.content)
    for said in ("Casque Nova", "8150-77", "L’arceau est cassé net.", "75002 PARIS", "Deux photos", "L217-3"):
        assert said in printed


def test_the_page_names_the_source_of_the_address(walker: Walker) -> None:
    assert "75002 Paris" in walker.text
    assert "vérifiez-la avant d’envoyer" in walker.text


def test_what_is_shortened_and_what_is_untried_is_shown_before(walker: Walker) -> None:
    long = "Résidence des Acacias Bâtiment Général Leclerc\n3 rue des Lilas\n69003 Lyon"

    walker.sends("/guide/letter/", go="preview", **ALICE | {"street": long})

    assert "sera imprimé" in walker.text
    assert "l’ouverture d’un litige" in walker.text
    assert "quand même" in walker.text


@pytest.mark.parametrize(
    ("street", "said"),
    [
        ("\n".join(f"ligne {n}" for n in range(7)) + "\n69003 Lyon", "9 lignes"),
        ("3 rue des Lilas\nLyon", "code postal"),
        ("x" * 60 + "\n69003 Lyon", "38 au plus"),
    ],
)
def test_an_address_that_no_envelope_takes_is_refused_and_kept(
    walker: Walker, street: str, said: str
) -> None:
    walker.sends("/guide/letter/", go="preview", **ALICE | {"street": street})

    assert walker.page.status_code == 422
    assert said in walker.text
    assert street in walker.text
    assert "Deux photos" in walker.text


@pytest.mark.parametrize("name", ["张伟", "محمد الأمين", "Zoë 🎧 Müller"])
def test_names_of_any_script_print(walker: Walker, name: str) -> None:
    walker.sends("/guide/letter.pdf", **ALICE | {"name": name})

    assert walker.page.headers["Content-Type"] == "application/pdf"


def test_markup_stays_text_in_the_letter(walker: Walker) -> None:
    typed = '#eval("1") \\input{x} <b>$x$</b>'

    walker.sends("/guide/letter.pdf", **ALICE | {"name": typed, "enclosures": typed})

    assert '#eval("1")' in words(walker.page.content)


def test_a_profile_without_address_asks_for_one(client: Client) -> None:
    walker = Walker(client, "grandbazar_exemple")
    walker.answers(DAMAGED)

    walker.sends("/guide/letter/")

    assert "Nous ne connaissons pas d’adresse postale" in walker.text
    walker.sends("/guide/letter/", go="preview", **ALICE | {"addressee": ""})
    assert walker.page.status_code == 422


def test_a_letter_that_wants_an_answer_leads_to_its_question(client: Client) -> None:
    walker = Walker(client)
    walker.answers(
        DAMAGED
        | {
            "trouble": {"trouble": "lost"},
            "days": {"ordered_on": "2026-09-01"},
            "story": {"story": ""},
        }
    )
    walker.sends("/guide/letter/")

    walker.sends("/guide/letter/", go="preview", **ALICE | {"kind": "complaint"})

    assert walker.page.status_code == 422
    assert 'value="change:story"' in walker.text
    walker.sends(go="change:story")
    walker.sends(story="Le colis n’est jamais arrivé.")
    assert walker.at == "result"
    # What was typed for the letter is still there.
    walker.sends("/guide/letter/")
    assert "Alice Martin" in walker.text


def test_a_swindle_has_no_letter(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED | {"trouble": {"trouble": "fraud"}, "days": {"paid_on": "2026-11-02"}})

    walker.sends("/guide/letter.pdf", **ALICE)

    assert walker.at == "result"
    assert "Préparer la lettre" not in walker.text
