"""Leaving a provider alone that keeps failing, and finding out that it is back; `rules.patience` decides."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F

from recours.refunds.models import ProviderFailing
from recours.rules import patience
from recours.rules.patience import Asking

logger = logging.getLogger(__name__)


def asking(provider: str, now: dt.datetime) -> Asking:
    """Return whether this provider may be asked now."""
    row = ProviderFailing.objects.filter(pk=provider).first()
    return patience.asking(row.failing if row is not None else None, now)


def may_ask(provider: str, now: dt.datetime) -> bool:
    """Whether the caller may ask this provider now; of those who would try one that was failing, one only."""
    found = asking(provider, now)
    if found is not Asking.TO_TRY:
        return found is Asking.AS_USUAL
    with transaction.atomic():
        row = ProviderFailing.objects.select_for_update().filter(pk=provider).first()
        if row is None:  # it has answered since
            return True
        if patience.asking(row.failing, now) is not Asking.TO_TRY:
            return False
        row.tried_at = now
        row.save(update_fields=["tried_at"])
    return True


def note_silence(provider: str, now: dt.datetime) -> None:
    """Count a call that got no answer; calls fail together, and an answer to another may come between."""
    rows = ProviderFailing.objects.filter(pk=provider)
    while not rows.update(failures=F("failures") + 1, last_at=now):
        first = ProviderFailing(provider=provider, failures=0, since=now, last_at=now)
        ProviderFailing.objects.bulk_create([first], ignore_conflicts=True)


def note_answer(provider: str) -> bool:
    """Forget the failures of a provider that has answered; True when it had been left alone."""
    with transaction.atomic():
        row = ProviderFailing.objects.select_for_update().filter(pk=provider).first()
        if row is None:
            return False
        row.delete()
    was_spared = patience.paused_until(row.failing) is not None
    if was_spared:
        logger.warning("%s answers again, after %s calls without an answer", provider, row.failures)
    return was_spared
