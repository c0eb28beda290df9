"""Saying what became of a letter: by the person who has the post's papers, or by a provider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.people.models import User
from recours.posting.models import Letter, Posting, PostingProof, PostingStep
from recours.posting.providers import PRINT_AT_HOME
from recours.posting.queries import days_of
from recours.posting.refusals import AlreadyPosted, TooManyProofs
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.posting import Step, check, registered_number

MOST_PROOFS = 10
"""Documents of the post about one letter. It gives two or three."""


def tell_step(
    letter_id: UUID,
    *,
    step: Step,
    on: dt.date,
    by: Actor,
    user: User,
    tracking: str = "",
    proofs: Sequence[Judged] = (),
    now: dt.datetime | None = None,
) -> Letter:
    """Record a step that a person read on the post's papers, with photographs of them.

    In one transaction, under the claim's lock and then the letter's: the step, the way it goes (a letter that is handed
    in by hand was printed at home), the proofs, and the event of the claim. Told twice for the same day, it is told
    once. Raises the refusals of `posting.check`, RegisteredNumberWrong, AlreadyPosted, TooManyProofs, FileNotKept.
    """
    now = now or clock.now()
    number = registered_number(tracking) if tracking.strip() else ""
    with transaction.atomic():
        letter = locked(letter_id)
        posting = Posting.objects.filter(letter=letter).first()
        elsewhere = posting is not None and posting.provider != PRINT_AT_HOME
        if posting is not None and elsewhere and step in (Step.HANDED_IN, Step.CANCELLED):
            if posting.status != Posting.Status.REFUSED:
                raise AlreadyPosted
            # Its provider did not take it, for certain: the same row goes another way.
            posting.provider, posting.status = PRINT_AT_HOME, Posting.Status.ACCEPTED
            posting.save(update_fields=["provider", "status"])
        record(letter, step, on, by=by, user=user, provider=PRINT_AT_HOME, number=number, now=now)
        if step is Step.HANDED_IN:
            # From now on it has its one posting, which no provider is asked for.
            Posting.objects.get_or_create(
                letter=letter,
                defaults={
                    "provider": PRINT_AT_HOME,
                    "status": Posting.Status.ACCEPTED,
                    "wanted_at": now,
                    "wanted_by": user,
                },
            )
        if number:
            Posting.objects.filter(letter=letter, tracking="").update(tracking=number)
        if len(proofs) + PostingProof.objects.filter(letter=letter).count() > MOST_PROOFS:
            raise TooManyProofs(count=MOST_PROOFS)
        for proof in proofs:
            PostingProof.objects.create(
                letter=letter,
                step=step.value,
                file=store_judged(judged=proof, by=user),
                added_at=now,
                added_by=user,
            )
    return letter


def locked(letter_id: UUID) -> Letter:
    """Lock a letter's claim and then the letter, in the caller's transaction."""
    claim_id = Letter.objects.values_list("claim_id", flat=True).get(pk=letter_id)
    Claim.objects.select_for_update().only("id").get(pk=claim_id)
    return Letter.objects.select_for_update().get(pk=letter_id)


def record(
    letter: Letter,
    step: Step,
    on: dt.date,
    *,
    by: Actor,
    user: User | None,
    provider: str,
    number: str,
    now: dt.datetime,
) -> bool:
    """Write a step of a locked letter and the event of its claim; False where this very step had been told."""
    days = days_of(letter)
    if days.get(step) == on:
        return False
    row = letter.claim
    rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
    check(days, step, on, written_on=letter.written_on, today=rules.calendar.local_date(now))
    PostingStep.objects.create(letter=letter, step=step.value, on=on, told_at=now, told_by=user)
    Posting.objects.filter(letter=letter).update(alerted_at=None)
    command: c.Command = c.FollowLetter(by=by, letter=letter.pk, step=step.value, on=on)
    if step is Step.HANDED_IN:
        command = c.PostLetter(by=by, letter=letter.pk, posted_on=on, provider=provider, tracking=number)
    act(letter.claim_id, command, now=now)
    return True
