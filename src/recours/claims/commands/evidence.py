"""Putting files, messages and notes on a claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from recours import clock
from recours.claims.models import Claim, Evidence, InternalNote
from recours.claims.queries import files_of
from recours.conversations.commands import send_message, start_conversation, watch_for
from recours.conversations.models import Message
from recours.files.commands import withhold_alike
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.models import StoredFile
from recours.files.refusals import TooManyFiles
from recours.rules.conversation import topic_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import text_given
from recours.rules.lifecycle.vocabulary import Ground, Role, State
from recours.rules.refusals import Refusal

SETTLED = frozenset({State.REFUND_DUE, State.REPLACEMENT_DUE, State.CLOSED})
"""States in which the matter is settled, so that a new file could change nothing. While goods are on their way back
it is not: what they look like is still to be shown."""


class EvidenceClosed(Refusal):
    """The matter is settled; evidence no longer counts."""


class EvidenceAfterRuling(EvidenceClosed):
    """The platform has ruled, and the ruling can be contested: new evidence comes with that."""


def closed_to_evidence(state: State) -> EvidenceClosed | None:
    """Return why a claim takes no more files, None while it does."""
    if state is State.RULED:
        return EvidenceAfterRuling()
    return EvidenceClosed() if state in SETTLED else None


def add_evidence(
    *,
    claim_id: UUID,
    by: Actor,
    files: Sequence[StoredFile],
    now: dt.datetime | None = None,
    by_post: bool = False,
) -> list[Evidence]:
    """Number the files as exhibits of the actor's side, under the claim's lock so that no number is used twice.

    What came `by_post` is taken whatever the claim has come to: nobody can send it back.
    Raises TooManyFiles, EvidenceClosed, EvidenceAfterRuling.
    """
    now = now or clock.now()
    with transaction.atomic():
        claim = Claim.objects.select_for_update().only("id", "state", "conversation_id").get(pk=claim_id)
        if not by_post and (closed := closed_to_evidence(State(claim.state))) is not None:
            raise closed
        mine = Evidence.objects.filter(claim=claim, side=by.role)
        last = mine.aggregate(last=Max("number"))["last"] or 0
        if last + len(files) > PER_CLAIM_AND_SIDE:
            raise TooManyFiles(name=_first_beyond(files, last), limit_files=PER_CLAIM_AND_SIDE)
        withhold_alike(files, among=files_of(claim))
        return Evidence.objects.bulk_create(
            Evidence(claim=claim, side=by.role, number=number, file=file, added_by_id=by.id, added_at=now)
            for number, file in enumerate(files, start=last + 1)
        )


def _first_beyond(files: Sequence[StoredFile], last: int) -> str:
    """Return the name of the first file that there is no number for."""
    return files[max(0, PER_CLAIM_AND_SIDE - last)].original_name


TAKE_IN = """
INSERT INTO claims_evidence (id, claim_id, side, number, file_id, added_by_id, added_at)
SELECT gen_random_uuid(), %(claim)s, side, number, file_id, author_id, sent_at
FROM (
  SELECT message.author_role AS side, attached.storedfile_id AS file_id, message.author_id, message.sent_at,
    row_number() OVER (PARTITION BY message.author_role ORDER BY message.sent_at, message.id, attached.id) AS number
  FROM conversations_message AS message
  JOIN conversations_message_files AS attached ON attached.message_id = message.id
  WHERE message.conversation_id = %(conversation)s AND message.author_role IN ('buyer', 'seller')
) AS sent
WHERE number <= %(most)s
"""


def take_in_files(*, claim_id: UUID, conversation_id: UUID) -> None:
    """Number what was attached to earlier messages as exhibits of who sent it, dated when it was sent.

    Once, on a claim that has no exhibit yet; beyond the limit of a side, files stay with their messages.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_IN,
            {"claim": claim_id, "conversation": conversation_id, "most": PER_CLAIM_AND_SIDE},
        )


def write_message(*, claim_id: UUID, by: Actor, text: str, now: dt.datetime | None = None) -> Message:
    """Send a message to the other side of a claim, starting its conversation if nobody wrote yet.

    Raises TextMissing, TextTooLong.
    """
    now = now or clock.now()
    with transaction.atomic():
        conversation_id = conversation_of(claim_id, now=now)
        return send_message(conversation_id=conversation_id, by=by, text=text, now=now)


def conversation_of(claim_id: UUID, *, now: dt.datetime) -> UUID:
    """Return the conversation of a claim, started if nobody wrote yet; under the claim's lock, in the caller's
    transaction."""
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    if claim.conversation_id is None:
        conversation = start_conversation(
            marketplace_id=claim.marketplace_id,
            buyer_id=claim.buyer_id,
            shop_id=claim.shop_id,
            order_id=claim.order_id,
            topic=topic_of(Ground(claim.ground)),
            subject=claim.title,
            now=now,
        )
        Claim.objects.filter(pk=claim.pk).update(conversation=conversation)
        watch_for(
            StoredFile.objects.filter(
                pk__in=Evidence.objects.filter(claim=claim).values("file_id"), withheld__isnull=False
            ),
            conversation_id=conversation.pk,
        )
        return conversation.pk
    return claim.conversation_id


def write_note(*, claim_id: UUID, by: Actor, text: str, now: dt.datetime | None = None) -> InternalNote:
    """Write a note that only the desk reads.

    Raises TextMissing, TextTooLong, TextNotText; ValueError for anybody but an agent.
    """
    if by.role is not Role.AGENT or by.id is None:
        raise ValueError("notes are the desk's")
    return InternalNote.objects.create(
        claim_id=claim_id, author_id=by.id, text=text_given(text), written_at=now or clock.now()
    )
