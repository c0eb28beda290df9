"""Registering a letter that came to the platform by post: it becomes part of the claim, as an exhibit of its sender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence
from recours.claims.models import Claim, ClaimEvent, Evidence
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

    Scans that the claim holds already count once: with other days they correct those that were told, which stay in the
    history; with the same they are refused. Raises NoSuchSender,
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
        hashes = {scan.sha256 for scan in scans}
        held = Evidence.objects.filter(claim_id=opened.row.pk, side=sender, file__sha256__in=hashes)
        known = list(held.select_related("file").order_by("number"))
        if known:
            told = _told(opened, known)
            is_whole = told is not None and {one.file.sha256 for one in known} == hashes
            if not is_whole or told == (received_on, presented_on):
                raise LetterAlreadyRegistered(exhibit=known[0].exhibit)
            corrected = c.RegisterLetter(
                by=opened.actor,
                exhibit=_numbers(known),
                sender=sender,
                received_on=received_on,
                presented_on=presented_on,
                corrects=True,
            )
            act(opened.row.pk, corrected, now=now)
            return known
        files = [store_judged(judged=scan, by=user) for scan in scans]
        exhibits = add_evidence(
            claim_id=opened.row.pk, by=Actor(sender, user.pk), files=files, now=now, by_post=True
        )
        command = c.RegisterLetter(
            by=opened.actor,
            exhibit=_numbers(exhibits),
            sender=sender,
            received_on=received_on,
            presented_on=presented_on,
        )
        act(opened.row.pk, command, now=now)
    return exhibits


def _numbers(exhibits: Sequence[Evidence]) -> str:
    return ", ".join(one.exhibit for one in exhibits)


def _told(opened: OpenedClaim, exhibits: Sequence[Evidence]) -> tuple[dt.date, dt.date | None] | None:
    """Return the days that were last told of the letter that these exhibits are, None where they are no letter."""
    rows = ClaimEvent.objects.filter(
        claim_id=opened.row.pk, kind="LetterRegistered", body__exhibit=_numbers(exhibits)
    )
    body = rows.order_by("-seq").values_list("body", flat=True).first()
    if body is None:
        return None
    presented = body.get("presented_on")
    return dt.date.fromisoformat(body["received_on"]), dt.date.fromisoformat(presented) if presented else None
