"""Putting what the desk writes on its way to a contact: a row in the transaction of the message, and a job."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from recours import jobs
from recours.channels.models import ChannelComment, ChannelIdentity, ChannelSending, ChannelThread
from recours.channels.queries import comment_window, latest_comment, window_of
from recours.channels.templates_known import REPLY
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.files.models import StoredFile
from recours.rules.channel_files import Attached, check_files
from recours.rules.channel_refusals import (
    ChannelClosed,
    ChannelTextTooLong,
    ChannelWindowClosed,
    ConversationOfNobody,
    StrangerNotReachable,
)
from recours.rules.channel_windows import LONGEST_TEXT, OPEN, Channel, Shape, Way, Writer
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

JOB = "channels.send"
BY_MAIL = "mail"
"""Not by the channel: the buyer reads it on the site, and has it by mail like every message there."""
OF_COMMENTS = frozenset({Shape.PRIVATE_REPLY, Shape.PUBLIC_COMMENT})


def carry(conversation: Conversation, message: Message, carried_as: str, *, now: dt.datetime) -> bool:
    """Put a message of the desk on its way, where its contact writes by a channel from outside; in the caller's
    transaction, its files being there: its words first, then each file by itself. Return whether it goes that way.

    `carried_as` is a shape, where it is not to be any words, or BY_MAIL; who chose mail gets it without a word. Raises
    ConversationOfNobody where mail would reach nobody, StrangerNotReachable for who called and is not known, and
    ChannelWindowClosed, ChannelClosed, ChannelTextTooLong, and what `check_files` raises: then the message is not
    written either.
    """
    if conversation.contact_id is None or message.author_role != Role.AGENT or message.author_id is None:
        return False
    thread = ChannelThread.objects.select_related("identity__contact").filter(pk=conversation.pk).first()
    if thread is None and conversation.buyer_id is None and _called_or_wrote(conversation):
        raise StrangerNotReachable
    if thread is None or Channel(thread.identity.channel) in OPEN:
        return False
    contact = thread.identity.contact
    if carried_as == BY_MAIL or (not carried_as and contact.answer_by_mail and contact.buyer_id is not None):
        if contact.buyer_id is None:
            raise ConversationOfNobody
        return False
    wanted = Shape(carried_as) if carried_as else None
    identity, comment = _whom(thread, wanted)
    way = _way(identity, comment, wanted, now)
    channel = Channel(identity.channel)
    files = list(message.files.order_by("received_at", "pk"))
    check_files(channel, way.shape, [attached(one) for one in files])
    longest = LONGEST_TEXT[channel]
    if len(message.text) > longest:
        raise ChannelTextTooLong(length=len(message.text), limit=longest)
    contact = identity.contact
    is_template = way.shape is Shape.TEMPLATE
    each: dict[str, Any] = {
        "identity": identity,
        "message": message,
        "shape": way.shape,
        "written_by": Writer.PERSON,
        "language": contact.language,
        "costs": way.costs,
        "not_before": now,
    }
    words = ChannelSending.objects.create(
        comment=comment,
        after=_before(comment, way),
        text=message.text,
        template=REPLY.name if is_template else "",
        parameters=[conversation.marketplace.name] if is_template else [],
        created_at=now,
        **each,
    )
    ChannelSending.objects.bulk_create(
        # In the order in which they were chosen, by when each was made.
        ChannelSending(after=words, file=one, created_at=now + dt.timedelta(microseconds=place), **each)
        for place, one in enumerate(files, start=1)
    )
    Message.objects.filter(pk=message.pk).update(
        channel=Channel.MESSENGER if way.shape is Shape.PRIVATE_REPLY else identity.channel
    )
    jobs.wake(JOB)
    return True


def _called_or_wrote(conversation: Conversation) -> bool:
    """Whether nothing is known of a contact but where to ring or write to them; who filled in the form is mailed."""
    return conversation.contact is not None and bool(conversation.contact.reach)


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


def attached(file: StoredFile) -> Attached:
    """Return what is sent of a file: our copy of it, under a name that says what that is."""
    return Attached(name=file.download_name, media_type=file.clean_media_type, size=file.clean_size)


def _whom(thread: ChannelThread, wanted: Shape | None) -> tuple[ChannelIdentity, ChannelComment | None]:
    """Return whom a message goes to, and the comment that it answers, if it answers one."""
    if thread.identity.channel != Channel.FACEBOOK and wanted not in OF_COMMENTS:
        return thread.identity, None
    comment = latest_comment(thread.identity)
    return (comment.identity if comment is not None else thread.identity), comment


def _way(
    identity: ChannelIdentity, comment: ChannelComment | None, wanted: Shape | None, now: dt.datetime
) -> Way:
    """Return by which way a message goes. What somebody wrote never goes in public. Raises ChannelClosed,
    ChannelWindowClosed."""
    window = (
        comment_window(comment, Writer.PERSON, now)
        if comment is not None
        else window_of(identity, Writer.PERSON, now)
    )
    if wanted is not None:
        found = next((way for way in (window.now, window.then) if way and way.shape is wanted), None)
        if found is None:
            raise ChannelClosed
        return found
    if window.now is None or window.now.shape is Shape.PUBLIC_COMMENT:
        raise ChannelClosed
    if window.now.shape is Shape.TEMPLATE:
        raise ChannelWindowClosed
    return window.now


def _before(comment: ChannelComment | None, way: Way) -> ChannelSending | None:
    """Return the private answer that must have left before the public sentence speaks of it."""
    if comment is None or way.shape is not Shape.PUBLIC_COMMENT:
        return None
    rows = comment.sendings.filter(shape=Shape.PRIVATE_REPLY).exclude(state=ChannelSending.State.FAILED)
    return rows.first()
