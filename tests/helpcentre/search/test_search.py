"""Searching what a marketplace publishes, and keeping what found nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.helpcentre import stage

from recours import clock
from recours.helpcentre.commands import load_starting_set, note_nothing_found, publish, withdraw
from recours.helpcentre.commands.questions import MOST_QUESTIONS
from recours.helpcentre.commands.vocabulary import load_starting_synonyms, save_synonyms, synonyms_seen
from recours.helpcentre.models import NothingFound, Synonyms
from recours.helpcentre.queries import search as searching
from recours.helpcentre.queries.editing import synonyms_of
from recours.helpcentre.queries.search import Found, search
from recours.marketplaces.models import Marketplace

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


def found(place: Marketplace, text: str, language: str = "fr") -> Found:
    return search(marketplace_id=place.pk, language=language, text=text)


def slugs(place: Marketplace, text: str, language: str = "fr") -> list[str]:
    return [hit.slug for hit in found(place, text, language).hits]


@pytest.fixture
def place() -> Marketplace:
    place = factories.a_marketplace()
    stage.an_article(place)
    stage.an_article(place, **stage.TRACKING, keywords=("suivi de livraison",))
    return place


def test_a_misspelt_question_finds_its_article_and_says_what_was_read(place: Marketplace) -> None:
    answer = found(place, "g pa resu mon coli")
    hit = answer.hits[0]
    assert (hit.slug, hit.language, hit.title) == ("colis-non-recu", "fr", "Je n’ai jamais reçu mon colis")
    assert answer.corrected == "j’ai pas reçu mon coli"
    assert not answer.is_nothing
    assert all(isinstance(piece, str) and isinstance(is_match, bool) for piece, is_match in hit.passage)


def test_only_what_is_published_here_and_now_is_found(place: Marketplace) -> None:
    other = factories.a_marketplace()
    stage.an_article(other, slug="ailleurs", title="Une trottinette ailleurs")
    draft = stage.a_draft(place, slug="brouillon", title="Une trottinette à venir")
    assert slugs(place, "trottinette") == []
    publish(article_id=draft.pk, language="fr", now=clock.now())
    assert slugs(place, "trottinette") == ["brouillon"]
    stage.again(draft, title="Un vélo à venir")
    publish(article_id=draft.pk, language="fr", now=clock.now())
    assert slugs(place, "trottinette") == []
    assert slugs(place, "vélo") == ["brouillon"]
    withdraw(article_id=draft.pk, language="fr", now=clock.now())
    assert slugs(place, "vélo") == []


def test_synonyms_work_as_soon_as_they_are_saved(place: Marketplace) -> None:
    assert slugs(place, "bourriche") == []
    seen = synonyms_seen(synonyms_of(place.pk, "fr"))
    save_synonyms(marketplace_id=place.pk, language="fr", words={"colis": ("bourriche",)}, seen=seen)
    assert "colis-non-recu" in slugs(place, "ma bourriche")


def test_a_language_without_articles_is_answered_in_french(place: Marketplace) -> None:
    assert slugs(place, "colis", "en")[0] in {"colis-non-recu", "suivre-mon-colis"}
    stage.an_article(
        place, slug="english", language="en", title="Where is my parcel?", keywords=("tracking",)
    )
    assert slugs(place, "parcel", "en") == ["english"]


@pytest.mark.parametrize("text", ["", " ", "\0", "!?", "😀"])
def test_what_is_no_question_is_not_answered(place: Marketplace, text: str) -> None:
    assert found(place, text) == Found()


@pytest.mark.parametrize("text", ["أين طردي؟", "zzxxyyqq", "x" * 4_000, "\ud800colix\0zzz"])
def test_what_nothing_answers_is_told(place: Marketplace, text: str) -> None:
    assert found(place, text) in (Found(is_nothing=True), Found(hits=found(place, text).hits))


def test_a_question_costs_two_statements_once_the_articles_are_known(
    place: Marketplace,
    django_assert_num_queries: Callable[[int], AbstractContextManager[CaptureQueriesContext]],
) -> None:
    found(place, "colis")
    with django_assert_num_queries(2):
        found(place, "coli perdu")


def test_an_edit_reads_the_edited_article_alone(place: Marketplace) -> None:
    load_starting_set(place.pk, clock.now())
    found(place, "colis")
    draft = stage.a_draft(place, slug="brouillon", title="Une trottinette à venir")
    publish(article_id=draft.pk, language="fr", now=clock.now())
    with CaptureQueriesContext(connection) as captured:
        assert slugs(place, "trottinette")[0] == "brouillon"
    (read,) = [query["sql"] for query in captured if '"keywords"' in query["sql"]]
    assert read.count("IN (") == 1
    assert "," not in read.split("IN (")[1].split(")")[0]


def test_a_process_keeps_the_places_that_are_asked(
    place: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_ENGINES", 2)
    for _ in range(3):
        found(factories.a_marketplace(), "colis")
    assert len(searching._kept) == 2
    assert slugs(place, "colis perdu")[0] == "colis-non-recu"


def test_a_new_marketplace_begins_with_synonyms_and_keeps_its_own() -> None:
    place = factories.a_marketplace()
    Synonyms.objects.create(marketplace=place, language="en", word="parcel", others=["thing"])
    made = load_starting_synonyms(place.pk)
    assert made == Synonyms.objects.filter(marketplace=place, language="fr").count() > 100
    assert Synonyms.objects.filter(marketplace=place, language="en").count() == 1
    assert load_starting_synonyms(place.pk) == 0


# -- What found nothing --------------------------------------------------------------------------------------------


def note(place: Marketplace, text: str, on: dt.date = TODAY) -> str:
    return note_nothing_found(marketplace_id=place.pk, language="fr", text=text, on=on)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Une recette de crêpes ?", "recette crepes"),
        ("Bonjour, je suis Alice Durand, trottinette pliée", "trottinette"),
        ("alice.durand@example.org piscine", "piscine"),
        ("commande B-123456789 piscine", "piscine"),
        ("06 12 34 56 78 0612345678", ""),
        ("https://example.org/canape canapé", "canape"),
        ("12 rue des Lilas, 75011 Paris, Mme Lefèvre", "rue"),
        ("Kévin Martin", ""),
    ],
)
def test_what_is_kept_of_a_question_names_nobody(place: Marketplace, text: str, kept: str) -> None:
    words = note(place, text).replace("commande ", "")
    assert set(kept.split()) <= set(words.split())
    for secret in (
        "alice",
        "durand",
        "kevin",
        "martin",
        "lefevre",
        "lilas",
        "example",
        "org",
        "paris",
        "https",
    ):
        assert secret not in words.split()
    assert not any(char.isdigit() for char in words)
    assert len(words) <= 120
    assert len(words.split()) <= 8


def test_questions_of_the_same_words_are_counted_together(place: Marketplace) -> None:
    note(place, "Une piscine gonflable ?", on=TODAY - dt.timedelta(days=1))
    note(place, "PISCINE, svp")
    note(place, "piscine", on=TODAY - dt.timedelta(days=3))
    row = NothingFound.objects.get()
    assert (row.words, row.count, row.last_on, row.language) == ("piscine", 3, TODAY, "fr")


def test_a_question_without_a_word_to_keep_is_not_kept(place: Marketplace) -> None:
    assert note(place, "أين طردي؟ Xqzt 123456") == ""
    assert not NothingFound.objects.exists()


def test_there_is_an_end_to_what_is_kept(place: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recours.helpcentre.commands.questions.MOST_QUESTIONS", 1)
    for text in ("piscine", "canapé", "piscine"):
        note(place, text)
    assert [(row.words, row.count) for row in NothingFound.objects.all()] == [("piscine", 2)]
    assert MOST_QUESTIONS > 1
