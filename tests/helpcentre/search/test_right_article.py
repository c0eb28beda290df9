"""The article that a question is about comes first, on the starting set: how often, on three sets of questions.

`tuning.toml` is what search was tuned on, with its synonyms. `held_out.toml` was written apart and nothing is tuned on
it, but its total was looked at while the engine and its data grew. `fresh.toml` was written last and asked once: its
figure is the one that says what readers get.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from uuid import UUID

import pytest
from tests import factories

from recours import clock
from recours.helpcentre.commands import load_starting_set
from recours.helpcentre.finding.thesaurus import starting_groups
from recours.helpcentre.models import Article, PublishedText
from recours.helpcentre.queries.search import _fresh, search

HERE = Path(__file__).parent
LEAST = 0.90
"""Of the fresh ones 350 of 387 come first (90.4 %), of those held out 189 of 199. Before search is changed again, have
somebody write another set, and hold that one apart."""


def questions(name: str) -> list[tuple[str, str, list[str]]]:
    rows = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["query"]
    return [(row["text"], row["language"], row["expect"]) for row in rows]


def misses(place: UUID, asked: list[tuple[str, str, list[str]]]) -> list[str]:
    """Return the questions whose first answer is none of those expected, each with what came instead."""
    found = []
    for text, language, expected in asked:
        hits = search(marketplace_id=place, language=language, text=text, limit=3).hits
        if not hits or hits[0].slug not in expected:
            found.append(
                f"{text!r} : {', '.join(hit.slug for hit in hits)} instead of {' or '.join(expected)}"
            )
    return found


@pytest.fixture
def place() -> UUID:
    marketplace = factories.a_marketplace()
    load_starting_set(marketplace.pk, clock.now())
    return marketplace.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "least", "fewest"),
    [("tuning.toml", 0.95, 150), ("held_out.toml", LEAST, 150), ("fresh.toml", LEAST, 150)],
)
def test_the_right_article_comes_first(place: UUID, name: str, least: float, fewest: int) -> None:
    asked = questions(name)
    assert len(asked) >= fewest
    wrong = misses(place, asked)
    share = 1 - len(wrong) / len(asked)
    assert share >= least, f"{share:.1%} of {len(asked)}\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_the_tuning_set_asks_for_every_article(place: UUID) -> None:
    slugs = set(Article.objects.filter(marketplace_id=place).values_list("slug", flat=True))
    expected = {slug for _, _, each in questions("tuning.toml") for slug in each}
    assert expected <= slugs
    assert slugs <= expected


@pytest.mark.parametrize("name", ["held_out.toml", "fresh.toml"])
def test_a_set_held_apart_shares_no_question_with_what_search_learned_from(name: str) -> None:
    held_out = {(text.casefold(), language) for text, language, _ in questions(name)}
    tuning = {(text.casefold(), language) for text, language, _ in questions("tuning.toml")}
    groups = {lang: starting_groups(lang).values() for lang in ("fr", "en")}
    said = {(each, lang) for lang, each_said in groups.items() for others in each_said for each in others}
    common = len(held_out & (tuning | said))
    assert common == 0


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_article_is_lent_what_readers_say(place: UUID, language: str) -> None:
    """The first member of a group of synonyms is how it finds its article: a title or keyword changed may lose it."""
    search(marketplace_id=place, language=language, text="colis")
    index = _fresh(place, language).index
    without = [
        PublishedText.objects.get(pk=entry.key).article.slug
        for at, entry in enumerate(index.entries)
        if entry is not None and len(index.lent.phrases.get(at, ())) < 5
    ]
    assert without == []
