"""The temporary tables a file is read into before anything of it lands, and what goes into them by COPY."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Copy

from recours.marketplaces.importer.cells import NULL, Amounts, Wrong, memories
from recours.marketplaces.importer.columns import COLUMNS, NAMES
from recours.marketplaces.importer.records import Block, Problem

_ESCAPE, _PLAIN = re.compile(r"\\(.)"), {"t": "\t", "n": "\n", "r": "\r"}
TABLES = ("import_row", "import_order", "import_problem", "import_batch")

_CREATE = f"""
CREATE TEMPORARY TABLE import_row (
    line_no bigint NOT NULL,
    bad boolean NOT NULL,
    {", ".join(f"{column.name} {column.sql_type}" for column in COLUMNS)},
    -- A parcel without a name is called by its tracking number, or "1" when only its dates are known.
    parcel_ref text GENERATED ALWAYS AS (
        coalesce(parcel, tracking, CASE WHEN carrier IS NOT NULL OR shipped_on IS NOT NULL
            OR promised_on IS NOT NULL OR delivered_on IS NOT NULL THEN '1' END)
    ) STORED
);
CREATE TEMPORARY TABLE import_problem (
    line_no bigint NOT NULL,
    order_number text,
    "column" text NOT NULL,
    key text NOT NULL,
    params jsonb NOT NULL,
    fatal boolean NOT NULL
);
"""


def create(cursor: CursorWrapper) -> None:
    """Make the tables, empty. They live as long as the connection, or until `drop`."""
    drop(cursor)
    cursor.execute(_CREATE)


def drop(cursor: CursorWrapper) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{table}' for table in TABLES)}")


class Stager:
    """Reads blocks of rows and copies them into `import_row`, and what is wrong with them into `import_problem`.

    One COPY stays open from block to block, so that PostgreSQL takes one in while the next is read.
    """

    def __init__(self, index: dict[str, int], *, zone: ZoneInfo, now: datetime) -> None:
        self._index = index
        self._memories = memories(zone=zone, now=now)
        self._open = ExitStack()
        self._copy: Copy | None = None

    def __enter__(self) -> Stager:
        return self

    def __exit__(self, *raised: Any) -> None:
        self._open.__exit__(*raised)

    def stage(self, block: Block) -> None:
        problems = list(block.problems)
        text = self._copy_text(block, problems)
        # Marks that a ragged or unreadable line belongs to an order, which must then not land.
        text += "".join(_bad_row(problem.line_no, problem.order_number) for problem in block.problems)
        if text:
            self._write(text)
        if problems:
            self._open.close()  # one connection, one COPY at a time
            self._copy = None
            add_problems(problems, fatal=True)

    def _write(self, text: str) -> None:
        if self._copy is None:
            names = ", ".join(("line_no", "bad", *NAMES))
            cursor = self._open.enter_context(connection.cursor())
            self._copy = self._open.enter_context(cursor.copy(f"COPY import_row ({names}) FROM STDIN"))
        self._copy.write(text)

    def _copy_text(self, block: Block, problems: list[Problem]) -> str:
        if not block.rows:
            return ""
        given = list(zip(*block.rows, strict=True))
        nothing = ("",) * len(block.rows)
        currencies = given[self._index["currency"]]
        columns: list[Sequence[str]] = []
        suspect: list[int] = []
        for place, name in enumerate(NAMES):
            cells = given[self._index[name]] if name in self._index else nothing
            memory = self._memories[name]
            if isinstance(memory, Amounts):
                columns.append(list(map(memory.__getitem__, zip(cells, currencies, strict=True))))
            else:
                columns.append(list(map(memory.__getitem__, cells)))
            if memory.any_wrong:
                suspect.append(place)
        bad = ["f"] * len(block.rows)
        if suspect:
            self._note_wrong(block, columns, suspect, bad, problems)
        return "\n".join(map("\t".join, zip(map(str, block.line_nos), bad, *columns, strict=True))) + "\n"

    def _note_wrong(
        self,
        block: Block,
        columns: list[Sequence[str]],
        suspect: list[int],
        bad: list[str],
        problems: list[Problem],
    ) -> None:
        numbers = columns[0]
        for place in suspect:
            for i, value in enumerate(columns[place]):
                if isinstance(value, Wrong):
                    number = None if isinstance(numbers[i], Wrong) else _unescaped(numbers[i])
                    bad[i] = "t"
                    problems.append(Problem(block.line_nos[i], value.key, NAMES[place], value.params, number))


def add_problems(problems: Iterable[Problem], *, fatal: bool) -> None:
    """Note what is wrong: fatal for the order, or only worth saying."""
    rows = [
        (each.line_no, each.order_number, each.column, each.key, json.dumps(each.params), fatal)
        for each in problems
    ]
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy("COPY import_problem FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _bad_row(line_no: int, order_number: str | None) -> str:
    if order_number is None or "\0" in order_number or not order_number.isprintable():
        return ""
    cells = [str(line_no), "t", order_number.replace("\\", r"\\"), *[NULL] * (len(NAMES) - 1)]
    return "\t".join(cells) + "\n"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _PLAIN.get(match[1], match[1]), text) if "\\" in text else text
