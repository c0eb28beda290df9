"""Telling of letters that nobody hears of: their writer, and the desk of those that a provider left unanswered."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from recours import clock
from recours.claims.commands import act
from recours.claims.rulebook import rulebook
from recours.posting.commands.stepping import locked
from recours.posting.models import Posting, PostingStep
from recours.posting.queries import KEYS_SURE, days_of
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import MARKETPLACE
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import QUIET_DAYS, quiet_since

logger = logging.getLogger(__name__)

UNANSWERED = "submitted"
"""What `LetterWentQuiet` says of a letter for which its provider never answered."""

Status = Posting.Status


def alert_quiet(now: dt.datetime | None = None, *, limit: int = 500) -> int:
    """Tell of every letter that nothing is heard of, once since its last step; return how many.

    One letter that raises does not keep the others.
    """
    now = now or clock.now()
    news = PostingStep.objects.filter(
        letter=OuterRef("letter"), struck_at=None, on__gt=now.date() - dt.timedelta(days=QUIET_DAYS - 1)
    )
    on_its_way = Q(status=Status.ACCEPTED) & Exists(
        PostingStep.objects.filter(letter=OuterRef("letter"), struck_at=None, step="handed_in")
    )
    any_step = Exists(PostingStep.objects.filter(letter=OuterRef("letter"), struck_at=None))
    never_heard_of = Q(status=Status.SUBMITTED) | (Q(status=Status.ACCEPTED) & ~any_step)
    due = Posting.objects.filter(
        (Q(submitted_at__lte=now - KEYS_SURE) & never_heard_of) | (on_its_way & ~Exists(news)),
        alerted_at=None,
    )
    told = 0
    for letter_id in list(due.order_by("wanted_at", "pk").values_list("pk", flat=True)[:limit]):
        try:
            told += _alert(letter_id, now)
        except Exception:  # whatever it is, the next letter is not kept by it; this one is looked at again
            logger.exception("letter %s could not be told of", letter_id)
    return told


def _alert(letter_id: UUID, now: dt.datetime) -> bool:
    with transaction.atomic():
        letter = locked(letter_id)
        posting = Posting.objects.select_for_update().get(pk=letter_id)
        if posting.alerted_at is not None:
            return False
        row = letter.claim
        rules = rulebook(row.marketplace_id, row.policy_version, row.snapshot.opening.country)
        days = days_of(letter)
        local = rules.calendar.local_date
        if not days and posting.submitted_at is not None:
            standing, since = UNANSWERED, local(posting.submitted_at)
        else:
            found = quiet_since(days, today=local(now))
            if found is None:
                return False
            standing, since = max(days, key=lambda step: days[step]).value, found
        posting.alerted_at = now
        posting.save(update_fields=["alerted_at"])
        command = c.NoteQuietLetter(
            by=MARKETPLACE, letter=letter.pk, side=Role(letter.side), standing=standing, since=since
        )
        act(letter.claim_id, command, now=now)
    return True
