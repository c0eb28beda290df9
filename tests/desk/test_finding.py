"""The search box of the desk: by name, by words, and never what belongs to others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_buyer, a_claim, a_shop, an_order

from recours import clock
from recours.claims.commands.evidence import write_message, write_note
from recours.claims.models import Claim
from recours.desk import finding
from recours.desk.finding import excerpt
from recours.people.commands import appoint_to_desk
from recours.people.models import DeskRole

pytestmark = pytest.mark.django_db

SEARCH_QUERIES = 9


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def found(browser: Client, text: str) -> dict[str, str]:
    rows = browser.get("/desk/", {"q": text}).context["rows"]
    return {row.reference: row.found for row in rows}


@pytest.fixture
def three(bench: Bench) -> dict[str, Claim]:
    """Three claims: one explained, one talked about, one noted."""
    helene = a_buyer(bench.place, email="helene@example.org", name="Hélène Œillet")
    other = a_shop(bench.place, name="Lumière & Fils")
    explained = a_claim(an_order(helene, bench.shop), explanation="L’écran est fêlé dès l’ouverture.")
    talked = a_claim(an_order(bench.alice, bench.shop), explanation="Voir nos messages.")
    write_message(claim_id=talked.pk, by=bench.buyer, text="Les charnières grinçaient déjà.")
    noted = a_claim(an_order(bench.alice, other), explanation="Rien à ajouter.")
    write_note(claim_id=noted.pk, by=bench.agent(bench.charlie), text="Troisième lampe grillée du même lot.")
    return {"explained": explained, "talked": talked, "noted": noted}


@pytest.mark.parametrize(
    ("text", "which", "where"),
    [
        ("écran fêlé", "explained", "Dossier"),
        ("ecrans feles", "explained", "Dossier"),
        ("l'ecran", "explained", "Dossier"),
        ("charniere grincer", "talked", "Message"),
        ("lampes grillées", "noted", "Note interne"),
        ("helene oei", "explained", "Acheteur"),
        ("HELENE@example.org", "explained", "Acheteur"),
        ("lumiere", "noted", "Boutique"),
    ],
)
def test_search_finds_words_and_names_without_accents(
    three: dict[str, Claim], desk: Client, text: str, which: str, where: str
) -> None:
    hits = found(desk, text)

    assert list(hits) == [three[which].reference]
    assert hits[three[which].reference].startswith(where)


def test_the_words_found_are_shown(three: dict[str, Claim], desk: Client) -> None:
    assert found(desk, "grinçaient")[three["talked"].reference].endswith("Les charnières grinçaient déjà.")


def test_other_desks_and_parties_find_nothing(three: dict[str, Claim], bench: Bench) -> None:
    other = a_bench()
    appoint_to_desk(user=bench.bob, marketplace_id=bench.place.pk, role=DeskRole.AGENT)

    assert found(signed_in(other.charlie), "fêlé") == {}
    assert found(signed_in(other.charlie), "helene") == {}
    assert found(signed_in(bench.bob), "fêlé") == {}
    assert list(found(signed_in(bench.bob), "grillée")) == [three["noted"].reference]


def test_a_common_word_is_found_in_part(bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    for _ in range(3):
        bench.dispute()

    page = desk.get("/desk/", {"q": "arceau"})

    assert len(page.context["rows"]) == 2
    assert "ajoutez un mot pour préciser" in page.content.decode()


def test_of_what_every_claim_says_the_latest_are_found(
    bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    monkeypatch.setattr(finding, "FEW", 2)
    monkeypatch.setattr(finding, "MOST_FOUND", 1)  # what an index of words gives, in no order
    for _ in range(5):
        bench.dispute()

    latest = Claim.objects.order_by("-opened_at", "-id").values_list("reference", flat=True)[:2]
    assert list(found(desk, "arceau")) == list(latest)


def test_what_only_an_old_claim_says_is_found(
    three: dict[str, Claim], desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FEW", 1)
    Claim.objects.filter(pk=three["explained"].pk).update(opened_at=clock.now() - dt.timedelta(days=1))

    assert list(found(desk, "écran fêlé")) == [three["explained"].reference]


@pytest.mark.parametrize(
    "text", ["' & | ! :*", "le la du", '"', "-", "a" * 5000, "\x00\x00", "& ", "(((", "écran -fêlé", "<b>"]
)
def test_odd_searches_find_nothing_and_break_nothing(
    three: dict[str, Claim], desk: Client, text: str
) -> None:
    page = desk.get("/desk/", {"q": text})

    assert page.status_code == 200
    assert page.context.get("rows") == [] or not text.strip("\x00")


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_with_more_found(
    bench: Bench, desk: Client, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        bench.dispute()

    with django_assert_num_queries(SEARCH_QUERIES):
        desk.get("/desk/", {"q": "arceau"})


@pytest.mark.parametrize(
    ("said", "wanted", "expected"),
    [
        ("L'arceau est cassé.", "casse", "L'arceau est cassé."),
        (f"{'mot ' * 60}cassé net", "cassée", f"… {'mot ' * 12}cassé net"),
        (f"{'x' * 200}", "zzz", f"{'x' * 140} …"),
        ("", "zzz", ""),
    ],
)
def test_an_excerpt_begins_before_the_words(said: str, wanted: str, expected: str) -> None:
    assert excerpt(said, wanted) == expected
