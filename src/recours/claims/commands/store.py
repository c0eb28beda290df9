"""Writing events: the only place that changes a claim's row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.db import IntegrityError, connection
from msgspec import Struct
from msgspec.structs import replace

from recours.claims.announcing import Change, announce
from recours.claims.chain import encode_event, link
from recours.claims.models import Claim, ClaimLine
from recours.claims.return_addresses import address_now
from recours.rules.lifecycle import claim as rules
from recours.rules.lifecycle import evolve
from recours.rules.lifecycle.decide.checking import is_missed
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.vocabulary import DeadlineKind, State
from recours.rules.refusals import Refusal


class StaleClaim(Refusal):
    """Somebody else changed the claim between reading and writing."""


class AlreadyClaimed(Refusal):
    """Another open claim is about the same line or payment."""


class Link(Struct, frozen=True):
    """One event ready to be stored."""

    seq: int
    event: Event
    body: bytes
    hash: bytes


def columns_of(claim: rules.Claim) -> dict[str, Any]:
    """Return the columns that repeat the snapshot for searching and sorting; `verify` compares them with the rows."""
    deadline = claim.next_deadline
    closed = claim.state is State.CLOSED
    overdue = not closed and (claim.refund_overdue or DeadlineKind.PLATFORM_RULING in claim.fired)
    # A search for a missing refund is the one thing that a closed claim can be late with.
    overdue = overdue or (closed and is_missed(claim) and DeadlineKind.REFUND_TRACE in claim.fired)
    return {
        "state": claim.state,
        "ground": claim.ground,
        "resolution": claim.resolution or "",
        "closed_at": claim.closed_at,
        "due_at": claim.due_at,
        "due_party": deadline.party if deadline else "",
        "sort_at": deadline.due_at if deadline else claim.state_since,
        "appealed": claim.appeal is not None,
        "overdue": overdue,
        "assigned_to_id": claim.assigned_to,
        "seq": claim.seq,
    }


def more_articles_in(claim: rules.Claim) -> int:
    """Return how many articles a claim is about besides the first, which its title names."""
    return max(0, len(claim.opening.lines) - 1)


def chained(
    head: bytes,
    claim: rules.Claim | None,
    claim_id: Any,
    events: Sequence[Event],
    recorded_at: dt.datetime,
    return_to: Callable[[], str],
) -> tuple[rules.Claim, list[Link]]:
    """Apply the events and chain them to the head; return the claim they make and the rows to store.

    `return_to` says where goods go back to now: asked for, and recorded, when a return is authorised; and when goods
    leave whose return had no address yet. A shop that moves later changes nothing of what its buyer was told.
    """
    links: list[Link] = []
    for event in events:
        before, claim = claim, evolve(claim, event)
        trip = claim.trip
        is_told = event.to in (State.AWAITING_RETURN, State.RETURN_IN_TRANSIT)
        if is_told and trip is not None and not trip.address and (address := return_to()):
            event = replace(event, return_to=address)
            claim = evolve(before, event)
        body = encode_event(event)
        head = link(head, claim_id, claim.seq, recorded_at, body)
        links.append(Link(seq=claim.seq, event=event, body=body, hash=head))
    if claim is None:
        raise ValueError("no events")
    return claim, links


def append(row: Claim, events: Sequence[Event], recorded_at: dt.datetime) -> None:
    """Append events to a locked claim, bring its row up to date and tell whom it concerns, in the caller's transaction.

    Raises StaleClaim when the row is no longer at the event it was read at; AlreadyClaimed when the claim opens
    again what another claim has meanwhile taken up.
    """
    was_closed, was_seq = row.state == State.CLOSED, row.seq
    known = {line.line_id for line in row.snapshot.opening.lines}
    claim, links = chained(
        bytes(row.head_hash),
        row.snapshot,
        row.id,
        events,
        recorded_at,
        lambda: address_now(row.shop_id, row.marketplace_id),
    )
    told = {line.line_id for line in claim.opening.lines}
    changes = columns_of(claim) | {
        "snapshot": claim,
        "head_hash": links[-1].hash,
        "disputed_minor": claim.opening.disputed.minor,
        "shop_id": row.shop_id or _seller_of(row, claim),
        "title": claim.opening.lines[0].title if known - told else row.title,
        "more_articles": more_articles_in(claim),
        # What the sweep could not decide has been decided: the clock may act on this claim again.
        "parked_at": None,
        "parked_because": "",
    }
    try:
        if Claim.objects.filter(pk=row.pk, seq=was_seq).update(**changes) != 1:
            raise StaleClaim
        is_closed = claim.state is State.CLOSED
        if was_closed is not is_closed and row.order_id:
            ClaimLine.objects.filter(claim=row).update(is_open=not is_closed)
        ClaimLine.objects.bulk_create(
            ClaimLine(claim=row, order_line_id=line.line_id, quantity=line.quantity)
            for line in claim.opening.lines
            if line.line_id not in known
        )
        if gone := known - told:
            ClaimLine.objects.filter(claim=row, order_line_id__in=gone).delete()
    except IntegrityError as error:
        raise AlreadyClaimed from error
    insert_events(row.id, links, recorded_at)
    for name, value in changes.items():
        setattr(row, name, value)
    announce([change(row.id, claim, links)], now=recorded_at)


def _seller_of(row: Claim, claim: rules.Claim) -> Any:
    """The shop of a claim that has become its seller's to answer, by a change of ground; it must exist for them."""
    return row.order.shop_id if claim.has_seller and row.order is not None else None


_COLUMNS = {str(field.attname): str(field.column) for field in Claim._meta.concrete_fields}

INSERT_CLAIM = f"""
WITH claim AS (
  INSERT INTO claims_claim ({", ".join(_COLUMNS.values())}) VALUES ({", ".join("%s" for _ in _COLUMNS)})
), line AS (
  INSERT INTO claims_claimline (claim_id, order_line_id, quantity, is_open)
  SELECT %s, line_id, quantity, true FROM unnest(%s::bigint[], %s::integer[]) AS claimed (line_id, quantity)
)
INSERT INTO claims_claimevent (claim_id, seq, kind, at, recorded_at, actor_role, actor_id, body, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""  # noqa: S608 -- names of columns


def insert_claim(
    row: Claim, lines: Sequence[rules.ClaimedLine], links: Sequence[Link], recorded_at: dt.datetime
) -> None:
    """Insert a new claim with its lines and its first event, in one statement; then the others if it has more.

    Tells whom it concerns, in one more.
    Foreign keys are checked when the transaction ends, so that the order within the statement does not matter.
    """
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["snapshot"] = msgspec.json.encode(row.snapshot).decode()
    claimed = [[line.line_id for line in lines], [line.quantity for line in lines]]
    first, *others = links
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT_CLAIM, [*values.values(), row.id, *claimed, *event_row(row.id, first, recorded_at)]
        )
    if others:
        insert_events(row.id, others, recorded_at)
    row._state.adding = False
    row._state.db = connection.alias
    announce([change(row.id, row.snapshot, links)], now=recorded_at)


def change(claim_id: Any, claim: rules.Claim, links: Sequence[Link]) -> Change:
    """Return what `announcing` tells of: the claim after these events, and the events."""
    return Change(claim_id, claim, [(item.seq, item.event) for item in links])


INSERT_EVENTS = """
INSERT INTO claims_claimevent (claim_id, seq, kind, at, recorded_at, actor_role, actor_id, body, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def insert_events(claim_id: Any, links: Sequence[Link], recorded_at: dt.datetime) -> None:
    """Insert event rows; their bodies go to the database as the very bytes that were hashed."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_EVENTS, [event_row(claim_id, item, recorded_at) for item in links])


def event_row(claim_id: Any, item: Link, recorded_at: dt.datetime) -> tuple[Any, ...]:
    event = item.event
    return (
        claim_id,
        item.seq,
        type(event).__name__,
        event.at,
        recorded_at,
        event.by.role.value,
        event.by.id,
        item.body.decode(),
        item.hash,
    )
