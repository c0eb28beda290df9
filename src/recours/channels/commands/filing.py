"""What a contact sent, as evidence on a claim of the buyer that they are."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours.claims.commands.evidence import add_evidence, write_note
from recours.claims.models import Evidence
from recours.conversations.models import Conversation, Message
from recours.conversations.queries import files_in
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, say


def file_as_evidence(
    *, conversation_id: UUID, claim_id: UUID, by: Actor, lang: Lang, now: dt.datetime
) -> int:
    """Number the files that the buyer sent as their exhibits, and note who did it; return how many there were.

    In one transaction. Files that the claim has already are left out. The caller has checked that the claim is of the
    conversation's buyer, and that `by` is of its desk. Raises TooManyFiles, EvidenceClosed, EvidenceAfterRuling.
    """
    with transaction.atomic():
        row = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("buyer")
            .get(pk=conversation_id)
        )
        sent = Message.objects.filter(conversation=row, author_role=Role.BUYER)
        known = Evidence.objects.filter(claim_id=claim_id).values("file__sha256")
        files = files_in(row.pk).filter(pk__in=sent.values("files")).exclude(sha256__in=known)
        taken = list(files.order_by("received_at", "id"))
        if not taken or row.buyer is None:
            return 0
        add_evidence(claim_id=claim_id, by=Actor(Role.BUYER, row.buyer.user_id), files=taken, now=now)
        write_note(claim_id=claim_id, by=by, text=say(lang, "channels.filed", count=len(taken)), now=now)
        return len(taken)
