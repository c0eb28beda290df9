"""Two claims of one buyer about one order become one: the history of both stays, and nothing is asked or paid twice."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from recours import clock
from recours.claims.commands.acting import act
from recours.claims.models import Claim, Evidence
from recours.claims.rulebook import rulebook
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.refusals import TooManyFiles
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.lifecycle.commands import MergeInto, TakeIn
from recours.rules.lifecycle.decide.merging import check_joinable
from recours.rules.lifecycle.refusals import MergedWithItself, NotTheSameMatter


def merge(
    *,
    claim_id: UUID,
    into_id: UUID,
    by: Actor,
    reason: str,
    expected_seq: int | None = None,
    now: dt.datetime | None = None,
) -> Claim:
    """Let a claim go on within another; return the row of the one that stays.

    In one transaction: lock both, in the order of their keys; close the first, so that its lines are free; have the
    other take them in, with what is disputed and wanted; number its exhibits anew among the other's, with their days
    and who gave them. Its messages and its history stay where they are, a reference away.

    The caller has resolved both through what the agent may see. `expected_seq` is the number of the last event of the
    claim that closes which their page showed. Raises StaleClaim, TooManyFiles and the refusals of `decide.merging`.
    """
    now = now or clock.now()
    with transaction.atomic():
        rows = Claim.objects.select_for_update().order_by("pk").in_bulk([claim_id, into_id])
        if len(rows) < 2:
            raise MergedWithItself
        closes, stays = rows[claim_id], rows[into_id]
        if (closes.buyer_id, closes.order_id, closes.shop_id) != (
            stays.buyer_id,
            stays.order_id,
            stays.shop_id,
        ) or closes.order_id is None:
            raise NotTheSameMatter
        other, kept = _present(closes, now), _present(stays, now)
        check_joinable(kept, other, now)
        act(closes.pk, MergeInto(by=by, into=kept, reason=reason), expected_seq=expected_seq, now=now)
        row = act(stays.pk, TakeIn(by=by, other=other, reason=reason), now=now)
        _number_anew(closes, stays)
        return row


def _present(row: Claim, now: dt.datetime) -> Snapshot:
    rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
    return as_of(row.snapshot, rules, now)


def _number_anew(closed: Claim, stays: Claim) -> None:
    """Give the exhibits of a claim numbers in the one that took it in; beyond the limit of a side it is refused."""
    lasts = dict(
        Evidence.objects.filter(claim=stays).order_by().values_list("side").annotate(last=Max("number"))
    )
    known = set(Evidence.objects.filter(claim=stays).values_list("file__sha256", flat=True))
    rows = []
    for exhibit in Evidence.objects.filter(claim=closed).select_related("file").order_by("side", "number"):
        if exhibit.file.sha256 in known:
            continue
        number = lasts[exhibit.side] = lasts.get(exhibit.side, 0) + 1
        if number > PER_CLAIM_AND_SIDE:
            raise TooManyFiles(name=exhibit.file.original_name, limit_files=PER_CLAIM_AND_SIDE)
        rows.append(
            Evidence(
                claim=stays,
                side=exhibit.side,
                number=number,
                file=exhibit.file,
                added_by_id=exhibit.added_by_id,
                added_at=exhibit.added_at,
            )
        )
    Evidence.objects.bulk_create(rows)
