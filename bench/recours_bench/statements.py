"""The statements that a piece of code sends, taken down once and sent again by bare psycopg."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction
from psycopg.types.json import Jsonb

Statement = tuple[str, list[Any], bool]
"""The SQL, its values, and whether they are many sets of values."""


@contextmanager
def taken_down() -> Iterator[list[Statement]]:
    """Collect what the block sends to the database, and undo it."""
    found: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT")):
            given = [_plain(each) for each in values or []] if not many else [
                [_plain(each) for each in row] for row in values
            ]  # fmt: skip
            found.append((sql, given, many))
        return execute(sql, values, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield found
        transaction.set_rollback(True)


def _plain(value: Any) -> Any:
    """Encode JSON now: what is measured is sending it."""
    if isinstance(value, Jsonb):
        encoded = (value.dumps or str)(value.obj)
        return encoded.decode() if isinstance(encoded, bytes) else encoded
    return value


def send(bare: psycopg.Connection[Any], statements: list[Statement], *, before: int = 0) -> None:
    """Send the statements on a bare connection: the first `before` by themselves, the rest in one transaction."""
    with bare.cursor() as cursor:
        for statement in statements[:before]:
            _send(cursor, statement)
        with bare.transaction():
            for statement in statements[before:]:
                _send(cursor, statement)


def _send(cursor: psycopg.Cursor[Any], statement: Statement) -> None:
    sql, values, many = statement
    if many:
        cursor.executemany(sql, values)
    else:
        cursor.execute(sql, values)
    if cursor.description is not None:
        cursor.fetchall()
