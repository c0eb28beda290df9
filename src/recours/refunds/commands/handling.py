"""What a person found who looked into something that a provider told and that agrees with nothing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.refunds.models import ProviderEvent
from recours.refunds.refusals import FindingMissing
from recours.rules.lifecycle.decide.context import text_given


def mark_handled(event_id: int, *, by: UUID, because: str, now: dt.datetime | None = None) -> ProviderEvent:
    """Take an event off the list of those to look into, with what was found; no money moves by it.

    The first finding stays: marking it again changes nothing. Raises FindingMissing, TextTooLong, TextNotText.
    """
    if not because.strip():
        raise FindingMissing
    because = text_given(because)
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().get(pk=event_id)
        if event.handled_at is None:
            event.handled_at, event.handled_by_id, event.handled_because = now or clock.now(), by, because
            event.save(update_fields=["handled_at", "handled_by", "handled_because"])
    return event
