"""Importing a file of orders.

The file is read once, in blocks, each copied into a temporary table; then judged as a whole, so that an order
is never half imported; then landed batch by batch, each in a transaction of its own, so that an import cut
short can simply be run again. Memory does not grow with the file.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import connection

from recours.marketplaces.importer import checks, landing, rejects, staging
from recours.marketplaces.importer.records import (
    JSON_LAYOUT,
    Block,
    Layout,
    MissingColumns,
    NotOneOrderPerLine,
    Problem,
    csv_blocks,
    csv_layout,
    json_blocks,
)
from recours.marketplaces.importer.report import SHOWN_PROBLEMS, Report, Tally, told
from recours.marketplaces.importer.source import (
    EmptyFile,
    NotAText,
    Notice,
    Source,
    UnknownEncoding,
    WrongEncoding,
    opened,
)
from recours.marketplaces.models import Marketplace
from recours.rules.wording import Lang

__all__ = [
    "SHOWN_PROBLEMS",
    "EmptyFile",
    "MissingColumns",
    "NotAText",
    "NotOneOrderPerLine",
    "Progress",
    "Report",
    "UnknownEncoding",
    "WrongEncoding",
    "import_orders",
    "told",
]

BATCH_ORDERS = 5_000
Format = Literal["csv", "jsonl"]
Step = Literal["read", "land"]
Progress = Callable[[Step, int, int], None]
"""Called with the step, how much of it is done and how much there is: bytes to read, then orders to land."""


def import_orders(
    path: Path,
    marketplace: Marketplace,
    *,
    now: datetime,
    lang: Lang = "fr",
    file_format: Format | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    rejects_path: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import the orders of a file into a marketplace, and return what was done.

    Effects, in order: each batch of orders in its transaction; then the rejects file, when there is something
    to reject. With `dry_run` neither. Days are those of the marketplace's zone. Raises EmptyFile, NotAText,
    UnknownEncoding, WrongEncoding, MissingColumns, NotOneOrderPerLine: nothing was imported then. OSError.
    """
    began, zone, say_done = time.monotonic(), ZoneInfo(marketplace.zone), progress or _silent
    tally = Tally()
    with opened(path, encoding=encoding) as source, _staged():
        layout = _layout(source, path, file_format, delimiter)
        rows = _stage(source, layout, zone=zone, now=now, progress=say_done)
        with connection.cursor() as cursor:
            checks.judge(cursor, zone=zone)
            cursor.execute("SELECT coalesce(max(seq), 0) FROM import_order")
            (orders,) = cursor.fetchone()
        for number, first in enumerate(range(1, orders + 1, BATCH_ORDERS), start=1):
            last = min(first + BATCH_ORDERS - 1, orders)
            tally.add(landing.land(marketplace.pk, first, last, dry_run=dry_run))
            if number & (number - 1) == 0 and last < orders and not dry_run:
                landing.count_anew()
            say_done("land", last, orders)
        report = _report(tally, rows, [*source.notices, *layout.notices], dry_run)
        if report.problem_count and not dry_run:
            report.rejects = rejects_path or rejects.free_path(path)
            _write_rejects(path, source, layout, report.rejects, lang)
    report.seconds = time.monotonic() - began
    return report


def _silent(step: Step, done: int, total: int) -> None:
    """Nobody watches."""


@contextlib.contextmanager
def _staged() -> Iterator[None]:
    with connection.cursor() as cursor:
        staging.create(cursor)
    try:
        yield
    except BaseException:
        # What went wrong may have spoilt the transaction or the connection, which ends the tables too.
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            staging.drop(cursor)
        raise
    with connection.cursor() as cursor:
        staging.drop(cursor)


def _layout(source: Source, path: Path, file_format: Format | None, delimiter: str | None) -> Layout:
    if file_format is None:
        first = source.lines.block(1)
        source.lines.back(first)
        named = path.suffix.lower() in {".jsonl", ".ndjson", ".json"}
        file_format = "jsonl" if named or first[0].lstrip().startswith("{") else "csv"
    return JSON_LAYOUT if file_format == "jsonl" else csv_layout(source.lines, delimiter)


def _blocks(source: Source, layout: Layout) -> Iterator[Block]:
    return json_blocks(source.lines) if layout is JSON_LAYOUT else csv_blocks(source.lines, layout)


def _stage(source: Source, layout: Layout, *, zone: ZoneInfo, now: datetime, progress: Progress) -> int:
    rows = 0
    with staging.Stager(layout.index, zone=zone, now=now) as stager:
        for block in _blocks(source, layout):
            stager.stage(block)
            rows += len(block.rows) + len(block.problems)
            progress("read", source.position(), source.size)
    return rows


_FATAL = "fatal"
# What is worth saying of an order that was refused is its refusal.
_WORTH_SAYING = "NOT fatal AND order_number NOT IN (SELECT order_number FROM import_order WHERE rejected)"


def _report(tally: Tally, rows: int, notices: list[Notice], dry_run: bool) -> Report:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {_FATAL}), count(*) FILTER (WHERE {_WORTH_SAYING})"  # noqa: S608 -- ours
            "  FROM import_problem"
        )
        problem_count, warning_count = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM import_order WHERE rejected")
        (orders_rejected,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM (SELECT line_no FROM import_problem WHERE fatal UNION"
            "  SELECT r.line_no FROM import_order o JOIN import_row r USING (order_number)"
            "   WHERE o.rejected) AS refused"
        )
        (lines_rejected,) = cursor.fetchone()
    return Report(
        tally=tally,
        rows=rows,
        orders_rejected=orders_rejected,
        lines_rejected=lines_rejected,
        problems=_first_problems(_FATAL),
        problem_count=problem_count,
        warnings=_first_problems(_WORTH_SAYING),
        warning_count=warning_count,
        notices=notices,
        rejects=None,
        seconds=0,
        dry_run=dry_run,
    )


def _first_problems(which: str) -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT line_no, key, "column", params::text, order_number FROM import_problem WHERE {which}'  # noqa: S608 -- ours
            " ORDER BY line_no LIMIT %s",
            [SHOWN_PROBLEMS],
        )
        return [
            Problem(line_no, key, column, json.loads(params), order_number)
            for line_no, key, column, params, order_number in cursor.fetchall()
        ]


def _write_rejects(path: Path, source: Source, layout: Layout, to: Path, lang: Lang) -> None:
    """Read the file once more and copy what was refused; replaced in one step, so never half a file."""
    draft = to.with_name(f".{to.name}.new")
    again = source.again()
    # The mark tells spreadsheets that it is UTF-8; the import knows it too.
    encoding = "utf-8" if layout is JSON_LAYOUT else "utf-8-sig"
    with draft.open("w", encoding=encoding, errors="surrogateescape", newline="") as out:
        if layout is JSON_LAYOUT:
            rejects.write_json(again, out, lang)
        else:
            rejects.write_csv(again, layout, out, lang)
    draft.replace(to)
