"""What lets a page listen: the topics that its reader may watch, signed, for a few hours.

The stream has no session and no database of its own: the page that hands out the ticket has asked who may see what.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing

SALT = "recours.live"
GOOD_FOR = dt.timedelta(hours=4)
"""After that the page asks for a new one, which the site gives only to who may still see it."""


class BadTicket(Exception):
    """Forged, altered or too old."""


def ticket(*topics: str) -> str:
    """Return a ticket to listen to `topics`."""
    return signing.dumps(list(topics), salt=SALT, compress=False)


def read_ticket(text: str) -> list[str]:
    """Return the topics of a ticket. Raises BadTicket."""
    try:
        topics = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise BadTicket from error
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise BadTicket
    return topics
