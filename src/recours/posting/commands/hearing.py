"""Acting on what a provider tells of a letter: kept first, then done once, in the order of its days."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from recours import clock
from recours.claims.rulebook import rulebook
from recours.files.commands import store_judged
from recours.files.judge import judge
from recours.files.refusals import FileRefused
from recours.posting.commands.correcting import strike
from recours.posting.commands.stepping import MOST_PROOFS, locked, record
from recours.posting.models import PRINTED, Letter, Posting, PostingProof, PostingStep
from recours.posting.providers import Told
from recours.posting.providers.merci_facteur.reading import STEPS
from recours.rules.lifecycle.claim import MARKETPLACE
from recours.rules.posting import (
    LetterStepAfterNext,
    LetterStepInFuture,
    LetterStepNotOpen,
    LetterStepTooEarly,
    LetterStepTooLate,
    Step,
)

logger = logging.getLogger(__name__)

MOST_TOLD = 200


def hear(name: str, told: Told, *, now: dt.datetime | None = None) -> bool:
    """Take note of what a provider told of one letter; False for a letter that it was not given.

    Under the claim's lock and then the letter's: what was told is kept, once; then every step that it holds and that
    the rule lets be taken is taken, the oldest first. What came too early waits for what it follows.
    """
    now = now or clock.now()
    posting = Posting.objects.filter(key=told.key, provider=name).first()
    if posting is None:
        return False
    with transaction.atomic():
        letter = locked(posting.pk)
        posting = Posting.objects.select_for_update().get(pk=posting.pk)
        was_cancelled = posting.status == Posting.Status.CANCELLED
        if posting.status == Posting.Status.WANTED or (was_cancelled and posting.submitted_at is None):
            logger.error("letter %s was told of by %s, and was never sent there", posting.pk, name)
            return False
        line = [told.status, int(told.at.timestamp())]
        if told.is_dated and line not in posting.told and len(posting.told) < MOST_TOLD:
            posting.told = [*posting.told, line]
        if was_cancelled and any(status in (PRINTED, *STEPS) for status, _ in posting.told):
            # It agreed not to send it, and did: what counts is that it went.
            was_cancelled = False
            strike(letter, Step.CANCELLED, None, by=MARKETPLACE, user=None, now=now)
        if not was_cancelled:
            posting.status, posting.failure = Posting.Status.ACCEPTED, ""
        if posting.is_printed:
            posting.cancel_asked_at = None
        posting.tracking = posting.tracking or told.tracking
        posting.provider_ref = posting.provider_ref or told.ref
        posting.save()
        if not was_cancelled:
            _take(letter, posting, now)
        if told.proof and told.step is not None:
            _keep(letter, told.step, told.proof, now)
    return True


def keep_proof(letter_id: UUID, step: Step, content: bytes, *, now: dt.datetime) -> None:
    """Keep a document that a provider was asked for."""
    with transaction.atomic():
        _keep(locked(letter_id), step, content, now)


def _take(letter: Letter, posting: Posting, now: dt.datetime) -> None:
    row = letter.claim
    rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
    told = sorted(
        (dt.datetime.fromtimestamp(at, dt.UTC), status) for status, at in posting.told if isinstance(at, int)
    )
    wanted = [(STEPS[status], rules.calendar.local_date(at)) for at, status in told if status in STEPS]
    if wanted and all(step is not Step.HANDED_IN for step, _ in wanted):
        # Handed in the same evening, where nobody said more.
        printed = next((at for at, status in told if status == PRINTED), None)
        if printed is None:
            return
        wanted.insert(0, (Step.HANDED_IN, rules.calendar.local_date(printed)))
    # What a person struck out, or corrected, is not told anew by the same news.
    known = set(PostingStep.objects.filter(letter=letter).values_list("step", flat=True))
    for step, on in sorted(wanted, key=lambda pair: (pair[0] is not Step.HANDED_IN, pair[1])):
        if step.value in known:
            continue
        known.add(step.value)
        with contextlib.suppress(
            LetterStepNotOpen, LetterStepInFuture, LetterStepTooEarly, LetterStepAfterNext, LetterStepTooLate
        ):
            record(
                letter,
                step,
                on,
                by=MARKETPLACE,
                user=None,
                provider=posting.provider,
                number=posting.tracking,
                now=now,
            )


def _keep(letter: Letter, step: Step, content: bytes, now: dt.datetime) -> None:
    """Keep a document of the post through the same checks as everybody's files; one of each content."""
    held = PostingProof.objects.filter(letter=letter)
    try:
        judged = judge(ContentFile(content, "preuve" + (".pdf" if content.startswith(b"%PDF") else ".jpg")))
    except FileRefused as refusal:
        logger.warning("a proof of letter %s cannot be kept: %s", letter.pk, refusal)
        return
    if held.filter(file__sha256=judged.sha256).exists() or held.count() >= MOST_PROOFS:
        return
    PostingProof.objects.create(
        letter=letter, step=step.value, file=store_judged(judged=judged, by=None), added_at=now
    )
