"""Comments in public under the posts of our pages: kept with where they stand, and answered in private.

Nothing that anybody wrote goes there: in public there is one sentence of the wording, which names nobody.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from msgspec.structs import replace

from recours.channels.commands.following import follow
from recours.channels.commands.joining import join_address
from recours.channels.models import ChannelComment, ChannelIdentity, ChannelSending
from recours.channels.providers import Told
from recours.channels.queries import comment_window, latest_comment, thread_of
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.rules.channel_refusals import ChannelClosed
from recours.rules.channel_windows import Shape, Writer
from recours.rules.lifecycle.claim import Actor
from recours.rules.wording import say

State = ChannelSending.State


def keep_comment(identity: ChannelIdentity, message: Message, told: Told) -> None:
    """Note that a message is a comment in public; in the caller's transaction."""
    ChannelComment.objects.create(
        identity=identity,
        external_id=told.key,
        is_post=told.is_post,
        message=message,
        link=told.link if _is_theirs(told.link) else "",
        said_at=message.sent_at,
    )


def _is_theirs(link: str) -> bool:
    """Whether an address is one of Facebook's, or of the simulator that stands for it: agents follow it."""
    parts, own = urlsplit(link), urlsplit(settings.FACEBOOK_ADDRESS)
    host = parts.hostname or ""
    if own.netloc and (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return True
    return parts.scheme == "https" and (host == "facebook.com" or host.endswith(".facebook.com"))


def take_away(external_id: str, *, at: dt.datetime) -> None:
    """Note that a comment was taken away by its author: nothing answers it any more."""
    ChannelComment.objects.filter(external_id=external_id, removed_at=None).update(removed_at=at)


def know_own(told: Told, channel: str, *, at: dt.datetime, now: dt.datetime) -> bool:
    """Know a comment of our page as the sentence that we sent, by its id or by its words below the same comment; False
    for what a colleague wrote on Facebook itself."""
    unsettled = Q(state__in=[State.SENDING, State.UNKNOWN], text=told.text, comment__external_id=told.about)
    ours = ChannelSending.objects.filter(Q(ref=told.key) | unsettled, shape=Shape.PUBLIC_COMMENT).first()
    if ours is None:
        return False
    left = replace(told, about=told.key, our_key=str(ours.pk), state=State.SENT)
    return follow(left, channel, at=at, now=now)


def go_private(*, conversation_id: UUID, by: Actor, key: UUID, now: dt.datetime) -> list[Message]:
    """Answer the latest comment of a conversation: in private with a link, and below it with one neutral sentence.

    In one transaction. The sentence waits until the private answer has left. What was answered before is left out;
    once a private answer is late, the sentence asks to write to us. Idempotent by `key`. Raises ChannelClosed.
    """
    with transaction.atomic():
        row = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
        thread = thread_of(conversation_id)
        comment = latest_comment(thread.identity) if thread is not None else None
        if comment is None:
            raise ChannelClosed
        words = answers_to(comment, row, now)
        if not words and not _was_done(row, key):
            raise ChannelClosed
        return [
            send_message(
                conversation_id=conversation_id,
                by=by,
                text=text,
                now=now,
                key=uuid5(key, shape),
                carried_as=shape,
            )
            for shape, text in words.items()
        ]


def _was_done(row: Conversation, key: UUID) -> bool:
    keys = [uuid5(key, shape) for shape in (Shape.PRIVATE_REPLY, Shape.PUBLIC_COMMENT)]
    return Message.objects.filter(conversation=row, key__in=keys).exists()


def answers_to(
    comment: ChannelComment, row: Conversation, now: dt.datetime, *, address: str = ""
) -> dict[Shape, str]:
    """Return what may still be answered to a comment, with its words; `address` stands for the link to be made."""
    window = comment_window(comment, Writer.PERSON, now)
    ways = {way.shape for way in (window.now, window.then) if way}
    was_private = comment.sendings.filter(shape=Shape.PRIVATE_REPLY).exclude(state=State.FAILED).exists()
    contact, place = comment.identity.contact, row.marketplace.name
    found = {}
    if Shape.PRIVATE_REPLY in ways:
        about = "private_post" if comment.is_post else "private"
        found[Shape.PRIVATE_REPLY] = say(
            contact.language, f"channels.comment.{about}", place=place, address=address or _address(row)
        )
    if Shape.PUBLIC_COMMENT in ways:
        which = "public" if was_private or Shape.PRIVATE_REPLY in ways else "public_late"
        found[Shape.PUBLIC_COMMENT] = say(contact.language, f"channels.comment.{which}", place=place)
    return found


def _address(row: Conversation) -> str:
    """Return where the exchange goes on, signed in: where it is joined to a buyer, or is to be."""
    if row.buyer_id is None and row.contact_id is not None:
        return join_address(row.contact_id)
    return f"{settings.SITE_URL}{reverse('buyer:conversation', args=[row.pk])}"
