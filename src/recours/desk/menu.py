"""What waits at the desk, for the menu that every page of it draws: one statement for all of it."""

from __future__ import annotations

from django.db import connection
from msgspec import Struct

from recours.channels.queries import inbound_of
from recours.conversations.inbox import MOST, waiting_statement
from recours.desk.queries import not_arrived
from recours.rules.access import Identity
from recours.rules.lifecycle.vocabulary import Role


class Waits(Struct, frozen=True):
    """How many conversations wait for an answer, and how many mails are to be dealt with; each counted up to MOST."""

    messages: int
    mails: int


def waits(identity: Identity) -> Waits:
    """Count what waits for somebody at the desk. One query."""
    asked = [waiting_statement(identity.user_id, Role.AGENT)]
    for rows in (not_arrived(identity.agent_of), inbound_of(identity)):
        sql, given = rows.values("pk")[:MOST].query.sql_with_params()
        # S608: the text is Django's own SQL; what a person gave is among the values.
        asked.append((f"SELECT count(*) FROM ({sql}) AS capped", list(given)))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({sql})' for sql, _ in asked)}",
            [value for _, given in asked for value in given],
        )
        messages, lost, unplaced = cursor.fetchone()
    return Waits(messages=messages, mails=lost + unplaced)
