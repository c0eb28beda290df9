"""Registering a letter that came to the platform by post: it becomes part of the claim, as an exhibit of its sender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence
from recours.claims.models import Claim, Evidence
from recours.claims.queries import OpenedClaim
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.people.models import User
from recours.posting.refusals import LetterAlreadyRegistered, NoSuchSender
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import came


def register_letter(
    *,
    opened: OpenedClaim,
    sender: Role,
    received_on: dt.date,
    presented_on: dt.date | None,
    scans: Sequence[Judged],
    user: User,
    now: dt.datetime | None = None,
) -> list[Evidence]:
    """Keep a letter that came, under the claim's lock: its scans are the next exhibits of who sent it, whatever the
    claim has come to, and the history says when it was presented and received. Who sent it is told.

    A scan that the claim holds already is refused: the same letter would count twice. Raises NoSuchSender,
    LetterAlreadyRegistered, TooManyFiles, FileNotKept, and the refusals of `posting.came`.
    """
    now = now or clock.now()
    if sender not in (Role.BUYER, Role.SELLER) or (sender is Role.SELLER and opened.row.shop_id is None):
        raise NoSuchSender
    came(
        presented_on=presented_on,
        received_on=received_on,
        today=opened.rules.calendar.local_date(now),
    )
    with transaction.atomic():
        Claim.objects.select_for_update().only("id").get(pk=opened.row.pk)
        held = Evidence.objects.filter(
            claim_id=opened.row.pk, side=sender, file__sha256__in=[scan.sha256 for scan in scans]
        ).first()
        if held is not None:
            raise LetterAlreadyRegistered(exhibit=held.exhibit)
        files = [store_judged(judged=scan, by=user) for scan in scans]
        exhibits = add_evidence(
            claim_id=opened.row.pk, by=Actor(sender, user.pk), files=files, now=now, by_post=True
        )
        command = c.RegisterLetter(
            by=opened.actor,
            exhibit=", ".join(one.exhibit for one in exhibits),
            sender=sender,
            received_on=received_on,
            presented_on=presented_on,
        )
        act(opened.row.pk, command, now=now)
    return exhibits
