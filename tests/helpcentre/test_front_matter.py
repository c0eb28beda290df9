"""Articles as files: what is wrong is named with its file and its line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from recours.helpcentre.front_matter import (
    ArticleFile,
    ArticlesRefused,
    read_articles,
    read_folder,
    starting_set,
)
from recours.helpcentre.models import Category
from recours.helpcentre.references import known_names
from recours.helpcentre.sections import SECTIONS
from recours.rules.law import law_of

pytestmark = pytest.mark.rules

GOOD = """+++
title = "Où est mon colis ?"
summary = "Sur la page de la commande."
section = "tracking"
keywords = ["suivi"]
action = "orders"
position = 10
+++

Ouvrez vos commandes : vous avez {{ policy.claim.open_late }}.
"""


def read(text: str, name: str = "suivi.fr.md", category: str = "shipping") -> tuple[ArticleFile, ...]:
    return read_articles([(category, name, text)], known_names(law_of("FR")))


def problems(text: str, name: str = "suivi.fr.md", category: str = "shipping") -> list[tuple[int, str]]:
    with pytest.raises(ArticlesRefused) as refusal:
        read(text, name, category)
    for problem in refusal.value.problems:
        assert problem.text("fr").startswith(f"{problem.path}:{problem.line}: ")
        assert problem.text("en") != problem.text("fr")
    return [(problem.line, problem.code) for problem in refusal.value.problems]


def test_a_file_is_an_article() -> None:
    (article,) = read("\ufeff" + GOOD.replace("\n", "\r\n"))

    assert article == ArticleFile(
        path="shipping/suivi.fr.md",
        slug="suivi",
        language="fr",
        category=Category.SHIPPING,
        title="Où est mon colis ?",
        summary="Sur la page de la commande.",
        body="Ouvrez vos commandes : vous avez {{ policy.claim.open_late }}.",
        action="orders",
        section="tracking",
        keywords=("suivi",),
        position=10,
        first_line=10,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('title = "Où est mon colis ?"\n', "", [(6, "missing")]),
        ('title = "Où est mon colis ?"', 'title = "  "', [(2, "missing")]),
        ('title = "Où est mon colis ?"', "title = 3", [(2, "wrong_type")]),
        ('title = "Où est mon colis ?"', f'title = "{"x" * 201}"', [(2, "too_long")]),
        ('action = "orders"', 'action = "dispute:lots"', [(6, "no_action")]),
        ('section = "tracking"', 'section = "ordering"', [(4, "no_section")]),
        ('keywords = ["suivi"]', 'keywords = "suivi"', [(5, "wrong_type")]),
        ("position = 10", 'position = "x"', [(7, "wrong_type")]),
        ("position = 10", "colour = 10", [(7, "unknown_key")]),
        ("position = 10", "position = ", [(7, "syntax")]),
        ("+++\ntitle", "title", [(1, "no_front_matter")]),
        ("policy.claim.open_late", "policy.claim.nothing", [(10, "unknown_reference")]),
        ("Sur la page", "{{ x }} Sur la page", [(3, "unknown_reference")]),
        ("Ouvrez vos", "[ici](nulle-part) Ouvrez vos", [(10, "no_link")]),
        ("position = 10", 'related = ["nulle-part"]', [(1, "no_related")]),
        ("Ouvrez vos commandes : vous avez {{ policy.claim.open_late }}.", "", [(8, "empty_body")]),
    ],
)
def test_mistakes_are_named_with_their_line(before: str, after: str, expected: list[tuple[int, str]]) -> None:
    assert before in GOOD

    assert problems(GOOD.replace(before, after)) == expected


def test_no_front_matter_at_all_is_one_mistake() -> None:
    assert problems("Bonjour") == [(1, "no_front_matter")]
    assert problems("") == [(1, "no_front_matter")]


@pytest.mark.parametrize(
    "name", ["Suivi.fr.md", "suivi.md", "suivi.de.md", "suivi colis.fr.md", "é.fr.md", "-.fr.md"]
)
def test_the_name_of_the_file_is_the_address(name: str) -> None:
    assert problems(GOOD, name) == [(1, "bad_name")]


def test_no_such_category() -> None:
    assert problems(GOOD, category="shippings") == [(1, "no_category")]


def test_an_endless_body_is_refused() -> None:
    assert problems(GOOD + "x" * 40_000) == [(10, "too_long")]


def test_two_articles_with_the_same_address_are_named() -> None:
    other = GOOD.replace('"tracking"', '"ordering"')

    with pytest.raises(ArticlesRefused) as refusal:
        read_articles([("shipping", "suivi.fr.md", GOOD), ("orders", "suivi.fr.md", other)])

    assert [problem.text("fr") for problem in refusal.value.problems] == [
        "shipping/suivi.fr.md:1: un autre fichier a la même adresse et la même langue : orders/suivi.fr.md".replace(
            "shipping", "#"
        )
        .replace("orders", "shipping")
        .replace("#", "orders")
        .replace(" :", "\u202f:")
    ]


def test_the_two_languages_of_an_article_stand_in_the_same_place() -> None:
    with pytest.raises(ArticlesRefused) as refusal:
        read_articles(
            [("shipping", "a.fr.md", GOOD), ("shipping", "a.en.md", GOOD.replace('"orders"', '"claims"'))]
        )

    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("shipping/a.en.md", "other_values")
    ]


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "shipping").mkdir()
    (tmp_path / "shipping" / "suivi.fr.md").write_text(GOOD, "utf-8")

    assert [article.slug for article in read_folder(tmp_path)] == ["suivi"]

    (tmp_path / "shipping" / "autre.fr.md").write_bytes(GOOD.encode("windows-1252"))
    (tmp_path / "stray.fr.md").write_text(GOOD, "utf-8")
    with pytest.raises(ArticlesRefused) as refusal:
        read_folder(tmp_path)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("shipping/autre.fr.md", "unreadable"),
        ("stray.fr.md", "no_category"),
    ]


def test_starting_set_has_no_mistake_and_is_large_enough() -> None:
    articles = starting_set(known_names(law_of("FR")))

    slugs = {(article.category, article.slug) for article in articles}
    assert all(count >= 12 for count in Counter(category for category, _ in slugs).values())
    assert {category for category, _ in slugs} == set(Category)
    assert len(articles) == 2 * len(slugs)
    titles = [(article.language, article.title) for article in articles]
    assert len(set(titles)) == len(titles)
    assert all(article.section in SECTIONS[article.category] for article in articles)
    assert all(2 <= len(article.related) <= 4 for article in articles)
