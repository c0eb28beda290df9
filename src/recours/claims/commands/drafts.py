"""A dispute being written: keeping what was typed, and sending it once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from recours import clock
from recours.claims.claimable import draft_for, files_of
from recours.claims.commands.evidence import add_evidence
from recours.claims.commands.opening import OpeningRequest, open_claim
from recours.claims.models import Claim, Draft
from recours.files.models import StoredFile
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor

LONGEST_ANSWER = 50_000
"""Characters kept of one answer: far more than may be sent, so that a text to be shortened is not lost."""


def save_draft(
    *,
    user_id: UUID,
    marketplace_id: UUID,
    order_id: UUID | None = None,
    payment_id: UUID | None = None,
    step: str,
    answer: Mapping[str, Any],
    now: dt.datetime | None = None,
) -> Draft:
    """Keep the answer to one step as it was typed, right or wrong, making the draft at the first one.

    There is one unsent draft per user for an order, for a payment, and for a marketplace's failed purchases. The caller
    has resolved the order or the payment through what the user may see.
    """
    now = now or clock.now()
    with transaction.atomic():
        # Locks the user's row: two tabs that save the first answer at once make one draft.
        User.objects.select_for_update().only("pk").get(pk=user_id)
        found = draft_for(user_id, marketplace_id=marketplace_id, order_id=order_id, payment_id=payment_id)
        draft = found or Draft.objects.create(
            user_id=user_id,
            marketplace_id=marketplace_id,
            order_id=order_id,
            payment_id=payment_id,
            saved_at=now,
        )
        typed = {_storable(name): _storable(value) for name, value in answer.items()}
        draft.answers = {**draft.answers, step: typed}
        draft.saved_at = now
        draft.save(update_fields=["answers", "saved_at"])
    return draft


def _storable(value: Any) -> Any:
    if isinstance(value, list):
        return [_storable(one) for one in value]
    # PostgreSQL has no text with a NUL in it.
    return str(value).replace("\0", "")[:LONGEST_ANSWER]


def add_draft_files(*, draft: Draft, files: Sequence[StoredFile]) -> None:
    draft.files.add(*files)


def remove_draft_file(*, draft: Draft, file_id: UUID) -> None:
    """Take a file out of a draft; it stays in the store until the sweep finds that nothing names it."""
    draft.files.remove(*draft.files.filter(pk=file_id))


def discard_draft(*, draft: Draft) -> None:
    """Forget a draft that was not sent."""
    Draft.objects.filter(pk=draft.pk, claim=None).delete()


def submit_draft(
    *, draft_id: UUID, request: OpeningRequest, by: Actor, now: dt.datetime | None = None
) -> Claim:
    """Open the claim that a draft describes, and return it; return the same one when it was sent before.

    In one transaction: lock the draft; open the claim, its key being the draft's id; make the draft's files its first
    exhibits; mark the draft as sent and empty it, since the claim holds everything now. A refusal leaves the draft as
    it was. The caller has checked that the draft is the actor's. Raises the refusals of `open_claim`, TooManyFiles.
    """
    now = now or clock.now()
    with transaction.atomic():
        sent_as, has_files = _locked(draft_id)
        if sent_as is not None:
            return Claim.objects.get(pk=sent_as)
        claim = open_claim(request, by=by, now=now)
        if has_files:
            draft = Draft(pk=draft_id)
            add_evidence(claim_id=claim.pk, by=by, files=files_of(draft), now=now)
            draft.files.clear()
        with connection.cursor() as cursor:
            cursor.execute(SENT, [claim.pk, now, draft_id])
    return claim


# Written out, like all that the button of the last page sends: composing them costs more than sending them.
LOCK = """
SELECT claim_id, EXISTS (SELECT 1 FROM claims_draft_files AS attached WHERE attached.draft_id = draft.id)
FROM claims_draft AS draft WHERE id = %s FOR UPDATE OF draft
"""
SENT = "UPDATE claims_draft SET claim_id = %s, answers = '{}', saved_at = %s WHERE id = %s"


def _locked(draft_id: UUID) -> tuple[UUID | None, bool]:
    """Lock a draft; return the claim that it became, if it did, and whether it has files. Raises Draft.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [draft_id])
        row = cursor.fetchone()
    if row is None:
        raise Draft.DoesNotExist
    return row[0], row[1]
