"""What a buyer wrote and sent to customer service, as evidence on a claim of theirs: the words are written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from recours.channels.continuity import FiledMessage
from recours.channels.transcripts import as_they_came, transcript
from recours.claims.commands.evidence import add_evidence, write_note
from recours.claims.models import Evidence
from recours.conversations.models import Conversation, Message
from recours.conversations.queries import WITH_FILES
from recours.files.commands import store_judged
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.models import StoredFile
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, say


class Filed(Struct, frozen=True):
    """What came on the claim. `left_out` counts files for which the buyer's side has no number left."""

    messages: int = 0
    files: int = 0
    left_out: int = 0


def sent_by_buyer(conversation_id: UUID) -> QuerySet[Message]:
    """Return what the buyer's side wrote in a conversation with customer service, oldest first."""
    rows = Message.objects.filter(
        conversation_id=conversation_id, conversation__shop=None, author_role=Role.BUYER
    )
    return rows.order_by("sent_at", "pk")


def file_messages(
    *,
    conversation_id: UUID,
    claim_id: UUID,
    by: Actor,
    message_ids: Collection[int] | None = None,
    lang: Lang,
    now: dt.datetime,
) -> Filed:
    """Number what the buyer wrote and sent as their exhibits, and note who did it; all of it unless told which.

    In one transaction: lock the conversation; write the messages that the claim has not yet out as one text; number it
    and their files, those that the claim has already left out; remember which messages they were, with the hash of what
    came; leave a note when the desk did it. The caller has checked that the claim is of the conversation's buyer, and
    that `by` is that buyer or of its desk. Raises TooManyFiles, EvidenceClosed, EvidenceAfterRuling.
    """
    with transaction.atomic():
        row = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("buyer", "marketplace")
            .get(pk=conversation_id)
        )
        if row.buyer is None:
            return Filed()
        chosen = sent_by_buyer(row.pk).prefetch_related(WITH_FILES)
        if message_ids is not None:
            chosen = chosen.filter(pk__in=message_ids)
        new = list(chosen.exclude(filed__claim_id=claim_id))
        if not new:
            return Filed()
        came = as_they_came(new)
        place = row.marketplace
        written = transcript(came, place=place.name, zone_name=place.zone, key=row.pk, lang=lang)
        text = store_judged(judged=written, by=None)
        files, left_out = _new_files(new, claim_id)
        add_evidence(
            claim_id=claim_id, by=Actor(Role.BUYER, row.buyer.user_id), files=[text, *files], now=now
        )
        FiledMessage.objects.bulk_create(
            FiledMessage(
                claim_id=claim_id,
                message=one.message,
                file=text,
                sha256=one.sha256,
                by_id=by.id,
                filed_at=now,
            )
            for one in came
        )
        if by.role is Role.AGENT:
            note = say(lang, "channels.filed", messages=len(new), files=len(files))
            write_note(claim_id=claim_id, by=by, text=note, now=now)
        return Filed(messages=len(new), files=len(files), left_out=left_out)


def _new_files(messages: list[Message], claim_id: UUID) -> tuple[list[StoredFile], int]:
    """Return the files of these messages that the claim has not, as many as there is room for beside their text."""
    mine = Evidence.objects.filter(claim_id=claim_id)
    known = set(mine.values_list("file__sha256", flat=True))
    found: dict[str, StoredFile] = {}
    for message in messages:
        for stored in message.attached():
            if stored.sha256 not in known:
                found.setdefault(stored.sha256, stored)
    room = max(0, PER_CLAIM_AND_SIDE - 1 - mine.filter(side=Role.BUYER).count())
    files = list(found.values())
    return files[:room], len(files[room:])
