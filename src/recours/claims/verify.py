"""Proof that the rows are what the events say: every claim replayed, every hash and every column compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from recours.claims.chain import GENESIS, canonical, decode_event, link
from recours.claims.commands.store import columns_of, more_articles_in
from recours.rules.lifecycle import claim as rules
from recours.rules.lifecycle import evolve
from recours.rules.lifecycle.vocabulary import State
from recours.rules.wording import Lang, Value, say

BATCH = 500
"""Claims in memory at a time."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong with a claim, a refund or a file; `event` is the number of the event concerned."""

    what: str
    subject: str
    event: int | None = None
    params: dict[str, Value] = {}

    def sentence(self, lang: Lang) -> str:
        return say(lang, f"verify.{self.what}", subject=self.subject, event=self.event or 0, **self.params)


class _Row(NamedTuple):
    """A claim with its events and lines, read in one statement, so that nobody wrote in between."""

    id: UUID
    reference: str
    head_hash: bytes
    snapshot: str
    columns: dict[str, Any]
    events: list[tuple[int, str, dt.datetime, dt.datetime, str, UUID | None, str, bytes]]
    lines: list[tuple[int, int, bool]]


COLUMNS = (
    "state", "ground", "resolution", "closed_at", "due_at", "due_party", "sort_at", "appealed", "overdue",
    "assigned_to_id", "seq", "reference", "opened_at", "about", "currency", "disputed_minor", "policy_version",
    "more_articles",
)  # fmt: skip
"""The columns that the events determine."""

_EVENT = ("seq", "kind", "at", "recorded_at", "actor_role", "actor_id", "body::text", "hash")
_LINE = ("order_line_id", "quantity", "is_open")

READ = f"""
SELECT claim.id, claim.reference, claim.head_hash, claim.snapshot::text, {", ".join(f"claim.{c}" for c in COLUMNS)},
  event.*, line.*
FROM (
  SELECT * FROM claims_claim WHERE id > %(after)s AND (%(reference)s = '' OR reference = %(reference)s)
  ORDER BY id LIMIT %(size)s
) AS claim
CROSS JOIN LATERAL (
  SELECT {", ".join(f"array_agg({c} ORDER BY seq)" for c in _EVENT)} FROM claims_claimevent WHERE claim_id = claim.id
) AS event
CROSS JOIN LATERAL (
  SELECT {", ".join(f"array_agg({c} ORDER BY order_line_id)" for c in _LINE)} FROM claims_claimline
  WHERE claim_id = claim.id
) AS line
ORDER BY claim.id
"""  # noqa: S608 -- names of columns written above


def number_of_claims(reference: str = "") -> int:
    """Return how many claims there are to verify."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM claims_claim WHERE %(r)s = '' OR reference = %(r)s", {"r": reference}
        )
        return int(cursor.fetchone()[0])


def differences(
    reference: str = "", *, seen: Callable[[int], object] = lambda count: None, batch: int = BATCH
) -> Iterator[Difference]:
    """Yield the first difference of each claim that has one; of one claim alone, when its reference is given.

    Memory does not grow with the number of claims. `seen` is told how many were verified since it was last called.
    """
    after = UUID(int=0)
    while rows := _read(after, reference, batch):
        for row in rows:
            found = _first_difference(row)
            if found is not None:
                yield found
        seen(len(rows))
        after = rows[-1].id


def _read(after: UUID, reference: str, size: int) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"after": after, "reference": reference, "size": size})
        return [_row(values) for values in cursor.fetchall()]


def _row(values: tuple[Any, ...]) -> _Row:
    start, stop = 4, 4 + len(COLUMNS)
    events = values[stop : stop + len(_EVENT)]
    lines = values[stop + len(_EVENT) :]
    return _Row(
        id=values[0],
        reference=values[1],
        head_hash=bytes(values[2]),
        snapshot=values[3],
        columns=dict(zip(COLUMNS, values[start:stop], strict=True)),
        events=list(zip(*(column or () for column in events), strict=True)),
        lines=list(zip(*(column or () for column in lines), strict=True)),
    )


def _first_difference(row: _Row) -> Difference | None:
    claim, head = None, GENESIS
    if not row.events:
        return Difference(what="no_events", subject=row.reference)
    for expected, event in enumerate(row.events, start=1):
        wrong = _wrong_event(row, expected, event, head)
        if wrong is not None:
            return wrong
        body = decode_event(event[6])
        try:
            claim = evolve(claim, body)
        except Exception as error:
            return _difference(row, "unplayable", event[0], reason=f"{type(error).__name__}: {error}")
        head = bytes(event[7])
    if claim is None:
        raise AssertionError("events make a claim")
    return _wrong_row(row, claim, head)


def _wrong_event(row: _Row, expected: int, event: tuple[Any, ...], head: bytes) -> Difference | None:
    seq, kind, at, recorded_at, role, actor_id, text, digest = event
    if seq != expected:
        return _difference(row, "gap", expected)
    if link(head, row.id, seq, recorded_at, canonical(msgspec.json.decode(text))) != bytes(digest):
        return _difference(row, "hash", seq)
    try:
        body = decode_event(text)
    except msgspec.ValidationError as error:
        return _difference(row, "unreadable", seq, reason=str(error))
    stored = {"kind": kind, "at": at, "actor_role": role, "actor_id": actor_id}
    told = {
        "kind": type(body).__name__,
        "at": body.at,
        "actor_role": body.by.role.value,
        "actor_id": body.by.id,
    }
    for name, value in told.items():
        if stored[name] != value:
            return _difference(
                row, "event_column", seq, column=name, stored=str(stored[name]), told=str(value)
            )
    return None


def _wrong_row(row: _Row, claim: rules.Claim, head: bytes) -> Difference | None:
    if head != row.head_hash:
        return _difference(row, "head_hash", claim.seq)
    stored = msgspec.json.decode(row.snapshot)
    told = msgspec.json.decode(msgspec.json.encode(claim))
    if stored != told:
        fields = stored.keys() | told.keys() if isinstance(stored, dict) else set()
        field = min((name for name in fields if stored.get(name) != told.get(name)), default="")
        return _difference(row, "snapshot", claim.seq, field=field)
    for name, value in _columns(claim).items():
        if row.columns[name] != value:
            return _difference(
                row, "column", claim.seq, column=name, stored=str(row.columns[name]), told=str(value)
            )
    return _wrong_lines(row, claim)


def _columns(claim: rules.Claim) -> dict[str, Any]:
    opening = claim.opening
    return columns_of(claim) | {
        "reference": opening.reference,
        "opened_at": claim.opened_at,
        "about": opening.about,
        "currency": claim.disputed.currency,
        "disputed_minor": opening.disputed.minor,
        "more_articles": more_articles_in(claim),
        "policy_version": opening.policy_version,
    }


def _wrong_lines(row: _Row, claim: rules.Claim) -> Difference | None:
    told = sorted((line.line_id, line.quantity) for line in claim.opening.lines)
    if [(line_id, quantity) for line_id, quantity, _ in row.lines] != told:
        return _difference(row, "lines", 1)
    is_open = claim.state is not State.CLOSED
    if any(open_now is not is_open for _, _, open_now in row.lines):
        return _difference(row, "line_open", claim.seq)
    return None


def _difference(row: _Row, what: str, event: int, **params: Value) -> Difference:
    return Difference(what=what, subject=row.reference, event=event, params=params)
