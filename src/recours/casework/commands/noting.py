"""Writing an internal note, and telling the colleagues whom it calls."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from recours.casework.telling import word_to
from recours.claims.commands.evidence import write_note
from recours.claims.models import InternalNote
from recours.claims.queries import OpenedClaim
from recours.notices.commands import tell
from recours.rules.casework.mentions import mentioned

MOST_CALLED = 20


def note(opened: OpenedClaim, text: str, colleagues: Mapping[UUID, str]) -> InternalNote:
    """Write a note on a claim. In one transaction: the note; then a line behind the bell of each colleague whom it
    calls by `@name`, but for its author and for who is a party to the claim and must not know that there is a note.

    `colleagues` are those who see the claim at the desk, by name. Raises TextMissing, TextTooLong, TextNotText.
    """
    with transaction.atomic():
        written = write_note(claim_id=opened.row.pk, by=opened.actor, text=text, now=opened.now)
        called = [key for key in mentioned(text, colleagues) if key != opened.actor.id][:MOST_CALLED]
        tell(
            [word_to(key, opened.row, "mentioned", f"mention:{written.pk}:{key}") for key in called],
            now=opened.now,
        )
    return written
