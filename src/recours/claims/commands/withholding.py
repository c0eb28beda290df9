"""Sealing an exhibit, showing a copy instead of it, and showing it again. Nothing is deleted.

The event says what, who and why; the rows of `files.Withheld` are what every page and every address asks. Both are
written in one transaction.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from recours import clock
from recours.claims.commands.acting import act
from recours.claims.models import Claim, Evidence
from recours.claims.queries import files_of
from recours.conversations.commands import watch_for
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.files.models import StoredFile, Withheld
from recours.files.queries import alike
from recours.people.models import User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


def seal_exhibit(
    *,
    exhibit: Evidence,
    by: Actor,
    hidden_from: tuple[Role, ...],
    reason: str,
    now: dt.datetime | None = None,
) -> Claim:
    """Hide an exhibit from parties. In one transaction: the event, which tells both parties; then the file, and
    every other of the claim with the same content, is withheld from them, and what is sent later is held against it.

    Raises ExhibitAlreadyWithheld, TextMissing, TextTooLong.
    """
    now = now or clock.now()
    with transaction.atomic():
        command = c.SealExhibit(by=by, exhibit=exhibit.exhibit, hidden_from=hidden_from, reason=reason)
        row = act(exhibit.claim_id, command, now=now)
        _watch(row, exhibit)
        for file in same_content(row, exhibit):
            Withheld.objects.update_or_create(
                file=file,
                defaults={"from_buyer": Role.BUYER in hidden_from, "from_seller": Role.SELLER in hidden_from},
            )
        return row


def redact_exhibit(
    *, exhibit: Evidence, by: Actor, copy: Judged, user: User, reason: str, now: dt.datetime | None = None
) -> Claim:
    """Show a copy, which an agent made, instead of an exhibit; the exhibit stays as it is, under seal.

    Raises ExhibitAlreadyWithheld, TextMissing, TextTooLong, FileNotKept.
    """
    now = now or clock.now()
    with transaction.atomic():
        command = c.RedactExhibit(by=by, exhibit=exhibit.exhibit, copy=copy.sha256, reason=reason)
        row = act(exhibit.claim_id, command, now=now)
        _watch(row, exhibit)
        shown = store_judged(judged=copy, by=user)
        for file in same_content(row, exhibit):
            Withheld.objects.update_or_create(
                file=file, defaults={"from_buyer": False, "from_seller": False, "copy": shown}
            )
        return row


def restore_exhibit(*, exhibit: Evidence, by: Actor, reason: str, now: dt.datetime | None = None) -> Claim:
    """Show an exhibit again as it came. Raises ExhibitNotWithheld, TextMissing, TextTooLong."""
    with transaction.atomic():
        command = c.RestoreExhibit(by=by, exhibit=exhibit.exhibit, reason=reason)
        row = act(exhibit.claim_id, command, now=now or clock.now())
        Withheld.objects.filter(file__in=same_content(row, exhibit)).delete()
        return row


def same_content(claim: Claim, exhibit: Evidence) -> list[StoredFile]:
    """Return the exhibit's file and all others of its claim with the same content, exhibits and attachments alike."""
    return list(alike([exhibit.file], among=files_of(claim)))


def _watch(claim: Claim, exhibit: Evidence) -> None:
    """A conversation knows of no claim: it is told what to look out for. One that starts later is told then.

    Before what hangs there is read: a message that is being sent is waited for, the next one waits.
    """
    if claim.conversation_id is not None:
        watch_for([exhibit.file], conversation_id=claim.conversation_id)
