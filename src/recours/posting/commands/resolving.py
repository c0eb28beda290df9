"""Saying what a person found in a provider's account about a letter that it never answered for."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.posting.commands.stepping import locked
from recours.posting.models import Posting
from recours.posting.queries import KEYS_SURE
from recours.posting.refusals import LetterNotInDoubt

Status = Posting.Status


def resolve(letter_id: UUID, *, ref: str, now: dt.datetime | None = None) -> None:
    """Say that a letter is in the account, under the number `ref`; with none, that it is not, and may go another way.

    Only once no machine tries it any more: a try under way could post it after all. Raises LetterNotInDoubt.
    """
    now = now or clock.now()
    with transaction.atomic():
        locked(letter_id)
        posting = Posting.objects.select_for_update().get(pk=letter_id)
        if not is_in_doubt(posting, now):
            raise LetterNotInDoubt
        posting.status = Status.ACCEPTED if ref else Status.REFUSED
        posting.provider_ref = ref or posting.provider_ref
        posting.alerted_at = None
        posting.save(update_fields=["status", "provider_ref", "alerted_at"])


def is_in_doubt(posting: Posting, now: dt.datetime) -> bool:
    """Whether no machine tries this letter any more, and nobody knows whether its provider has it."""
    return (
        posting.status == Status.SUBMITTED
        and posting.submitted_at is not None
        and (posting.submitted_at <= now - KEYS_SURE)
    )
