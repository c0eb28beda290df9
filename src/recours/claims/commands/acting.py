"""What people do to a claim that exists."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import clock, jobs
from recours.claims.commands.store import StaleClaim, append
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.rules.lifecycle import decide
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.commands import Command
from recours.rules.lifecycle.vocabulary import State


def act(
    claim_id: UUID, command: Command, *, expected_seq: int | None = None, now: dt.datetime | None = None
) -> Claim:
    """Carry out one command on a claim.

    In one transaction: lock the claim's row; let overdue silence act first, at the instants it fell due; decide;
    append the events and bring the row up to date; when a refund becomes due, queue its preparation.

    The caller has resolved the claim through what its actor may see, and the actor's role in it. `expected_seq` is
    the event number that the actor's page showed: when the other party has acted since, StaleClaim is raised and
    nothing is written. Raises every refusal of `decide`.
    """
    now = now or clock.now()
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim_id)
        rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
        # A page shows what silence has done whether or not the sweep has written it down yet.
        present = as_of(row.snapshot, rules, now)
        if expected_seq is not None and expected_seq not in (row.seq, present.seq):
            raise StaleClaim
        events = decide(row.snapshot, command, rules, now)
        if expected_seq is not None and expected_seq != present.seq:
            # Read before a deadline, sent after it, and the rules have no better reason to refuse it: it is refused
            # all the same, as it would be if a worker had run in between.
            raise StaleClaim
        append(row, events, now)
        announce(row)
    return row


def announce(row: Claim) -> None:
    """Queue what follows from the state a claim is in now: a refund that became due is prepared at once."""
    if row.state == State.REFUND_DUE:
        jobs.defer("refunds.prepare", queueing_lock="refunds.prepare")
