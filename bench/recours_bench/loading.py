"""Filling tables fast: what each row would cost in indexes, foreign keys and log is paid for once, at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LOADED = (
    "marketplaces_order", "marketplaces_parcel", "marketplaces_orderline", "marketplaces_payment",
    "refunds_ledgerentry", "claims_claim", "claims_claimevent", "claims_claimline",
    "conversations_conversation", "conversations_message",
)  # fmt: skip
"""The tables that `world` and `desk` fill."""

# Not as in production, and only while rows are written: a crash here costs nothing but the bench.
HASTE = {
    "synchronous_commit": "off",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    "maintenance_work_mem": "1GB",
    "autovacuum": "off",
}

# Primary keys stay, for foreign keys of other tables stand on them, and checks stay, for they cost next to nothing.
CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'x') ORDER BY contype DESC, conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
ORDER BY 1
"""
ALL_OF_THEM = """
SELECT pg_get_indexdef(indexrelid), indisvalid AND indisready FROM pg_index WHERE indrelid = ANY(%(loaded)s::regclass[])
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE conrelid = ANY(%(loaded)s::regclass[])
"""
CASTS = r"::(text|character varying)(\[\])?|[()]"


@contextmanager
def loading() -> Iterator[None]:
    """Put indexes and foreign keys aside while the block writes rows, and make them again from their own definitions.

    After the block the tables have every index and constraint that they had before, valid, and the server its settings.
    Raises RuntimeError otherwise.
    """
    tables = list(LOADED)
    with connection.cursor() as cursor:
        before = _structure(cursor)
        cursor.execute(CONSTRAINTS, [tables])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, value in HASTE.items():
            cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        cursor.execute("SELECT pg_reload_conf()")
        for table, name, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name in HASTE:
            cursor.execute(f"ALTER SYSTEM RESET {name}")
        cursor.execute("SELECT pg_reload_conf()")
        if wrong := _structure(cursor) ^ before:
            raise RuntimeError(f"not the same indexes and constraints before and after: {sorted(wrong)}")
        # Else it would be written out while pages are measured.
        cursor.execute("CHECKPOINT")


def _structure(cursor: Any) -> set[tuple[str, bool]]:
    """Every index and constraint of these tables, and whether it is valid.

    Without casts: PostgreSQL writes those of `state IN (…)` elsewhere once it has read its own definition of it.
    """
    cursor.execute(ALL_OF_THEM, {"loaded": list(LOADED)})
    return {(re.sub(CASTS, "", definition), is_valid) for definition, is_valid in cursor.fetchall()}
