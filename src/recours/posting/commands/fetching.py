"""Asking a provider for the post's documents, and for news that its webhooks did not bring."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db.models import Q

from recours import clock, jobs
from recours.posting.commands.hearing import hear, keep_proof
from recours.posting.models import Posting, PostingProof
from recours.posting.providers import AUTOMATIC, NoAnswer, provider
from recours.posting.refusals import PostingSilent, ProofNotYet
from recours.refunds.commands.sparing import may_ask, note_answer, note_silence
from recours.rules.posting import Step

logger = logging.getLogger(__name__)

EVERY = dt.timedelta(days=1)
"""How often a provider is asked about one letter: it tells us unasked, and asks not to be asked all the time."""
FOR = dt.timedelta(days=90)
"""After which nobody asks any more."""
PROVES = (Step.HANDED_IN, Step.RECEIVED)
SECONDS = 15

Status = Posting.Status


def fetch_news(letter_id: UUID, *, now: dt.datetime | None = None) -> int:
    """Ask the provider what became of a letter, and for the documents that are not here; return how many came.

    Never inside a transaction. Raises PostingSilent for one that does not answer or is spared, ProofNotYet for nothing.
    """
    now = now or clock.now()
    posting = Posting.objects.select_related("letter").filter(_followed(), pk=letter_id).first()
    if posting is None:
        raise ProofNotYet
    name = posting.provider
    if not may_ask(name, now):
        raise PostingSilent
    Posting.objects.filter(pk=letter_id).update(news_asked_at=now)
    held = _held(letter_id)
    carrier = provider(name, seconds=SECONDS)
    try:
        told = carrier.status(posting.key, posting.provider_ref) if posting.provider_ref else None
        tracking = posting.tracking or (told.tracking if told else "")
        missing = [
            step for step in PROVES if tracking and step not in held and not (told and told.step is step)
        ]
        found = [(step, content) for step in missing if (content := carrier.proof(tracking, step))]
    except NoAnswer as error:
        logger.warning("no news of letter %s from %s: %s", letter_id, name, error)
        note_silence(name, clock.now())
        raise PostingSilent from None
    note_answer(name)
    if told is not None:
        hear(name, told, now=now)
    for step, content in found:
        keep_proof(letter_id, step, content, now=now)
    came = len(_held(letter_id) - held)
    if not came and not (told and told.tracking and not posting.tracking):
        raise ProofNotYet
    return came


def queue_news(now: dt.datetime | None = None, *, limit: int = 200) -> int:
    """Ask for a job for each letter of which nothing was asked for a day, and whose papers are not all here."""
    now = now or clock.now()
    due = Posting.objects.filter(
        _followed(),
        Q(news_asked_at=None) | Q(news_asked_at__lte=now - EVERY),
        submitted_at__lte=now - EVERY,
        submitted_at__gt=now - FOR,
    ).exclude(letter__proofs__step=Step.RECEIVED.value)
    return jobs.defer_each("posting.fetch_news", "letter_id", list(due.values_list("pk", flat=True)[:limit]))


def _followed() -> Q:
    return Q(provider__in=AUTOMATIC, status=Status.ACCEPTED)


def _held(letter_id: UUID) -> set[Step]:
    found = PostingProof.objects.filter(letter_id=letter_id, added_by=None)
    return {Step(step) for step in found.values_list("step", flat=True)}
