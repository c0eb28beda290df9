"""A file of shops: what lands, what is left out, and what it never erases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests import factories

from recours.marketplaces.importer.records import MissingColumns
from recours.marketplaces.importer.shops import COLUMNS, import_shops
from recours.marketplaces.importer.source import EmptyFile
from recours.marketplaces.models import Marketplace, Shop

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "import.md").read_text()


@pytest.fixture
def place(db: None) -> Marketplace:
    return factories.a_marketplace()


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "shops.csv"
    path.write_bytes(text.encode(encoding))
    return path


FULL = (
    "shop_ref;shop_name;shop_country;shop_email;shop_phone;shop_address;shop_mediator_url\n"
    's1;Nova;cn;nova@example.org;+33 1 99 00 12 34;"12 rue des Lilas\n69000 Lyon";https://mediation.example.org\n'
)


def test_a_new_shop_lands_and_a_second_time_nothing_changes(place: Marketplace, tmp_path: Path) -> None:
    path = written(tmp_path, FULL)

    first, second = import_shops(path, place), import_shops(path, place)

    assert (first.new, first.changed, first.same, first.problems) == (1, 0, 0, [])
    assert (second.new, second.changed, second.same) == (0, 0, 1)
    shop = Shop.objects.get()
    assert (shop.ref, shop.name, shop.country, shop.address) == (
        "s1",
        "Nova",
        "CN",
        "12 rue des Lilas\n69000 Lyon",
    )


def test_an_empty_cell_erases_nothing(place: Marketplace, tmp_path: Path) -> None:
    shop = factories.a_shop(place, ref="s1", name="Nova", sells="Des casques.")
    path = written(tmp_path, "shop_ref,shop_name,shop_sells,shop_phone\ns1,,,+33199001234\n")

    report = import_shops(path, place)

    shop.refresh_from_db()
    assert report.changed == 1
    assert (shop.name, shop.sells, shop.phone) == ("Nova", "Des casques.", "+33199001234")


def test_a_new_shop_without_a_name_is_called_by_its_reference(place: Marketplace, tmp_path: Path) -> None:
    import_shops(written(tmp_path, "shop_ref\ns9\n"), place)

    assert Shop.objects.get().name == "s9"


def test_the_shops_of_another_marketplace_are_not_touched(place: Marketplace, tmp_path: Path) -> None:
    other = factories.a_shop(ref="s1", name="Ailleurs")

    import_shops(written(tmp_path, "shop_ref,shop_name\ns1,Ici\n"), place)

    other.refresh_from_db()
    assert other.name == "Ailleurs"


@pytest.mark.parametrize(
    ("row", "key", "column"),
    [
        (",Nova,,,", "missing", "shop_ref"),
        ("s1,Nova,France,,", "not_a_country", "shop_country"),
        ("s1,Nova,,nova,", "not_an_email", "shop_email"),
        ("s1,Nova,,,javascript:alert(1)", "not_a_web_address", "shop_mediator_url"),
        ("s1,No\x07va,,,", "control_character", "shop_name"),
        (f"s1,{'x' * 121},,,", "too_long", "shop_name"),
        (f"s1,{'x' * 1_200_000},,,", "too_long", "shop_ref"),
        ("s1,a,,,,,b,c", "cell_count", ""),
        ("s0,Nova,,,", "same_shop", "shop_ref"),
    ],
)
def test_a_bad_row_is_left_out_and_named(
    place: Marketplace, tmp_path: Path, row: str, key: str, column: str
) -> None:
    header = "shop_ref,shop_name,shop_country,shop_email,shop_mediator_url\n"

    report = import_shops(written(tmp_path, f"{header}s0,Bonne,,,\n{row}\ns2,Bonne aussi,,,\n"), place)

    assert [(one.line_no, one.key, one.column) for one in report.problems] == [
        (3, f"import.problem.{key}", column)
    ]
    assert set(Shop.objects.values_list("ref", flat=True)) == {"s0", "s2"}


def test_a_trial_writes_nothing(place: Marketplace, tmp_path: Path) -> None:
    report = import_shops(written(tmp_path, FULL), place, dry_run=True)

    assert report.new == 1
    assert not Shop.objects.exists()


def test_an_old_encoding_is_read_and_said(place: Marketplace, tmp_path: Path) -> None:
    report = import_shops(written(tmp_path, "shop_ref;shop_name\ns1;Côté Épices\n", "windows-1252"), place)

    assert Shop.objects.get().name == "Côté Épices"
    assert [notice.key for notice in report.notices] == ["import.notice.read_as_windows_1252"]


def test_a_file_without_references_is_refused(place: Marketplace, tmp_path: Path) -> None:
    with pytest.raises(MissingColumns):
        import_shops(written(tmp_path, "name,country\nNova,FR\n"), place)
    with pytest.raises(EmptyFile):
        import_shops(written(tmp_path, ""), place)


@pytest.mark.rules
def test_each_column_is_documented() -> None:
    table = PAGE.split("## Shops")[1].split("## How it works")[0]

    assert set(re.findall(r"`(shop_\w+)`", table)) == set(COLUMNS)
