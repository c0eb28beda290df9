"""The file of what was refused: the same lines with the reason, to be mended and imported again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from django.db import connection

from recours.marketplaces.importer.columns import REASON
from recours.marketplaces.importer.records import Layout, csv_blocks, csv_layout
from recours.marketplaces.importer.report import because
from recours.marketplaces.importer.source import Lines, TooLong
from recours.rules.wording import Lang, say

CHUNK_LINES = 5_000

# The lines that have a problem of their own, and those that fall with their order.
_LINES = """
SELECT line_no, jsonb_agg(DISTINCT jsonb_build_array("column", key, params)) FILTER (WHERE key IS NOT NULL),
       min(order_number)
  FROM (SELECT line_no, "column", key, params, order_number FROM import_problem WHERE fatal
        UNION ALL
        SELECT r.line_no, NULL, NULL, NULL, r.order_number
          FROM import_order o JOIN import_row r ON r.order_number = o.order_number
         WHERE o.rejected) AS refused
 WHERE line_no > %s
 GROUP BY line_no ORDER BY line_no LIMIT %s
"""


def free_path(path: Path) -> Path:
    """Return orders.rejects.csv for orders.csv, or the first such name that is free: a mended file stays."""
    suffix = path.suffix or ".csv"
    found, count = path.with_name(f"{path.stem}.rejects{suffix}"), 2
    while found.exists():
        found, count = path.with_name(f"{path.stem}.rejects-{count}{suffix}"), count + 1
    return found


def write_csv(lines: Lines, layout: Layout, to: IO[str], lang: Lang) -> None:
    """Copy the refused rows, each with its reason, under the header it came with."""
    csv_layout(lines, layout.delimiter)
    reason_at = layout.names.index(REASON) if REASON in layout.names else len(layout.names)
    width = max(reason_at + 1, len(layout.names))
    writer = csv.writer(to, delimiter=layout.delimiter, lineterminator="\n")
    header = [*layout.names]
    header[reason_at : reason_at + 1] = [REASON]
    writer.writerow(header)
    refused = _refused(lang)
    line_no, reason = next(refused, (0, ""))
    for block in csv_blocks(lines, layout):
        rows: dict[int, list[str]] = dict(zip(block.line_nos, map(list, block.rows), strict=True))
        for number in sorted({*rows, *block.spoilt}):
            if number != line_no:
                continue
            if number in block.spoilt:
                writer.writerow([*block.spoilt[number], reason])
            else:
                row = rows[number] + [""] * (width - len(rows[number]))
                row[reason_at] = reason
                writer.writerow(row)
            line_no, reason = next(refused, (0, ""))


def write_json(lines: Lines, to: IO[str], lang: Lang) -> None:
    """Copy the refused orders, each with its reason; a line that is no order is kept as a text."""
    refused = _refused(lang)
    line_no, reason = next(refused, (0, ""))
    while block := lines.block(CHUNK_LINES):
        first = lines.number - len(block) + 1
        for number, line in enumerate(block, first):
            if number != line_no:
                continue
            to.write(json.dumps(_with_reason(line, reason), ensure_ascii=False) + "\n")
            line_no, reason = next(refused, (0, ""))


def _with_reason(line: str, reason: str) -> Mapping[str, object]:
    if isinstance(line, TooLong):
        return {"unreadable": f"{line}…", REASON: reason}
    try:
        order = json.loads(line)
    except (ValueError, RecursionError):
        order = None
    if not isinstance(order, dict):
        return {"unreadable": line.strip(), REASON: reason}
    return {**order, REASON: reason}


def _refused(lang: Lang) -> Iterator[tuple[int, str]]:
    """Yield the number of each refused line with its reason, in order, a chunk at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [last, CHUNK_LINES])
            chunk = cursor.fetchall()
        if not chunk:
            return
        for line_no, problems, order_number in chunk:
            yield line_no, _reason(_loaded(problems), order_number, lang)
        last = chunk[-1][0]


def _loaded(problems: str | list[Any] | None) -> list[tuple[str, str, dict[str, str | int]]]:
    found = json.loads(problems) if isinstance(problems, str) else problems
    return [(column, key, params) for column, key, params in found or []]


def _reason(
    problems: list[tuple[str, str, dict[str, str | int]]], order_number: str | None, lang: Lang
) -> str:
    if not problems:
        return say(lang, "import.problem.falls_with_its_order", order=order_number or "")
    return " ".join(
        (f"{column}: " if column else "") + because(key, params, lang) for column, key, params in problems
    )
