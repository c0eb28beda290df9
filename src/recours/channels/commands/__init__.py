"""Writes: taking mails and messages in, saying what became of them, and what people decide about those that wait."""

from recours.channels.commands.deciding import confirm, disown, mark_handled, note_on_claim
from recours.channels.commands.receiving import attend, ingest, receive

__all__ = ["attend", "confirm", "disown", "ingest", "mark_handled", "note_on_claim", "receive"]
