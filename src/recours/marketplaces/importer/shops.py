"""Importing what a marketplace knows of its shops: one row each. A file of thousands, read whole, landed at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction
from msgspec import Struct

from recours.marketplaces.importer.cells import shown
from recours.marketplaces.importer.records import DELIMITERS, MissingColumns, Problem
from recours.marketplaces.importer.source import Notice, Source, TooLong, opened
from recours.marketplaces.models import Marketplace, Shop

COLUMNS = {
    "shop_ref": ("ref", 64),
    "shop_name": ("name", 120),
    "shop_country": ("country", 2),
    "shop_email": ("email", 254),
    "shop_phone": ("phone", 40),
    "shop_address": ("address", 400),
    "shop_return_address": ("return_address", 400),
    "shop_sells": ("sells", 1500),
    "shop_legal_name": ("legal_name", 200),
    "shop_registration": ("registration", 80),
    "shop_vat_number": ("vat_number", 20),
    "shop_mediator": ("mediator", 200),
    "shop_mediator_url": ("mediator_url", 200),
}
"""Each column, the field it lands in, and how many characters it may have."""
LONG = frozenset({"address", "return_address", "sells"})
"""What may hold line breaks."""
BATCH = 500
_web_address = URLValidator(schemes=["http", "https"])


class ShopsReport(Struct, kw_only=True):
    """What an import of shops did."""

    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem]
    notices: list[Notice]


def import_shops(
    path: Path,
    marketplace: Marketplace,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    dry_run: bool = False,
) -> ShopsReport:
    """Write down what the file says of each shop, new ones included, in one transaction; return what was done.

    An empty cell erases nothing. A row with a bad cell is left out whole, and told; of two rows about one shop the
    second is. Raises EmptyFile, NotAText, UnknownEncoding, WrongEncoding, MissingColumns; OSError.
    """
    report = ShopsReport(problems=[], notices=[])
    with opened(path, encoding=encoding) as source:
        report.notices += source.notices
        given = dict(_good(source, delimiter, report))
    if given:
        _land(given, marketplace.pk, report, dry_run=dry_run)
    return report


def _good(source: Source, delimiter: str | None, report: ShopsReport) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each readable row as its shop's reference and the fields it gives."""
    lines = [f"{line}" for block in iter(lambda: source.lines.block(5_000), []) for line in _whole(block)]
    header = lines[0] if lines else ""
    delimiter = delimiter or max(DELIMITERS, key=lambda each: len(set(_names(header, each)) & COLUMNS.keys()))
    names = _names(header, delimiter)
    if "shop_ref" not in names:
        raise MissingColumns(missing="shop_ref", found=shown(", ".join(names)))
    strange = [name for name in names if name and name not in COLUMNS]
    if strange:
        report.notices.append(Notice("import.notice.unknown_columns", {"columns": shown(", ".join(strange))}))
    seen: dict[str, int] = {}
    reader = csv.reader(lines[1:], delimiter=delimiter)
    while True:
        line_no = reader.line_num + 2
        try:
            row = next(reader, None)
        except csv.Error:
            report.problems.append(Problem(line_no, "import.problem.quote"))
            continue
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        fields, problems = _read(dict(zip(names, row, strict=False)), line_no)
        if len(row) != len(names) and any(cell.strip() for cell in row[len(names) :]):
            params: dict[str, str | int] = {"found": len(row), "expected": len(names)}
            problems = [Problem(line_no, "import.problem.cell_count", params=params)]
        ref = fields.pop("ref", "")
        if not problems and ref in seen:
            problems = [Problem(line_no, "import.problem.same_shop", "shop_ref", {"first_line": seen[ref]})]
        if problems:
            report.problems += problems
            continue
        seen[ref] = line_no
        yield ref, fields


def _whole(block: list[str]) -> list[str]:
    # A line too long to be a row is kept as its beginning, in a cell that no column is long enough for.
    return ["x" * 5_000 + "\n" if isinstance(line, TooLong) else line for line in block]


def _names(header: str, delimiter: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=delimiter), [])
    return [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells]


def _read(cells: dict[str, str], line_no: int) -> tuple[dict[str, str], list[Problem]]:
    fields: dict[str, str] = {}
    problems = []
    for column, (field, max_chars) in COLUMNS.items():
        text = cells.get(column, "").replace("\r\n", "\n").strip()
        key, params = _wrong(field, text, max_chars)
        if key:
            problems.append(Problem(line_no, key, column, params))
        elif text:
            fields[field] = text.upper() if field == "country" else text
    return fields, problems


def _wrong(field: str, text: str, max_chars: int) -> tuple[str, dict[str, str | int]]:
    """Return the key of what is wrong with a cell, with its parameters; an empty key for nothing."""
    if not text:
        return ("import.problem.missing", {}) if field == "ref" else ("", {})
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "import.problem.unreadable", {}
    breaks = "\n\t" if field in LONG else ""
    if any((char < " " or char == "\x7f") and char not in breaks for char in text):
        return "import.problem.control_character", {}
    if field == "country" and not (len(text) == 2 and text.isascii() and text.isalpha()):
        return "import.problem.not_a_country", {"text": shown(text)}
    if len(text) > max_chars:
        return "import.problem.too_long", {"max_chars": max_chars, "chars": len(text)}
    try:
        if field == "email":
            validate_email(text)
        elif field == "mediator_url":
            _web_address(text)
    except ValidationError:
        key = "not_an_email" if field == "email" else "not_a_web_address"
        return f"import.problem.{key}", {"text": shown(text)}
    return "", {}


@transaction.atomic
def _land(given: dict[str, dict[str, str]], place: UUID, report: ShopsReport, *, dry_run: bool) -> None:
    rows = Shop.objects.filter(marketplace_id=place, ref__in=list(given)).order_by("id")
    changed: list[Shop] = []
    for shop in rows.select_for_update(no_key=True):
        fields = given.pop(shop.ref)
        if all(getattr(shop, name) == value for name, value in fields.items()):
            report.same += 1
            continue
        for name, value in fields.items():
            setattr(shop, name, value)
        changed.append(shop)
    new = [
        Shop(**({"marketplace_id": place, "ref": ref, "name": ref} | fields)) for ref, fields in given.items()
    ]
    report.changed, report.new = len(changed), len(new)
    if dry_run:
        return
    names = [field for field, _ in COLUMNS.values() if field != "ref"]
    Shop.objects.bulk_update(changed, names, batch_size=BATCH)
    # An import of orders may have made one meanwhile: its name and what else it knew give way to this file's.
    Shop.objects.bulk_create(
        new,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["marketplace", "ref"],
        update_fields=names,
    )
