"""Giving a letter up: certain until its provider is called, a request afterwards."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.people.models import User
from recours.posting.commands.stepping import locked, record
from recours.posting.models import Posting
from recours.posting.providers import PRINT_AT_HOME, NoAnswer, provider
from recours.posting.refusals import (
    CancellationRefused,
    CancellationUnanswered,
    CancellationUnsure,
    LetterBeingSent,
    LetterNumberUnknown,
    LetterPrinted,
)
from recours.refunds.commands.sparing import may_ask, note_answer, note_silence
from recours.rules.lifecycle.claim import Actor
from recours.rules.posting import Step

logger = logging.getLogger(__name__)

SECONDS = 15
"""How long a person waits for the answer."""

Status = Posting.Status


def cancel(letter_id: UUID, *, on: dt.date, by: Actor, user: User, now: dt.datetime | None = None) -> bool:
    """Give a letter up. True when it certainly does not go; False when its provider agreed, which is not the same:
    one that goes all the same is told of, and the step is struck out. Never inside a transaction.

    Raises LetterBeingSent while its provider has not answered, LetterNumberUnknown, LetterPrinted, CancellationRefused,
    CancellationUnanswered, CancellationUnsure, and the refusals of `posting.check`.
    """
    now = now or clock.now()
    begun = _begin(letter_id, on=on, by=by, user=user, now=now)
    if begun is None:
        return True
    ref, is_first_try = begun
    name = Posting.objects.values_list("provider", flat=True).get(pk=letter_id)
    if not may_ask(name, now):
        raise CancellationUnanswered
    try:
        agreed = provider(name, seconds=SECONDS).cancel(ref)
    except NoAnswer as error:
        logger.warning("no answer from %s to cancelling letter %s: %s", name, letter_id, error)
        note_silence(name, clock.now())
        raise CancellationUnanswered from None
    note_answer(name)
    if not agreed:
        if is_first_try:
            _forget_asking(letter_id)
            raise CancellationRefused
        raise CancellationUnsure  # it may have done at the first call, without an answer, what it refuses now
    with transaction.atomic():
        letter = locked(letter_id)
        posting = Posting.objects.select_for_update().get(pk=letter_id)
        if posting.is_printed:
            raise LetterPrinted
        posting.status = Status.CANCELLED
        posting.save(update_fields=["status"])
        record(letter, Step.CANCELLED, on, by=by, user=user, provider=name, number="", now=now)
    return False


def _begin(
    letter_id: UUID, *, on: dt.date, by: Actor, user: User, now: dt.datetime
) -> tuple[str, bool] | None:
    """Give up what nobody was called for, and return None; else note that its provider is asked.

    Then its number is returned, and whether this is the first time that it is asked without having answered.
    """
    with transaction.atomic(durable=True):
        letter = locked(letter_id)
        posting = Posting.objects.select_for_update().filter(pk=letter_id).first()
        is_elsewhere = posting is not None and posting.provider != PRINT_AT_HOME
        if posting is None or not is_elsewhere or posting.status in (Status.WANTED, Status.REFUSED):
            if posting is not None and is_elsewhere:
                posting.status = Status.CANCELLED
                posting.save(update_fields=["status"])
            record(letter, Step.CANCELLED, on, by=by, user=user, provider=PRINT_AT_HOME, number="", now=now)
            return None
        if posting.status == Status.SUBMITTED:
            raise LetterBeingSent
        if posting.status == Status.CANCELLED:
            return None
        if posting.is_printed:
            raise LetterPrinted
        if not posting.provider_ref:
            raise LetterNumberUnknown
        is_first_try = posting.cancel_asked_at is None
        posting.cancel_asked_at = posting.cancel_asked_at or now
        posting.save(update_fields=["cancel_asked_at"])
        return posting.provider_ref, is_first_try


def _forget_asking(letter_id: UUID) -> None:
    """It has answered, and goes on: nothing is left open."""
    with transaction.atomic():
        locked(letter_id)
        Posting.objects.filter(pk=letter_id).update(cancel_asked_at=None)
