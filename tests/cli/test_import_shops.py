"""`recours import shops` as an operator meets it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import factories

from recours.cli import import_
from recours.marketplaces.models import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_database(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def database() -> Iterator[None]:
        yield

    monkeypatch.setattr(import_, "database", database)


def test_good_rows_land_and_bad_ones_are_told(tmp_path: Path) -> None:
    factories.a_marketplace()
    path = tmp_path / "shops.csv"
    path.write_text("shop_ref,shop_email\ns1,a@example.org\ns2,nope\n")

    result = CliRunner().invoke(import_.command, ["shops", str(path)])

    assert result.exit_code == 1
    assert "Ligne 3, colonne shop_email" in result.output.replace("\u202f", " ")
    assert "1\u00a0nouvelle" in result.output
    assert Shop.objects.get().ref == "s1"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    factories.a_marketplace()

    result = CliRunner().invoke(import_.command, ["shops", str(tmp_path / "none.csv")])

    assert result.exit_code == 1
    assert "ne peut pas être lu" in result.output
