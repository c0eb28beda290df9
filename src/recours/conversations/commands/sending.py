"""Starting a conversation and sending a message."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from recours import live
from recours.composed import Composed
from recours.conversations.commands.reading import mark_read
from recours.conversations.models import EXCERPT, Conversation, Message, OwnWords
from recours.conversations.news import tell_others
from recours.conversations.queries import files_in
from recours.files.commands import withhold_alike
from recours.files.models import StoredFile
from recours.rules.conversation import LIMITS, Topic, Waiting, check_pace, waits_on
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import text_given
from recours.rules.lifecycle.vocabulary import Role

TITLE = 60
"""Characters of the first message that name a conversation for which nobody gave a title."""


def start_conversation(
    *,
    marketplace_id: UUID,
    buyer_id: UUID | None,
    shop_id: UUID | None,
    now: dt.datetime,
    contact_id: UUID | None = None,
    order_id: UUID | None = None,
    line_ids: Sequence[int] = (),
    topic: Topic | None = None,
    subject: str = "",
    answer_due_at: dt.datetime | None = None,
) -> Conversation:
    """Open a conversation between a buyer and a shop, or the desk alone; in the caller's transaction.

    With the desk, it may be of a contact who is not known to be any buyer.
    `answer_due_at` (aware UTC, exclusive) is by when the shop should answer the first message.
    """
    conversation = Conversation.objects.create(
        marketplace_id=marketplace_id,
        buyer_id=buyer_id,
        contact_id=contact_id,
        shop_id=shop_id,
        order_id=order_id,
        topic=topic or "",
        subject=subject[:300],
        started_at=now,
        last_at=now,
        answer_due_at=answer_due_at,
    )
    if line_ids:
        conversation.lines.add(*line_ids)
    return conversation


_TWIN: Composed[Message] = Composed(
    lambda conversation_id, key: Message.objects.filter(conversation_id=conversation_id, key=key)
)


def send_message(
    *,
    conversation_id: UUID,
    by: Actor,
    text: str,
    now: dt.datetime,
    files: Sequence[StoredFile] = (),
    key: UUID | None = None,
    channel: Message.Channel = Message.Channel.PAGE,
    written_at: dt.datetime | None = None,
    carried_as: str = "",
    own_text: str = "",
) -> Message:
    """Append a message; the one that the same `key` sent before is returned as it is.

    In one transaction: lock the conversation; check the author's pace; write the message with its files; bring up to
    date what lists show and whose answer is awaited; the author has read it; settings.MESSAGE_CARRIER puts it on its
    way, `carried_as` it says, where the buyer writes by a channel from outside; the others are told, and open pages
    hear of it. The caller has checked that `by` is a party. `written_at` is when it was written elsewhere: one that
    came late takes its place among the others. `own_text` is what an agent wrote of whom `text` is the translation: it
    is kept beside it, for the desk alone. Raises TextMissing, TextTooLong, TooManyMessages, and what the carrier
    refuses.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
        if key is not None:
            twin = _TWIN.first(conversation_id, key)
            if twin is not None:
                return twin
        _check_pace(by, now)
        message = Message.objects.create(
            conversation=conversation,
            author_role=by.role,
            author_id=by.id,
            text=text_given(text),
            sent_at=written_at or now,
            key=key,
            channel=channel,
        )
        _keep_own_words(message, own_text)
        if files:
            known = Q(pk__in=files_in(conversation.pk)) | Q(pk__in=conversation.watched.all())
            withhold_alike(files, among=StoredFile.objects.filter(known))
            message.files.add(*files)
        _sum_up(conversation, message)
        if by.id is not None:
            mark_read(conversation_id=conversation.pk, user_id=by.id, until=now, now=now)
        is_carried = import_string(settings.MESSAGE_CARRIER)(conversation, message, carried_as, now=now)
        tell_others(conversation, message, now=now, buyer_too=not is_carried)
        live.announce(f"conversation:{conversation.pk}")
        return message


def _keep_own_words(message: Message, own_text: str) -> None:
    if not own_text.strip() or own_text.strip() == message.text:
        return
    if message.author_role != Role.AGENT:
        raise ValueError("only the desk keeps what was translated")
    OwnWords.objects.create(message=message, text=text_given(own_text))


def watch_for(files: Iterable[StoredFile], *, conversation_id: UUID) -> None:
    """Hold what is sent from now on against files that hang elsewhere: what the desk withholds of those is withheld of
    it too. In the caller's transaction, under the lock that who sends takes."""
    Conversation.objects.select_for_update().get(pk=conversation_id).watched.add(*files)


def _check_pace(by: Actor, now: dt.datetime) -> None:
    if by.id is None:
        return
    counts = {
        f"within_{number}": Count("pk", filter=Q(sent_at__gt=now - limit.span))
        for number, limit in enumerate(LIMITS)
    }
    longest = max(limit.span for limit in LIMITS)
    found = Message.objects.filter(author_id=by.id, sent_at__gt=now - longest).aggregate(**counts)
    check_pace({limit.span: found[f"within_{number}"] for number, limit in enumerate(LIMITS)})


def _sum_up(conversation: Conversation, message: Message) -> None:
    author = Role(message.author_role)
    before = Waiting(conversation.waiting_on)
    after = waits_on(before, author, has_shop=conversation.shop_id is not None)
    conversation.waiting_on = after
    if after is Waiting.NOBODY:
        conversation.waiting_since = None
    elif after is not before:
        conversation.waiting_since = message.sent_at
    if before is not Waiting.NOBODY and after is Waiting.NOBODY and conversation.answered_at is None:
        conversation.answered_at = message.sent_at
    if message.sent_at >= conversation.last_at or not conversation.last_role:
        conversation.last_at = message.sent_at
        conversation.last_role = author
        conversation.excerpt = " ".join(message.text.split())[:EXCERPT]
    # The site's own pages ask what it is about; elsewhere people just write.
    if not (conversation.subject or conversation.topic or message.channel == Message.Channel.PAGE):
        conversation.subject = first_words(message.text)
    conversation.save(
        update_fields=[
            "waiting_on",
            "waiting_since",
            "answered_at",
            "last_at",
            "last_role",
            "excerpt",
            "subject",
        ]
    )


def first_words(text: str) -> str:
    """Return what a text begins with, in `TITLE` characters at most, cut between words where it can be."""
    return (
        textwrap.shorten(text, TITLE, placeholder="…", break_on_hyphens=False)
        if " " in text[:TITLE]
        else text[:TITLE].strip()
    )
