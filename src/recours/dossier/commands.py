"""Handing out copies of the file of a claim, and keeping what they held."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import translation

from recours import clock, jobs
from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.dossier.bundle import Bundle, bundle
from recours.dossier.models import DossierCopy, DossierRequest
from recours.dossier.paper import paper
from recours.dossier.queries import copies_since, gather, living_requests, requests_since
from recours.dossier.refusals import CopyNotMade, TooManyCopies
from recours.people.queries import identity_of
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang
from recours.typesetting import TypesettingError

log = logging.getLogger(__name__)

PER_HOUR = 60
"""Copies that one person has made within an hour. Who reads them asks for one or two; a loop asks for thousands."""

HOUR = dt.timedelta(hours=1)
KEPT = dt.timedelta(hours=24)
"""How long a copy that a job has made waits for who asked."""

Form = DossierCopy.Form


def issue_paper(opened: OpenedClaim) -> bytes:
    """Return the PDF of a claim for who opened it, and remember its hash.

    Nothing is locked while it is set: what it tells was read as of one instant, and says which. Raises TooManyCopies,
    CopyNotMade.
    """
    _refuse_too_many(opened)
    return _paper(opened)


def issue_bundle(opened: OpenedClaim) -> Bundle:
    """Return the ZIP of a claim for who opened it, ready to be streamed, and remember the hash of its manifest.

    Raises TooManyCopies, CopyNotMade.
    """
    _refuse_too_many(opened)
    return _bundle(opened)


def ask_for(opened: OpenedClaim, form: DossierCopy.Form, language: Lang) -> DossierRequest:
    """Have a job make a copy that takes a while; asking again, before anything happened, is asking for the same.

    In one transaction: the request and its job. Raises TooManyCopies; ValueError for who has no account.
    """
    who = opened.actor.id
    if who is None:
        raise ValueError("a copy that a job makes is fetched by who asked for it")
    same = living_requests(who).filter(
        claim=opened.row, role=opened.role, form=form, language=language, seq=opened.row.seq, failed_at=None
    )
    if (known := same.first()) is not None:
        return known
    _refuse_too_many(opened)
    with transaction.atomic():
        asked = DossierRequest.objects.create(
            claim=opened.row,
            role=opened.role,
            form=form,
            language=language,
            seq=opened.row.seq,
            asked_by_id=who,
            asked_at=opened.now,
            expires_at=opened.now + KEPT,
        )
        jobs.defer("dossier.make", request_id=str(asked.pk))
    return asked


def make(request_id: UUID) -> bool:
    """Make a copy that was asked for; False where there is nothing to make. Safe to repeat, and by two at once.

    Who asked may have lost the claim since: they then get nothing. Not locked while it is set; of two jobs the first
    one's copy is kept, and what was remembered of the other's is of a copy that nobody has.
    """
    asked = DossierRequest.objects.filter(pk=request_id, made_at=None, failed_at=None).first()
    if asked is None:
        return False
    try:
        opened = claim_for(
            identity_of(asked.asked_by, doing="claim.copy"), asked.claim.reference, role=Role(asked.role)
        )
        with translation.override(asked.language):
            content = _paper(opened) if asked.form == Form.PDF else msgspec.msgpack.encode(_bundle(opened))
    except (ClaimNotVisible, CopyNotMade):
        _give_up(request_id)
        return False
    except Exception:  # whatever it is, nobody waits for a copy that does not come
        _give_up(request_id)
        raise
    waiting = DossierRequest.objects.filter(pk=request_id, made_at=None, failed_at=None)
    return waiting.update(content=content, made_at=clock.now()) == 1


def _give_up(request_id: UUID) -> None:
    DossierRequest.objects.filter(pk=request_id, made_at=None).update(failed_at=clock.now())


def bundle_kept(content: bytes) -> Bundle:
    """Return the ZIP that a job has settled, to be streamed."""
    return msgspec.msgpack.decode(content, type=Bundle)


def forget_old_requests(now: dt.datetime) -> int:
    """Delete the copies that nobody came for, and those that were fetched; return how many. Their hashes stay."""
    return DossierRequest.objects.filter(expires_at__lte=now).delete()[0]


def _paper(opened: OpenedClaim) -> bytes:
    gathered = gather(opened)
    try:
        content = paper(gathered)
    except TypesettingError as error:
        log.exception("The file of claim %s could not be set.", opened.row.reference)
        raise CopyNotMade from error
    _remember(gathered.opened, Form.PDF, hashlib.sha256(content).hexdigest())
    return content


def _bundle(opened: OpenedClaim) -> Bundle:
    gathered = gather(opened)
    try:
        made = bundle(gathered)
    except TypesettingError as error:
        log.exception("The file of claim %s could not be set.", opened.row.reference)
        raise CopyNotMade from error
    _remember(gathered.opened, Form.ZIP, made.sha256)
    return made


def _refuse_too_many(opened: OpenedClaim) -> None:
    who: UUID | None = opened.actor.id
    if who is None:
        return
    since = opened.now - HOUR
    if copies_since(who, since) + requests_since(who, since) >= PER_HOUR:
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
