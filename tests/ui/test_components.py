"""Components, each rendered alone with what it documents."""

import re
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string

from recours import clock
from recours.rules.money import Money

pytestmark = pytest.mark.rules


def render(name: str, request: HttpRequest | None = None, **context: object) -> str:
    html = render_to_string(f"ui/components/{name}.html", context, request)
    return re.sub(r"[ \n]+", " ", html)


def text_of(html: str) -> str:
    # Not \s: the no-break spaces are part of what is said.
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def test_timeline_marks_the_current_step():
    html = render(
        "timeline",
        steps=[
            {"label": "Litige ouvert", "at": clock.now(), "state": "done"},
            {"label": "Réponse du vendeur", "state": "current", "note": "au plus tard"},
            {"label": "Décision", "state": "next"},
        ],
    )

    assert html.count('aria-current="step"') == 1
    assert re.search(r'<li class="current" aria-current="step">.*Réponse du vendeur', html)
    assert 'datetime="2026-11-20"' in html
    assert re.findall(r"\((?:fait|en cours|à venir)\)", html) == ["(fait)", "(en cours)", "(à venir)"]


@pytest.mark.parametrize(
    ("left", "word"),
    [
        (timedelta(days=4), ""),
        (timedelta(hours=30), "Bientôt"),
        (timedelta(hours=5), "Urgent"),
        (-timedelta(days=1), "dépassé"),
    ],
)
def test_deadline_says_in_words_what_its_colour_says(left: timedelta, word: str):
    html = render("deadline", due_at=clock.now() + left)

    assert word in text_of(html)
    assert ("Bientôt" in html or "Urgent" in html or "dépassé" in html) is bool(word)


def test_deadline_is_absolute_first():
    html = render("deadline", due_at=clock.now() + timedelta(days=4))

    assert text_of(html) == "mardi 24\u00a0novembre, 10\u00a0h\u00a000 dans 4 jours"


def test_status_explains_its_date_without_javascript():
    html = render(
        "status",
        turn="C’est au vendeur.",
        silence="Vous serez remboursé.",
        steps=["Litige ouvert", "+ 5 jours", "= mardi"],
    )

    assert "<details" in html
    assert '<span class="sign">+</span> <span>5 jours</span>' in html
    assert '<li class="end"><span class="sign">=</span> <span>mardi</span>' in html
    assert re.search(r"<button[^>]*data-copy hidden>", html), "the copy button waits for its script"


def test_closed_status_has_no_deadline():
    html = render("status", turn="Clos.", closed=True, due_at=clock.now())

    assert "data-relative" not in html


def test_offers_carry_the_csrf_token(rf):
    html = render(
        "offers",
        rf.get("/"),
        offers=[
            {
                "who": "Le vendeur propose",
                "amount": Money(2000, "EUR"),
                "actions": [{"label": "Accepter", "url": "/x/", "post": True, "hidden": {"offer": "3"}}],
            },
            {"who": "La plateforme propose"},
        ],
    )

    assert "csrfmiddlewaretoken" in html
    assert '<input type="hidden" name="offer" value="3">' in html
    assert "20,00\u00a0€" in html
    assert "Rien pour le moment." in html


def test_what_a_person_typed_is_escaped():
    html = render(
        "messages_thread", thread=[{"who": "<b>Camille</b>", "at": clock.now(), "text": "<script>x</script>"}]
    )

    assert "<script>" not in html
    assert "&lt;b&gt;Camille" in html


def test_internal_note_says_so_in_words():
    html = render(
        "messages_thread", thread=[{"who": "Léa", "at": clock.now(), "text": "Vu.", "internal": True}]
    )

    assert "Note interne, jamais visible des parties" in text_of(html)


def test_entitlements_name_their_columns_on_a_phone():
    html = render(
        "entitlements",
        country="France",
        rows=[
            {
                "what": "Retour",
                "policy": "10 jours",
                "law": "14 jours",
                "counts": "14 jours",
                "law_is_better": True,
            }
        ],
    )

    assert html.count("data-label=") == 3
    assert "La loi est plus favorable." in html
    assert "La loi (France)" in html


def test_pagination_is_absent_without_pages():
    assert render("pagination").strip() == ""
    assert 'rel="next"' in render("pagination", next_url="?after=x")


def test_count_of_zero_is_shown_in_tabs():
    html = render(
        "tabs",
        tabs=[
            {"label": "Échanges", "url": "#", "current": True, "count": 0},
            {"label": "Droits", "url": "#"},
        ],
    )

    assert html.count('class="count"') == 1
    assert html.count('aria-current="page"') == 1
