"""Somebody who bought elsewhere, on a phone: from what happened to the letter and the calendar, without an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser
from tests.journeys.visitor import PHONE, PHOTO, Visitor
from tests.papers import pages, words

TODAY = dt.datetime.now(dt.UTC).date()


def ago(days: int) -> str:
    return (TODAY - dt.timedelta(days=days)).isoformat()


@pytest.fixture
def stranger(browser: Browser, site: str) -> Iterator[Visitor]:
    """Nobody that the site knows."""
    with Visitor(browser, site, viewport=PHONE) as visitor:
        yield visitor


STORIES = {
    "lost": (
        {"trouble": "lost", "ordered_on": ago(60), "wanted": "refund", "story": "Rien n’est arrivé."},
        "Mise en demeure de livrer",
    ),
    "damaged": (
        {
            "trouble": "damaged",
            "ordered_on": ago(20),
            "delivered_on": ago(8),
            "wanted": "replacement",
            "story": "L’arceau est cassé net.",
        },
        "L217-3",
    ),
    "change_of_mind": (
        {"trouble": "change_of_mind", "ordered_on": ago(20), "delivered_on": ago(5), "story": ""},
        "Rétractation",
    ),
    "refund_late": (
        {
            "trouble": "refund_late",
            "refund_of": "withdrawal",
            "ordered_on": ago(80),
            "delivered_on": ago(70),
            "claimed_on": ago(60),
            "sent_back_on": ago(59),
            "on_seller": ago(30),
            "story": "",
        },
        "L242-4",
    ),
    "charged_twice": (
        {"trouble": "charged_twice", "paid_on": ago(10), "story": "Deux débits de la même somme."},
        "L133-24",
    ),
}
"""The five of the guide: what is answered, and what the letter must say."""


@pytest.mark.parametrize("name", list(STORIES))
def test_a_trouble_leads_to_its_result_its_letter_and_its_dates(
    stranger: Visitor, name: str, tmp_path: Path
) -> None:
    said, printed = STORIES[name]
    answer(stranger, said | {"order_number": "8150-77", "product": "Casque Nova", "amount": "89,90"})
    stranger.sees("À faire maintenant")
    stranger.sees("prêts à envoyer")

    with stranger.page.expect_download() as calendar:
        stranger.page.get_by_role("button", name="Mettre dans mon agenda (.ics)").click()
    calendar.value.save_as(tmp_path / "dates.ics")
    assert Calendar.from_ical((tmp_path / "dates.ics").read_bytes()).walk("VEVENT")

    made = letter_of(stranger, tmp_path, is_bank=name == "charged_twice")
    assert printed in words(made)
    assert [page.partition(" – ")[0] for page in pages(made)[1:]] == ["Pièce n° 1"]


def test_the_guide_works_without_scripts_to_the_letter_with_its_exhibit(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    said, printed = STORIES["damaged"]
    with Visitor(browser, site, viewport=PHONE, java_script_enabled=False) as stranger:
        answer(stranger, said | {"order_number": "8150-77", "product": "Casque Nova", "amount": "89,90"})
        stranger.page.get_by_role("link", name="La lettre").click()
        assert stranger.page.url.endswith("#letter")
        stranger.page.get_by_text("Comparer les conditions et la loi").click()
        stranger.sees("Ce qui compte pour vous")

        made = letter_of(stranger, tmp_path)

    assert printed in words(made)
    assert len(pages(made)) == 2


def letter_of(visitor: Visitor, folder: Path, *, is_bank: bool = False) -> bytes:
    """Write the letter, look at it, add a photo, and take the PDF."""
    presses(visitor, "Préparer la lettre")
    visitor.fills("name", "Alice Martin")
    visitor.fills("street", "3 rue des Lilas\n69003 Lyon")
    visitor.fills("place", "Lyon")
    visitor.fills("enclosures", "Photo")
    if is_bank:
        visitor.fills("addressee", "Banque Exemple\n1 rue du Port\n69002 Lyon")
    presses(visitor, "Vérifier avant d’imprimer")
    visitor.sees("69003 LYON")
    visitor.page.set_input_files("[name=exhibit-1]", [PHOTO])
    with visitor.page.expect_download() as letter:
        visitor.page.get_by_role("button", name="Télécharger la lettre (PDF)").click()
    letter.value.save_as(folder / "lettre.pdf")
    return (folder / "lettre.pdf").read_bytes()


def test_the_browsers_own_back_and_the_language_lose_nothing(stranger: Visitor) -> None:
    begin(stranger)
    stranger.chooses("trouble", "lost")
    presses(stranger, "Continuer")
    stranger.fills("ordered_on", ago(60))
    presses(stranger, "Continuer")

    stranger.page.go_back()
    assert stranger.page.locator("[name=ordered_on]").input_value() == ago(60)

    stranger.page.get_by_role("button", name="English").click()
    stranger.sees("When was it?")
    assert stranger.page.locator("[name=ordered_on]").input_value() == ago(60)
    # Enter goes on, and does not press the language that stands before it in the page.
    stranger.page.locator("[name=ordered_on]").press("Enter")
    stranger.sees("Which purchase?")


def begin(visitor: Visitor) -> None:
    visitor.goes("/guide/")
    presses(visitor, "Commencer")


def answer(visitor: Visitor, said: dict[str, str]) -> None:
    """Answer every question, whichever are asked."""
    begin(visitor)
    for _ in range(8):
        form = visitor.page.locator("main form")
        if form.locator("[name=at]").input_value() == "result":
            return
        for name, value in said.items():
            field = form.locator(f"[name={name}]")
            if field.count() == 0:
                continue
            if field.first.get_attribute("type") == "radio":
                visitor.chooses(name, value)
            else:
                visitor.fills(name, value)
        presses(visitor, "Continuer")
    raise AssertionError(visitor.page.title())


JUDGED: set[tuple[str, str]] = set()
"""What axe has judged, by title: every page of the guide has one address. The result is another for each trouble."""


def presses(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()
    visitor.page.wait_for_load_state()
    title = visitor.page.title()
    way = visitor.page.locator("h1 + p").all_inner_texts()
    if (title, "".join(way)) not in JUDGED:
        JUDGED.add((title, "".join(way)))
        visitor.asked.discard(visitor.page.url)
    visitor.look()
