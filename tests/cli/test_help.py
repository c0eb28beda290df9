"""`recours help`, and what else follows from a new marketplace or a new policy."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests import factories
from tests.helpcentre.stage import an_article

from recours.cli import help_, marketplace, publish
from recours.helpcentre.front_matter import starting_set
from recours.helpcentre.models import ArticleVersion, PublishedText
from recours.marketplaces.models import Marketplace
from recours.rules.policy import preset

pytestmark = pytest.mark.django_db

GOOD = '+++\ntitle = "Où ?"\nsummary = "Là."\naction = "orders"\n+++\n\nSous {{ law.withdrawal }}.\n'


@pytest.fixture(autouse=True)
def _same_database(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def database() -> Iterator[None]:
        yield

    for module in (help_, marketplace, publish):
        monkeypatch.setattr(module, "database", database)


def run(command: Any, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, re.sub("[\u00a0\u202f]", " ", result.output)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shipping").mkdir()
    (tmp_path / "shipping" / "ou.fr.md").write_text(GOOD, "utf-8")
    return tmp_path


def test_a_new_marketplace_begins_with_the_articles() -> None:
    code, said = run(marketplace.command, "create", "--slug", "belle", "--name", "Belle")

    assert (code, said) == (0, "belle\n")
    assert PublishedText.objects.filter(marketplace__slug="belle").count() == len(starting_set())


def test_a_new_marketplace_elsewhere_is_told_which_articles_wait() -> None:
    code, said = run(marketplace.command, "create", "--slug", "belge", "--name", "B", "--country", "BE")

    assert code == 0
    assert "restent en brouillon" in said


def test_a_new_policy_is_cited_at_once(tmp_path: Path) -> None:
    place = factories.a_marketplace()
    an_article(place)
    an_article(place, slug="loi", body="{{ law.withdrawal }}")
    Marketplace.objects.filter(pk=place.pk).update(country="BE")
    file = tmp_path / "policy.toml"
    file.write_text(preset("default").replace('response = "5 days"', 'response = "6 days"'), "utf-8")

    code, said = run(publish.publish, str(file), "--marketplace", place.slug)

    assert (code, said.splitlines()) == (
        0,
        [
            f"{place.slug} v2",
            "loi.fr : gardé tel quel, car il cite ce qui n’existe plus : law.withdrawal.",
        ],
    )
    assert "6\u00a0jours" in PublishedText.objects.get(article__slug="colis-non-recu").summary


def test_check_says_that_all_is_well_and_writes_nothing(folder: Path) -> None:
    place = factories.a_marketplace()

    assert run(help_.command, "check", place.slug, str(folder)) == (0, "1 article : tout est bon.\n")
    assert not ArticleVersion.objects.exists()
    assert run(help_.command, "check", place.slug)[0] == 0


def test_check_names_each_mistake_by_file_and_line(folder: Path) -> None:
    place = factories.a_marketplace()
    (folder / "shipping" / "b.fr.md").write_text(
        GOOD.replace("law.withdrawal", "law.wihdrawal").replace('title = "Où ?"\n', ""), "utf-8"
    )

    code, said = run(help_.command, "check", place.slug, str(folder))

    assert code == 1
    assert said.splitlines()[:3] == [
        "shipping/b.fr.md:3: le champ « title » manque ou est vide",
        "shipping/b.fr.md:6: référence inconnue : law.wihdrawal",
        "Error: Ces fichiers ne peuvent pas être chargés : 2 erreurs.",
    ]


def test_a_law_that_recours_does_not_know_cannot_be_cited(folder: Path) -> None:
    place = factories.a_marketplace(country="BE")

    assert run(help_.command, "check", place.slug, str(folder))[0] == 1


def test_load_publishes_once(folder: Path) -> None:
    place = factories.a_marketplace()

    first = run(help_.command, "load", place.slug, str(folder), "--lang", "en")
    second = run(help_.command, "load", place.slug, str(folder))

    assert first == (
        0,
        "Articles: 1 published, 0 updated, 0 unchanged, 0 left to whoever edited or withdrew them.\n",
    )
    assert "0 publiés, 0 mis à jour, 1 inchangés" in second[1]
    assert PublishedText.objects.get().plain == "Sous 14\u00a0jours."


def test_a_marketplace_that_does_not_exist_is_named(folder: Path) -> None:
    factories.a_marketplace(slug="belle")

    code, said = run(help_.command, "load", "laide", str(folder))

    assert code == 1
    assert "belle" in said
