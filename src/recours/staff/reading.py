"""What an auditor opens is written down, whichever way it was opened."""

from __future__ import annotations

import datetime as dt

from recours.marketplaces.models import Marketplace
from recours.rules.access import Identity
from recours.staff.commands import note
from recours.staff.models import AccessRecord
from recours.staff.places import Workplace


def note_reading(who: Identity, place: Marketplace, subject: str, *, now: dt.datetime) -> None:
    """Write down that an auditor opened something; what an agent opens is their work, and is not."""
    if place.pk in who.auditor_of:
        note(AccessRecord.Kind.EVIDENCE_READ, Workplace(place), by=who.user_id, subject=subject, now=now)
