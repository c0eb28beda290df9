"""Saying that a step of a letter was told wrong: the row is struck out, stays, and another takes its place."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.rulebook import rulebook
from recours.people.models import User
from recours.posting.commands.stepping import locked
from recours.posting.models import Letter, Posting, PostingStep
from recours.posting.queries import days_of
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.posting import Step, check_correction


def correct_step(
    letter_id: UUID,
    *,
    step: Step,
    on: dt.date | None,
    by: Actor,
    user: User | None,
    now: dt.datetime | None = None,
) -> Letter:
    """Correct the day of a step, or (None) say that it did not happen.

    In one transaction, under the claim's lock and then the letter's: the row is struck out, the right one written, and
    the event of the claim says both days. The same day again changes nothing. Raises the refusals of
    `posting.check_correction`.
    """
    now = now or clock.now()
    with transaction.atomic():
        letter = locked(letter_id)
        row = letter.claim
        rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
        days = days_of(letter)
        if on is not None and days.get(step) == on:
            return letter
        today = rules.calendar.local_date(now)
        check_correction(days, step, on, written_on=letter.written_on, today=today)
        strike(letter, step, on, by=by, user=user, now=now)
    return letter


def strike(
    letter: Letter, step: Step, on: dt.date | None, *, by: Actor, user: User | None, now: dt.datetime
) -> None:
    """Strike a told step of a locked letter out, and write it anew where it was another day."""
    told = PostingStep.objects.get(letter=letter, step=step.value, struck_at=None)
    told.struck_at, told.struck_by = now, user
    told.save(update_fields=["struck_at", "struck_by"])
    if on is not None:
        PostingStep.objects.create(letter=letter, step=step.value, on=on, told_at=now, told_by=user)
    Posting.objects.filter(letter=letter).update(alerted_at=None)
    command = c.CorrectLetter(by=by, letter=letter.pk, step=step.value, was=told.on, on=on)
    act(letter.claim_id, command, now=now)
