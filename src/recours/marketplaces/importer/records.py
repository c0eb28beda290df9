"""From lines to rows of cells, CSV or JSON Lines, each with the number of the line it begins on."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from recours.marketplaces.importer.cells import ABSENT, shown
from recours.marketplaces.importer.columns import NAMES, REASON, REQUIRED, Level, of_level
from recours.marketplaces.importer.source import MAX_LINE_CHARS, Lines, Notice, TooLong
from recours.rules.refusals import Refusal

BLOCK_LINES = 5_000
MAX_RECORD_LINES = 100
"""Physical lines that a quoted cell may run over; past that the quote was never meant to open."""
DELIMITERS = ",;\t|"


class MissingColumns(Refusal):
    """The header lacks columns without which an order cannot be read."""


class NotOneOrderPerLine(Refusal):
    """The file is one JSON document, not one order per line."""


class Problem(Struct, frozen=True):
    """A bad line. `key` is a key of the wording; without an order number the line stands alone."""

    line_no: int
    key: str
    column: str = ""
    params: dict[str, str | int] = {}
    order_number: str | None = None


class Block(Struct):
    """Some rows, each as wide as the header, and the lines among them that are no row at all."""

    line_nos: Sequence[int]
    rows: Sequence[Sequence[str]]
    problems: list[Problem]
    spoilt: dict[int, list[str]] = {}
    """The cells, as far as they can be told apart, of the lines that are no row."""


class Layout(Struct):
    """Where each known column stands in the file's rows."""

    names: tuple[str, ...]
    delimiter: str
    notices: list[Notice]

    @property
    def index(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.names) if name in NAMES}


def csv_layout(lines: Lines, delimiter: str | None) -> Layout:
    """Read the header. The delimiter is the one that yields most of our names. Raises MissingColumns."""
    while (block := lines.block(1)) and not block[0].strip("\r\n\t ;,"):
        pass
    header = block[0] if block else ""
    if header.lower().startswith("sep=") and len(header.strip()) == 5:
        delimiter = delimiter or header.strip()[4]
        header = "".join(lines.block(1))
    candidates = [_header(header, each) for each in delimiter or DELIMITERS]
    names = max(candidates, key=lambda found: len(set(found) & set(NAMES)))
    chosen = (delimiter or DELIMITERS)[candidates.index(names)]
    missing = [name for name in REQUIRED if name not in names]
    strange = [name for name in dict.fromkeys(names) if name and name not in NAMES and name != REASON]
    if missing:
        raise MissingColumns(missing=", ".join(missing), found=shown(", ".join(names)))
    notices = (
        [Notice("import.notice.unknown_columns", {"columns": shown(", ".join(strange))})] if strange else []
    )
    for name in strange:
        for near in difflib.get_close_matches(name, NAMES, 1, 0.75):
            notices.append(Notice("import.notice.near_column", {"column": shown(name), "near": near}))
    twice = [name for name in NAMES if names.count(name) > 1]
    if twice:
        notices.append(Notice("import.notice.column_twice", {"columns": ", ".join(twice)}))
    return Layout(names=tuple(names), delimiter=chosen, notices=notices)


def _header(line: str, delimiter: str) -> list[str]:
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        names = []
    return [name.strip().lower().replace(" ", "_").replace("-", "_") for name in names]


def csv_blocks(lines: Lines, layout: Layout) -> Iterator[Block]:
    """Yield the rows in blocks. A block without surprises is read by the csv module alone."""
    csv.field_size_limit(MAX_LINE_CHARS)
    width = len(layout.names)
    while block := lines.block(BLOCK_LINES):
        first = lines.number - len(block) + 1
        rows = _read(block, layout.delimiter)
        if rows is not None and len(rows) == len(block) and set(map(len, rows)) == {width}:
            yield Block(line_nos=range(first, first + len(block)), rows=rows, problems=[])
        else:
            yield _one_by_one(lines, block, first, layout)


def _read(block: list[str], delimiter: str) -> list[list[str]] | None:
    try:
        return list(csv.reader(block, delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _one_by_one(lines: Lines, block: list[str], first: int, layout: Layout) -> Block:
    """Read a block record by record: cells that run over several lines, stray quotes, ragged rows."""
    line_nos: list[int] = []
    rows: list[list[str]] = []
    problems: list[Problem] = []
    spoilt: dict[int, list[str]] = {}
    at, width = 0, len(layout.names)
    while at < len(block):
        number = first + at
        if isinstance(block[at], TooLong):
            problems.append(
                Problem(number, "import.problem.line_too_long", params={"max_chars": MAX_LINE_CHARS})
            )
            spoilt[number] = [f"{block[at]}…"]
            at += 1
            continue
        row, taken = _record(block, at, layout.delimiter, width)
        if row is None and at and not lines.at_end and at + MAX_RECORD_LINES > len(block):
            # The record may go on in the next block, which then begins with it.
            lines.back(block[at:])
            break
        if row is None:
            problems.append(Problem(number, "import.problem.quote"))
            spoilt[number] = [block[at].rstrip("\r\n")]
        elif row and any(row):
            fitted = _fitted(row, width)
            if fitted is None:
                params: dict[str, str | int] = {"found": len(row), "expected": width}
                problems.append(
                    Problem(number, "import.problem.cell_count", "", params, _order_number(row, layout))
                )
                spoilt[number] = row
            else:
                line_nos.append(number)
                rows.append(fitted)
        at += taken
    return Block(line_nos=line_nos, rows=rows, problems=problems, spoilt=spoilt)


def _record(block: list[str], at: int, delimiter: str, width: int) -> tuple[list[str] | None, int]:
    """Return the record that begins at a line and how many lines it takes; None where a quote is astray."""
    for end in range(at + 1, min(at + MAX_RECORD_LINES, len(block)) + 1):
        if end > at + 1 and '"' not in block[end - 1]:
            continue
        try:
            rows = list(csv.reader(block[at:end], delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return None, 1
        row = rows[0] if rows else []
        # Over several lines, only a row of the right width shows that the quotes were meant.
        return (row, end - at) if end == at + 1 or len(row) == width else (None, 1)
    return None, 1


def _fitted(row: list[str], width: int) -> list[str] | None:
    """Drop empty cells past the header's end, which spreadsheets leave behind."""
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width]
    return row if len(row) == width else None


def _order_number(row: list[str], layout: Layout) -> str | None:
    """Return the order that a ragged row most likely belongs to, so that it is not half imported."""
    index = layout.index["order_number"]
    return row[index].strip() or None if index < len(row) else None


JSON_LAYOUT = Layout(names=NAMES, delimiter="", notices=[])
_AT = {name: i for i, name in enumerate(NAMES)}
_ORDER, _LINE = of_level(Level.ORDER), of_level(Level.LINE)
_PARCEL, _PAYMENT = of_level(Level.PARCEL), of_level(Level.PAYMENT)
_decode: Callable[[str], Any] = msgspec.json.Decoder(float_hook=str).decode


def json_blocks(lines: Lines) -> Iterator[Block]:
    """Yield the orders of JSON Lines as the rows that CSV would have. Raises NotOneOrderPerLine."""
    while block := lines.block(BLOCK_LINES):
        first = lines.number - len(block) + 1
        found = Block(line_nos=[], rows=[], problems=[])
        line_nos: list[int] = []
        rows: list[list[str]] = []
        for number, line in enumerate(block, first):
            if isinstance(line, TooLong):
                params: dict[str, str | int] = {"max_chars": MAX_LINE_CHARS}
                found.problems.append(Problem(number, "import.problem.line_too_long", params=params))
            elif line.strip():
                if number == 1 and line.lstrip().startswith("["):
                    raise NotOneOrderPerLine
                flat = _flattened(line, number)
                if isinstance(flat, Problem):
                    found.problems.append(flat)
                else:
                    rows += flat
                    line_nos += [number] * len(flat)
        found.line_nos, found.rows = line_nos, rows
        yield found


def _flattened(line: str, number: int) -> list[list[str]] | Problem:
    try:
        order = _decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        return Problem(number, "import.problem.not_json", params={"error": shown(str(error))})
    if not isinstance(order, dict):
        return Problem(number, "import.problem.not_an_order")
    named = order.get("order_number")
    order_number = named.strip() or None if isinstance(named, str) else None
    parts: dict[str, list[dict[str, Any]]] = {}
    for key in ("lines", "parcels", "payments"):
        value = order.get(key) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            return Problem(number, "import.problem.not_a_list", key, {}, order_number)
        parts[key] = value
    if not parts["lines"]:
        return Problem(number, "import.problem.no_lines", "lines", {}, order_number)
    return _rows(order, parts["lines"], parts["parcels"], parts["payments"])


def _rows(
    order: dict[str, Any],
    lines: list[dict[str, Any]],
    parcels: list[dict[str, Any]],
    payments: list[dict[str, Any]],
) -> list[list[str]]:
    """One row per line, with its parcel and one payment; then rows for the parcels and payments left over."""
    by_ref = {str(parcel.get("parcel") or parcel.get("tracking") or ""): parcel for parcel in parcels}
    used: set[str] = set()
    rows = []
    for line in lines:
        ref = str(line.get("parcel") or "")
        if not ref and len(parcels) == 1:
            ref = next(iter(by_ref))
        used.add(ref)
        rows.append((line, by_ref.get(ref, {"parcel": ref})))
    rows += [({}, parcel) for ref, parcel in by_ref.items() if ref not in used]
    rows += [({}, {})] * (len(payments) - len(rows))
    owed = payments + [{}] * (len(rows) - len(payments))
    return [_row(order, line, parcel, paid) for (line, parcel), paid in zip(rows, owed, strict=True)]


def _row(
    order: dict[str, Any], line: dict[str, Any], parcel: dict[str, Any], payment: dict[str, Any]
) -> list[str]:
    row = [""] * len(NAMES)
    for names, part in ((_ORDER, order), (_LINE, line), (_PARCEL, parcel), (_PAYMENT, payment)):
        for name in names:
            value = part.get(name)
            if value is not None:
                row[_AT[name]] = value if type(value) is str else str(value)
    if not line:
        for name in _LINE:
            row[_AT[name]] = ABSENT
    return row
