"""Putting what the desk writes on its way to a contact: a row in the transaction of the message, and a job."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours import jobs
from recours.channels.models import ChannelSending, ChannelThread
from recours.channels.queries import window_of
from recours.channels.templates_known import REPLY
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.rules.channel_refusals import ChannelClosed, ChannelTakesNoFiles, ChannelWindowClosed
from recours.rules.channel_windows import OPEN, Channel, Shape, Way, Writer
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

JOB = "channels.send"


def carry(conversation: Conversation, message: Message, carried_as: str, *, now: dt.datetime) -> bool:
    """Put a message of the desk on its way, where its contact writes by a channel from outside; in the caller's
    transaction, its files being there. Return whether it goes that way.

    `carried_as` is a shape, where it is not to be any words. Raises ChannelWindowClosed, ChannelClosed,
    ChannelTakesNoFiles: then the message is not written either.
    """
    if conversation.contact_id is None or message.author_role != Role.AGENT or message.author_id is None:
        return False
    thread = ChannelThread.objects.select_related("identity__contact").filter(pk=conversation.pk).first()
    if thread is None or Channel(thread.identity.channel) in OPEN:
        return False
    way = _way(thread, Shape(carried_as) if carried_as else None, now)
    if message.files.exists():
        raise ChannelTakesNoFiles
    contact = thread.identity.contact
    is_template = way.shape is Shape.TEMPLATE
    ChannelSending.objects.create(
        identity=thread.identity,
        message=message,
        shape=way.shape,
        written_by=Writer.PERSON,
        text=message.text,
        template=REPLY.name if is_template else "",
        parameters=[conversation.marketplace.name] if is_template else [],
        language=contact.language,
        costs=way.costs,
        created_at=now,
        not_before=now,
    )
    Message.objects.filter(pk=message.pk).update(channel=thread.identity.channel)
    jobs.wake(JOB)
    return True


def send_template(*, conversation_id: UUID, by: Actor, key: UUID, now: dt.datetime) -> Message:
    """Send the template that asks a contact to write again. Idempotent by `key`. Raises ChannelClosed."""
    row = Conversation.objects.select_related("marketplace", "contact").get(pk=conversation_id)
    if row.contact is None:
        raise ChannelClosed
    return send_message(
        conversation_id=conversation_id,
        by=by,
        text=REPLY.words(row.contact.language, row.marketplace.name),
        now=now,
        key=key,
        carried_as=Shape.TEMPLATE,
    )


def _way(thread: ChannelThread, wanted: Shape | None, now: dt.datetime) -> Way:
    """Return by which way a message goes. Raises ChannelClosed, ChannelWindowClosed."""
    window = window_of(thread.identity, Writer.PERSON, now)
    if wanted is not None:
        found = next((way for way in (window.now, window.then) if way and way.shape is wanted), None)
        if found is None:
            raise ChannelClosed
        return found
    if window.now is None:
        raise ChannelClosed
    if window.now.shape is Shape.TEMPLATE:
        raise ChannelWindowClosed
    return window.now
