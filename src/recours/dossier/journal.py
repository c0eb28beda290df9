"""The events of a claim as they were chained, for who checks them offline."""

from __future__ import annotations

import datetime as dt

import msgspec
from msgspec import Struct

from recours.claims.chain import canonical
from recours.claims.models import ClaimEvent
from recours.claims.presentation.story import is_hidden
from recours.dossier.queries import Gathered

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Linked(Struct, frozen=True, kw_only=True):
    """One event. `body` is the very text that was hashed; it is withheld from who does not read it on the page."""

    seq: int
    recorded_at: int
    """Microseconds since 1970, UTC."""
    hash: str
    body: str | None


class Journal(Struct, frozen=True, kw_only=True):
    claim_id: str
    events: list[Linked]


def journal(gathered: Gathered) -> bytes:
    """Return the chain as JSON. One statement: hashes are not among what pages read."""
    opened = gathered.opened
    withheld = {entry.seq for entry in gathered.told if entry.event is not None and is_hidden(opened, entry)}
    rows = ClaimEvent.objects.filter(claim_id=opened.row.pk, seq__lte=opened.row.seq).order_by("seq")
    events = [
        Linked(
            seq=row.seq,
            recorded_at=(row.recorded_at - _EPOCH) // dt.timedelta(microseconds=1),
            hash=bytes(row.hash).hex(),
            body=None if row.seq in withheld else canonical(row.body).decode(),
        )
        for row in rows
    ]
    whole = Journal(claim_id=str(opened.row.pk), events=events)
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
