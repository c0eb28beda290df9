"""Removing, each night, the files that belong to nothing: of an answer that was taken back, of a draft that is gone."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT

from recours.claims.models import ClaimEvent
from recours.files.commands import discard
from recours.files.queries import of_nothing
from recours.rules.lifecycle import events as e

KEPT_FOR = dt.timedelta(days=7)
"""Ours: whoever took a file back by mistake has a week to say so, and nothing is on its way so long."""

MOST = 200
"""In one night. With its copies each is up to three contents, and the sweep of the store refuses more than 1,000."""


def remove_left_files(*, now: dt.datetime) -> int:
    """Remove the files that have belonged to nothing since they came, or do so no more; return how many.

    What a history names stays, shown or not: the copy that was shown instead of an exhibit for a time.
    """
    named = ClaimEvent.objects.filter(kind=e.ExhibitRedacted.__name__).annotate(copy=KT("body__copy"))
    rows = of_nothing(before=now - KEPT_FOR).exclude(Exists(named.filter(copy=OuterRef("sha256"))))
    return discard(rows, most=MOST)
