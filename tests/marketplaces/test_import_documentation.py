"""docs/import.md names every column, and its example can be imported."""

import re
from pathlib import Path

import pytest
from tests.conftest import PRESENT

from recours.marketplaces.importer import import_orders
from recours.marketplaces.importer.columns import COLUMNS, NAMES
from recours.marketplaces.models import Marketplace

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "import.md").read_text()


@pytest.mark.rules
def test_each_column_is_documented_in_order() -> None:
    table = PAGE.split("## Columns")[1].split("**Amounts**")[0]
    first_cells = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)

    assert tuple(name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)) == tuple(
        sorted(NAMES, key=lambda name: table.index(f"`{name}`"))
    )


@pytest.mark.rules
def test_required_columns_are_said_to_be() -> None:
    for column in COLUMNS:
        assert (f"| `{column.name}` | yes |" in PAGE) == column.required


@pytest.mark.django_db
def test_the_example_lands(tmp_path: Path) -> None:
    place = Marketplace.objects.create(
        slug="belle", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
    )
    path = tmp_path / "orders.jsonl"
    path.write_text(PAGE.split("```json\n")[1].split("```")[0])

    report = import_orders(path, place, now=PRESENT)

    assert (report.tally.orders_new, report.problem_count, report.warning_count) == (1, 0, 0)
