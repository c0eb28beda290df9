"""The statements that a piece of code sends, taken down; `sending` sends them again by bare psycopg."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from recours_bench.sending import Statement


@contextmanager
def taken_down() -> Iterator[list[Statement]]:
    """Collect what the block sends to the database, and undo it."""
    found: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT")):
            found.append((sql, [_plain(row) for row in values] if many else _plain(values), many))
        return execute(sql, values, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield found
        transaction.set_rollback(True)


def _plain(value: Any) -> Any:
    """Encode JSON now: what is measured is sending it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, tuple):  # the values of a statement, or a row of a composite type, as jobs are
        return tuple(_plain(each) for each in value)
    if isinstance(value, Jsonb):
        encoded = (value.dumps or json.dumps)(value.obj)
        return encoded.decode() if isinstance(encoded, bytes) else encoded
    return value
