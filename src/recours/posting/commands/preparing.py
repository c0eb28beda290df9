"""Making a letter from a claim: its PDF is sealed before anybody is told of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from msgspec.structs import replace

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.files.commands import store_judged
from recours.files.judge import judge
from recours.letters import paper
from recours.people.models import User
from recours.posting.models import Letter
from recours.posting.refusals import LetterNotMade, TooManyLetters
from recours.rules.letters import Prepared, Story
from recours.rules.lifecycle import commands as c
from recours.typesetting import TypesettingError

log = logging.getLogger(__name__)

PER_CLAIM_AND_SIDE = 20
"""Who writes more letters about one parcel writes them elsewhere."""


def prepare_letter(
    *,
    opened: OpenedClaim,
    letter_id: UUID,
    story: Story,
    prepared: Prepared,
    pictures: Mapping[str, bytes],
    by: User,
) -> Letter:
    """Make the PDF, keep it under its hash, then in one transaction: the letter's row, and the event of the claim.

    `letter_id` is the page's own: sent twice, the letter that it made is returned. What is kept and handed out are the
    bytes that were set, no copy of them: they are ours, and their hash is the event's. Raises TooManyLetters,
    LetterNotMade, UnreadablePicture.
    """
    made = _made(opened, letter_id)
    if made is not None:
        return made
    if Letter.objects.filter(claim_id=opened.row.pk, side=opened.role).count() >= PER_CLAIM_AND_SIDE:
        raise TooManyLetters(count=PER_CLAIM_AND_SIDE)
    try:
        content = paper(prepared, story, {name: (picture,) for name, picture in pictures.items()})
    except TypesettingError as error:
        log.exception("A letter of claim %s could not be set.", opened.row.reference)
        raise LetterNotMade from error
    name = f"{opened.row.reference}-{story.kind.value}.pdf"
    judged = judge(ContentFile(content, name))
    own = replace(judged, clean=content)
    with transaction.atomic():
        Claim.objects.select_for_update().only("id").get(pk=opened.row.pk)
        made = _made(opened, letter_id)
        if made is not None:
            return made
        letter = Letter.objects.create(
            id=letter_id,
            claim_id=opened.row.pk,
            side=opened.role,
            sort=story.kind.value,
            written_on=story.written_on,
            term_days=story.term_days,
            sender=list(prepared.letter.sender.lines),
            addressee=list(prepared.letter.addressee.lines),
            file=store_judged(judged=own, by=by),
            made_at=opened.now,
            made_by=by,
        )
        act(
            opened.row.pk,
            c.PrepareLetter(by=opened.actor, letter=letter.pk, sort=letter.sort, sha256=judged.sha256),
            now=opened.now,
        )
    return letter


def _made(opened: OpenedClaim, letter_id: UUID) -> Letter | None:
    return Letter.objects.filter(pk=letter_id, claim_id=opened.row.pk, side=opened.role).first()
