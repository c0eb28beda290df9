"""Handing out copies of the file of a claim, and keeping what they held."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from uuid import UUID

from recours.claims.queries import OpenedClaim
from recours.dossier.bundle import Bundle, bundle
from recours.dossier.models import DossierCopy
from recours.dossier.paper import paper
from recours.dossier.queries import copies_since, gather
from recours.dossier.refusals import CopyNotMade, TooManyCopies
from recours.typesetting import TypesettingError

log = logging.getLogger(__name__)

PER_HOUR = 60
"""Copies that one person has made within an hour. Who reads them asks for one or two; a loop asks for thousands."""

HOUR = dt.timedelta(hours=1)


def issue_paper(opened: OpenedClaim) -> bytes:
    """Return the PDF of a claim for who opened it, and remember its hash.

    Nothing is locked while it is set: what it tells was read as of one instant, and says which. Raises TooManyCopies,
    CopyNotMade.
    """
    _refuse_too_many(opened)
    gathered = gather(opened)
    try:
        content = paper(gathered)
    except TypesettingError as error:
        log.exception("The file of claim %s could not be set.", opened.row.reference)
        raise CopyNotMade from error
    _remember(gathered.opened, DossierCopy.Form.PDF, hashlib.sha256(content).hexdigest())
    return content


def issue_bundle(opened: OpenedClaim) -> Bundle:
    """Return the ZIP of a claim for who opened it, ready to be streamed, and remember the hash of its manifest.

    Raises TooManyCopies, CopyNotMade.
    """
    _refuse_too_many(opened)
    gathered = gather(opened)
    try:
        made = bundle(gathered)
    except TypesettingError as error:
        log.exception("The file of claim %s could not be set.", opened.row.reference)
        raise CopyNotMade from error
    _remember(gathered.opened, DossierCopy.Form.ZIP, made.sha256)
    return made


def _refuse_too_many(opened: OpenedClaim) -> None:
    who: UUID | None = opened.actor.id
    if who is not None and copies_since(who, opened.now - HOUR) >= PER_HOUR:
        raise TooManyCopies(count=PER_HOUR)


def _remember(opened: OpenedClaim, form: DossierCopy.Form, sha256: str) -> None:
    DossierCopy.objects.create(
        claim_id=opened.row.pk,
        role=opened.role,
        form=form,
        seq=opened.row.seq,
        head_hash=opened.row.head_hash,
        sha256=sha256,
        made_at=opened.now,
        made_by_id=opened.actor.id,
    )
