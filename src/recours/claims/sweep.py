"""The deadline sweep: silence does what was promised, once, oldest first, and never early.

A batch is one transaction: due claims are locked with SKIP LOCKED (several workers share the work), every one is
decided anew from its own snapshot, and the batch is written with three statements whatever its size; one more tells
whom it concerns. A claim that raises is parked with its reason, so that the others go on; the desk sees it, and can
have it tried again.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import DatabaseError, OperationalError, connection, transaction

from recours import clock, jobs
from recours.claims.announcing import announce
from recours.claims.commands.store import Link, chained, change, columns_of, event_row
from recours.claims.return_addresses import address_given
from recours.claims.rulebook import rulebook
from recours.rules.lifecycle import claim as rules
from recours.rules.lifecycle.commands import Elapse
from recours.rules.lifecycle.decide import decide
from recours.rules.lifecycle.vocabulary import State

logger = logging.getLogger(__name__)

BATCH = 500
"""Claims per transaction: large enough that the statements' fixed cost disappears, small enough that a crash loses
little and no lock is held for long."""

_decode = msgspec.json.Decoder(rules.Claim).decode
_encode = msgspec.json.encode


class Due(NamedTuple):
    """A due claim as locked by the sweep; `snapshot` is the text of it, not read yet."""

    id: UUID
    marketplace_id: UUID
    policy_version: int
    head_hash: bytes
    return_to: str
    snapshot: str


class Swept(NamedTuple):
    """What one batch did."""

    acted: int
    parked: int


def sweep(now: dt.datetime | None = None, *, batch: int = BATCH) -> Swept:
    """Let silence act on every claim due by `now` (aware UTC); return how many, and how many failed."""
    now = now or clock.now()
    acted = parked = 0
    while (done := sweep_batch(now, batch)) != (0, 0):
        acted, parked = acted + done.acted, parked + done.parked
    return Swept(acted, parked)


def sweep_batch(now: dt.datetime, size: int = BATCH) -> Swept:
    """Sweep one batch in one transaction; (0, 0) when nothing is due."""
    with transaction.atomic():
        due = _lock_due(now, size)
        if not due:
            return Swept(0, 0)
        writes: list[_Write] = []
        failures: list[tuple[UUID, str]] = []
        for row in due:
            try:
                writes.append(_decide(row, now))
            except OperationalError:  # the database's trouble and not the claim's: the next run sweeps it
                raise
            except Exception as error:  # the claim is parked with its reason, and the others go on
                failures.append(_failure(row.id, error))
        writes, unwritable = _write_all(writes, now)
        failures += unwritable
        if failures:
            _park(failures, now)
        if any(write.claim.state is State.REFUND_DUE for write in writes):
            jobs.defer("refunds.prepare", queueing_lock="refunds.prepare")
    return Swept(len(writes), len(failures))


def _failure(claim_id: UUID, error: Exception) -> tuple[UUID, str]:
    logger.error("claim %s could not be swept", claim_id, exc_info=error)
    return claim_id, f"{type(error).__name__}: {error}"


class _Write(NamedTuple):
    id: UUID
    claim: rules.Claim
    links: list[Link]


LOCK_DUE = """
SELECT claim.id, claim.marketplace_id, policy_version, head_hash, coalesce(shop.return_address, ''),
  place.return_address, snapshot::text
FROM claims_claim AS claim
JOIN marketplaces_marketplace AS place ON place.id = claim.marketplace_id
LEFT JOIN marketplaces_shop AS shop ON shop.id = claim.shop_id
WHERE due_at <= %s AND parked_at IS NULL
ORDER BY due_at, claim.id
LIMIT %s
FOR UPDATE OF claim SKIP LOCKED
"""


def _lock_due(now: dt.datetime, size: int) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_DUE, [now, size])
        rows = cursor.fetchall()
    return [
        Due(id_, place, version, bytes(head), address_given(of_shop, of_place), text)
        for id_, place, version, head, of_shop, of_place, text in rows
    ]


def _decide(row: Due, now: dt.datetime) -> _Write:
    claim = _decode(row.snapshot)
    deadline = claim.deadlines[0]
    rules_in_force = rulebook(row.marketplace_id, row.policy_version, claim.opening.country)
    elapse = Elapse(kind=deadline.kind, due_at=deadline.due_at, by=rules.CLOCK)
    events = decide(claim, elapse, rules_in_force, now)
    return _Write(row.id, *chained(row.head_hash, claim, row.id, events, now, lambda: row.return_to))


COLUMNS: tuple[tuple[str, str], ...] = (
    ("state", "varchar"),
    ("ground", "varchar"),
    ("resolution", "varchar"),
    ("closed_at", "timestamptz"),
    ("due_at", "timestamptz"),
    ("due_party", "varchar"),
    ("sort_at", "timestamptz"),
    ("appealed", "boolean"),
    ("overdue", "boolean"),
    ("assigned_to_id", "uuid"),
    ("seq", "integer"),
)
"""The columns of `columns_of`, with their types; a test keeps the two in step."""

UPDATE = f"""
UPDATE claims_claim AS claim
SET {", ".join(f"{name} = new.{name}" for name, _ in COLUMNS)},
  snapshot = new.snapshot, head_hash = decode(new.head_hash, 'hex')
FROM json_to_recordset(%s::json)
  AS new (id uuid, snapshot jsonb, head_hash text, {", ".join(f"{name} {kind}" for name, kind in COLUMNS)})
WHERE claim.id = new.id
"""  # noqa: S608 -- names of columns written above

CLOSE_LINES = "UPDATE claims_claimline SET is_open = false WHERE claim_id = ANY(%s) AND is_open"

COPY_EVENTS = """
COPY claims_claimevent (claim_id, seq, kind, at, recorded_at, actor_role, actor_id, body, hash) FROM STDIN
"""


def _write_all(writes: list[_Write], now: dt.datetime) -> tuple[list[_Write], list[tuple[UUID, str]]]:
    """Write the batch at once, or claim by claim when the database refuses one; return what was written, what not."""
    if not writes:
        return [], []
    try:
        with transaction.atomic():
            _write(writes, now)
    except OperationalError:
        raise
    except DatabaseError as error:
        if len(writes) == 1:
            return [], [_failure(writes[0].id, error)]
        parts = [_write_all([write], now) for write in writes]
        return [w for written, _ in parts for w in written], [f for _, failed in parts for f in failed]
    return writes, []


def _write(writes: list[_Write], now: dt.datetime) -> None:
    # One JSON text for the whole batch: msgspec writes it in one go, where arrays would be quoted value by value.
    rows = _encode(
        [
            columns_of(write.claim)
            | {"id": write.id, "snapshot": write.claim, "head_hash": write.links[-1].hash.hex()}
            for write in writes
        ]
    )
    closed = [write.id for write in writes if write.claim.state is State.CLOSED]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [rows.decode()])
        if cursor.rowcount != len(writes):
            raise RuntimeError(f"{len(writes)} claims were locked and {cursor.rowcount} written")
        if closed:
            cursor.execute(CLOSE_LINES, [closed])
        # What goes wrong with a COPY is said when it ends, where Django does not translate the driver's errors.
        with connection.wrap_database_errors, cursor.copy(COPY_EVENTS) as copy:
            for write in writes:
                for item in write.links:
                    copy.write_row(event_row(write.id, item, now))
    announce((change(*write) for write in writes), now=now)


def _park(failures: list[tuple[UUID, str]], now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE claims_claim SET parked_at = %s, parked_because = %s WHERE id = %s",
            [(now, reason[:2000], claim_id) for claim_id, reason in failures],
        )
