"""What a service tells of messages that we sent, in whatever order it comes; and of the templates that it approves."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from recours.channels.commands.dispatching import announce
from recours.channels.connected import same_people
from recours.channels.models import ChannelIdentity, ChannelSending, ChannelTemplate
from recours.channels.providers import Told
from recours.conversations.commands.settling import await_answer
from recours.rules.channel_windows import Channel

State = ChannelSending.State

RANKS = {State.SENT: 1, State.FAILED: 2, State.DELIVERED: 3, State.READ: 4}
"""What says more: of what was delivered a failure told late is the failure of a try that was not the last."""


def follow(told: Told, channel: str, *, at: dt.datetime, now: dt.datetime) -> bool:
    """Note what became of a message of ours, found by our key or by the service's id, or of all that somebody was
    sent until an instant; False for none of ours."""
    with transaction.atomic():
        rows = _found(told, channel)
        for row in rows:
            _become(row, told, at=at, now=now)
        return bool(rows)


def _become(row: ChannelSending, told: Told, *, at: dt.datetime, now: dt.datetime) -> None:
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


def _found(told: Told, channel: str) -> list[ChannelSending]:
    rows = ChannelSending.objects.select_for_update(of=("self",)).select_related("message")
    rows = rows.filter(identity__channel__in=same_people(Channel(channel)))
    if told.until is not None:
        # By when it was taken, which is before the service dated it. What nobody knows of is not settled by a clock.
        sent = Q(taken_at__lte=told.until, state__in=[State.SENT, State.DELIVERED])
        who = ChannelIdentity.objects.filter(channel=channel, account=told.account, external_id=told.ids[0])
        theirs = Q(identity__contact__in=who.values("contact"), identity__account=told.account)
        return list(rows.filter(sent & theirs).order_by("created_at", "id"))
    try:
        by_key = rows.filter(pk=UUID(told.our_key)).first() if told.our_key else None
    except ValueError:
        by_key = None
    found = by_key or (rows.filter(ref=told.about).first() if told.about else None)
    return [found] if found is not None else []
