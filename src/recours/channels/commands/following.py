"""What a service tells of messages that we sent, in whatever order it comes; and of the templates that it approves."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours.channels.commands.dispatching import announce
from recours.channels.models import ChannelSending, ChannelTemplate
from recours.channels.providers import Told
from recours.conversations.commands.settling import await_answer

State = ChannelSending.State

RANKS = {State.SENT: 1, State.FAILED: 2, State.DELIVERED: 3, State.READ: 4}
"""What says more: of what was delivered a failure told late is the failure of a try that was not the last."""


def follow(told: Told, channel: str, *, at: dt.datetime, now: dt.datetime) -> bool:
    """Note what became of a message of ours, found by our key or by the service's id; False for none of ours."""
    with transaction.atomic():
        row = _found(told, channel)
        if row is None:
            return False
        state = State(told.state)
        row.ref = row.ref or told.about
        field = f"{state}_at"
        if getattr(row, field) is None:
            setattr(row, field, at)
        if RANKS[state] > RANKS.get(State(row.state), 0):
            row.state = state
            row.trouble = f"refused {told.reason}"[:300] if state == State.FAILED else ""
            if state == State.FAILED and row.message is not None:
                await_answer(conversation_id=row.message.conversation_id, now=now)
        row.save()
        announce(row)
        return True


def note_template(told: Told, channel: str, *, at: dt.datetime) -> None:
    """Note where the service stands on a template, unless it said so later than this."""
    with transaction.atomic():
        row, is_new = ChannelTemplate.objects.select_for_update().get_or_create(
            channel=channel,
            name=told.about,
            language=told.name,
            defaults={"state": told.state, "reason": told.reason, "changed_at": at},
        )
        if not is_new and at >= row.changed_at:
            row.state, row.reason, row.changed_at = told.state, told.reason, at
            row.save()


def _found(told: Told, channel: str) -> ChannelSending | None:
    rows = ChannelSending.objects.select_for_update(of=("self",)).select_related("message")
    rows = rows.filter(identity__channel=channel)
    try:
        by_key = rows.filter(pk=UUID(told.our_key)).first() if told.our_key else None
    except ValueError:
        by_key = None
    return by_key or rows.filter(ref=told.about).first()
