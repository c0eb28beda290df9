"""Files that arrive one by one, each as soon as it was chosen, on a claim or in a draft.

A connection breaks between the last byte and the answer, and the browser sends the file again: its key, made once by
the browser, says that it is the same. A unique constraint stands behind the lock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.claims.commands.evidence import EvidenceClosed, add_evidence, closed_to_evidence
from recours.claims.models import Claim, Draft, Evidence, Upload
from recours.files.commands import store_judged
from recours.files.judge import Judged, judge
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.models import StoredFile
from recours.files.names import clean_name
from recours.files.refusals import TooManyFiles
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role, State

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@dataclass(frozen=True)
class Destination:
    """Where a file goes, and who sends it: one side of a claim, or a draft. The caller has asked whether they may.

    `link_id` is the telephone's link that it comes through, if it does.
    """

    user: User
    side: Role
    claim_id: UUID | None = None
    draft_id: UUID | None = None
    link_id: UUID | None = None

    @property
    def key(self) -> dict[str, Any]:
        """The columns that name the place."""
        return {"claim_id": self.claim_id, "draft_id": self.draft_id, "side": self.side}


def receive(*, upload: UploadedFile[Any], key: UUID, to: Destination) -> Upload:
    """Judge one file and keep it; return what came of the same key before, if it came.

    Raises FileRefused, TooManyFiles, EvidenceClosed. What can be refused without reading the file is refused first.
    """
    known = _known(key, to)
    if known is not None:
        return known
    _check_room(to, clean_name(upload.name or ""))
    return keep_judged(judged=judge(upload), key=key, to=to)


def keep_judged(*, judged: Judged, key: UUID, to: Destination, now: dt.datetime | None = None) -> Upload:
    """Keep a file that was judged good, once for each key.

    In one transaction: lock the claim or the draft; return what the key became before, if it did; store the file, or
    find it if this side has given the same bytes already; make it an exhibit or a file of the draft; remember the key.
    Raises TooManyFiles, EvidenceClosed, FileNotKept.
    """
    now = now or clock.now()
    with transaction.atomic():
        to = _locked(to)
        known = _known(key, to)
        if known is not None:
            return known
        file = _same_bytes(judged, to)
        if file is None:
            _check_room(to, judged.name)
            file = store_judged(judged=judged, by=to.user)
            _put(file, to, now)
        return Upload.objects.create(key=key, file=file, link_id=to.link_id, received_at=now, **to.key)


def _locked(to: Destination) -> Destination:
    """Lock the place; a draft that was sent in the meantime leads to its claim. Raises Draft.DoesNotExist."""
    if to.draft_id is not None:
        draft = Draft.objects.select_for_update(of=("self",)).only("claim_id").get(pk=to.draft_id)
        if draft.claim_id is None:
            return to
        to = replace(to, claim_id=draft.claim_id, draft_id=None)
    if to.claim_id is not None:
        Claim.objects.select_for_update().only("pk").get(pk=to.claim_id)
    return to


def _known(key: UUID, to: Destination) -> Upload | None:
    return Upload.objects.filter(key=key, **to.key).select_related("file").first()


def _given(to: Destination) -> Any:
    """The files that this side has given here."""
    if to.claim_id is not None:
        mine = Evidence.objects.filter(claim_id=to.claim_id, side=to.side)
        return StoredFile.objects.filter(pk__in=mine.values("file_id"))
    if to.draft_id is None:
        raise ValueError("a file goes to a claim or into a draft")
    attached = Draft.files.through.objects.filter(draft_id=to.draft_id)
    return StoredFile.objects.filter(pk__in=attached.values("storedfile_id"))


def _check_room(to: Destination, name: str) -> None:
    if to.claim_id is not None and (closed := _closed(to.claim_id)) is not None:
        raise closed
    if _given(to).count() >= PER_CLAIM_AND_SIDE:
        raise TooManyFiles(name=name, limit_files=PER_CLAIM_AND_SIDE)


def _closed(claim_id: UUID) -> EvidenceClosed | None:
    return closed_to_evidence(State(Claim.objects.values_list("state", flat=True).get(pk=claim_id)))


def _same_bytes(judged: Judged, to: Destination) -> StoredFile | None:
    found: StoredFile | None = _given(to).filter(sha256=hashlib.sha256(judged.original).hexdigest()).first()
    return found


def _put(file: StoredFile, to: Destination, now: dt.datetime) -> None:
    if to.claim_id is not None:
        add_evidence(claim_id=to.claim_id, by=Actor(to.side, to.user.pk), files=[file], now=now)
    else:
        Draft.files.through.objects.create(draft_id=to.draft_id, storedfile_id=file.pk)
