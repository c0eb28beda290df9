"""What lets a page listen: the topics that its reader may watch, signed, for some minutes.

The stream has no session and asks the database nothing: the page that hands out the ticket has asked who may see what.
So a ticket is short: whose role has ended hears no longer that something happened than GOOD_FOR.
"""

from __future__ import annotations

import datetime as dt
import time

from django.core import signing
from msgspec import Struct

SALT = "recours.live"
GOOD_FOR = dt.timedelta(minutes=5)
"""After that the page asks for a new one, which the site gives only to who may still see it."""


class BadTicket(Exception):
    """Forged, altered or too old."""


class Ticket(Struct, frozen=True):
    """What somebody may listen to, and when (Unix time) the page that holds the ticket was drawn."""

    topics: tuple[str, ...]
    given_at: float


def ticket(*topics: str) -> str:
    """Return a ticket to listen to `topics`."""
    # The machine's clock and not `clock.now()`: the stream, which compares, knows nothing of a demo's shifted time.
    return signing.dumps({"topics": topics, "at": time.time()}, salt=SALT)


def read_ticket(text: str) -> Ticket:
    """Return what a ticket allows. Raises BadTicket."""
    try:
        given = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
        return Ticket(tuple(given["topics"]), float(given["at"]))
    except (signing.BadSignature, ValueError) as error:
        raise BadTicket from error
