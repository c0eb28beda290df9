"""The events of a claim as they were chained, for who checks them offline."""

from __future__ import annotations

import datetime as dt

import msgspec
from msgspec import Struct

from recours.claims.chain import canonical
from recours.claims.models import ClaimEvent
from recours.claims.presentation.story import is_hidden
from recours.claims.queries import Entry
from recours.dossier.queries import Gathered
from recours.rules.lifecycle.events import ContractWithdrawn
from recours.rules.lifecycle.vocabulary import Role

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
    withheld = {entry.seq for entry in gathered.told if _is_withheld(gathered, entry)}
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


def _is_withheld(gathered: Gathered, entry: Entry) -> bool:
    """What is hidden on the page is hidden here; so is what is told there in part, for a body cannot be cut: a
    declaration of withdrawal has the buyer's address beside the words that the seller reads."""
    if entry.event is None:
        return False
    has_address = gathered.role is Role.SELLER and isinstance(entry.event, ContractWithdrawn)
    return has_address or is_hidden(gathered.opened, entry)
