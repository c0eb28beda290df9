"""One claim becomes two: some of its articles go on in a claim of their own, and what runs on it runs on both."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from django.db import transaction

from recours import clock
from recours.claims.chain import canonical, decode_event
from recours.claims.commands.acting import act
from recours.claims.commands.opening import Birth, insert_birth, new_reference
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.claims.rulebook import rulebook
from recours.claims.subjects import Subject
from recours.rules.lifecycle import decide
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.claim import Actor, Earlier
from recours.rules.lifecycle.commands import Split, SplitOff
from recours.rules.lifecycle.vocabulary import Role

OF_THE_DESK = (e.Assigned.__name__, e.Released.__name__)
"""Who held a claim is the desk's own business, and no part of what happened before."""


def split(
    *,
    claim_id: UUID,
    lines: tuple[int, ...],
    by: Actor,
    reason: str,
    expected_seq: int | None = None,
    now: dt.datetime | None = None,
) -> Claim:
    """Give lines of a claim up to a claim of their own; return the row of the new one.

    In one transaction, under the claim's lock: take the lines, and what is disputed and wanted for them, out of the
    claim; open the other with them, with its clocks as they run, the names and days of what happened before, and the
    same exhibits under the same numbers. Messages, notes and the whole history stay where they are, a reference away.

    The caller has resolved the claim through what the agent may see. `expected_seq` is the number of the last event
    that their page showed. Raises StaleClaim and the refusals of `decide.splitting`.
    """
    now = now or clock.now()
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim_id)
        rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
        present = as_of(row.snapshot, rules, now)
        into, reference = uuid4(), new_reference()
        row = act(
            row.pk,
            Split(by=by, lines=lines, into=into, reference=reference, reason=reason),
            expected_seq=expected_seq,
            now=now,
        )
        events = decide(
            None,
            SplitOff(
                by=by,
                origin=present,
                lines=lines,
                claim_id=into,
                reference=reference,
                reason=reason,
                before=_before(row),
            ),
            rules,
            now,
        )
        part = Birth(
            marketplace_id=row.marketplace_id,
            rules=rules,
            subject=_subject(row, events),
            opening=_born(events).opening,
            events=events,
        )
        other = insert_birth(part, key=into, buyer_id=row.buyer_id, order_id=row.order_id, now=now)
        _number_alike(row, other)
        return other


def _born(events: tuple[e.Event, ...]) -> e.ClaimSplitOff:
    (event,) = events
    if not isinstance(event, e.ClaimSplitOff):
        raise TypeError(f"a part of a claim is born of no {type(event).__name__}")
    return event


def _subject(row: Claim, events: tuple[e.Event, ...]) -> Subject:
    opening = _born(events).opening
    return Subject(
        about=opening.about,
        title=opening.lines[0].title,
        disputed=opening.disputed,
        lines=opening.lines,
        shop_id=row.shop_id,
    )


def _before(row: Claim) -> tuple[Earlier, ...]:
    """Return what happened to a claim before its part was taken out, the last event of all."""
    told: list[Earlier] = []
    for event in ClaimEvent.objects.filter(claim=row, seq__lt=row.seq).order_by("seq"):
        if event.kind in OF_THE_DESK:
            continue
        if event.seq == 1 and event.kind == e.ClaimSplitOff.__name__:
            body = decode_event(canonical(event.body))
            told += body.before if isinstance(body, e.ClaimSplitOff) else ()
        told.append(Earlier(kind=event.kind, at=event.at, by=Role(event.actor_role)))
    return tuple(told)


def _number_alike(origin: Claim, part: Claim) -> None:
    """Give the new claim the exhibits of the old one under their numbers, since texts cite them."""
    Evidence.objects.bulk_create(
        Evidence(
            claim=part,
            side=exhibit.side,
            number=exhibit.number,
            file_id=exhibit.file_id,
            added_by_id=exhibit.added_by_id,
            added_at=exhibit.added_at,
        )
        for exhibit in Evidence.objects.filter(claim=origin).order_by("side", "number")
    )
