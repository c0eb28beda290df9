"""Sending statements by bare psycopg, without Django, which the processes that do it never import."""

from __future__ import annotations

from typing import Any

import psycopg

Statement = tuple[str, Any, bool]
"""The SQL, its values, and whether they are many sets of values."""


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
