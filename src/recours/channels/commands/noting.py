"""What came by telephone or by post and is typed in by an agent: the conversation has it like everything else, and says
who noted it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime
from msgspec import Struct

from recours.channels.continuity import NotedMessage
from recours.conversations.commands import send_message
from recours.conversations.models import Conversation, Message
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.people.models import User
from recours.rules.channel_refusals import NotedInTheFuture
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import text_given
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, say

Channel = Message.Channel
NOTED = (Channel.PHONE, Channel.POST)


class Note(Struct, frozen=True, kw_only=True):
    """A call or a letter: from whom, when, what was said or written, and what the desk promised, if anything."""

    channel: Message.Channel
    who: str
    at: dt.datetime
    said: str
    promised: str = ""
    files: Sequence[Judged] = ()


def note(*, conversation_id: UUID, note: Note, by: Actor, lang: Lang, key: UUID, now: dt.datetime) -> Message:
    """Put a call or a letter into a conversation with customer service, where its time says; return the message.

    In one transaction, idempotent by `key`: the message, of the buyer's side and without an account since they typed
    nothing; its files; who noted it. The caller has checked that `by` is of the desk. Raises NotedInTheFuture,
    TextMissing, TextTooLong, FileNotKept.
    """
    if by.role is not Role.AGENT or by.id is None or note.channel not in NOTED:
        raise ValueError("calls and letters are noted by the desk")
    if note.at > now:
        raise NotedInTheFuture
    with transaction.atomic():
        row = Conversation.objects.select_for_update().get(pk=conversation_id)
        twin = Message.objects.filter(conversation=row, key=key).first()
        if twin is not None:
            return twin
        user = User.objects.get(pk=by.id)
        message = send_message(
            conversation_id=row.pk,
            by=Actor(Role.BUYER, None),
            text=_text(note, lang),
            now=now,
            files=[store_judged(judged=one, by=user) for one in note.files],
            key=key,
            channel=note.channel,
            written_at=note.at,
        )
        NotedMessage.objects.create(message=message, who=note.who[:120], by=user, noted_at=now)
        return message


def _text(note: Note, lang: Lang) -> str:
    at = localtime(note.at)
    head = say(lang, f"channels.noted.{note.channel}", who=note.who, at=at)
    parts = [head, text_given(note.said)]
    if note.promised.strip():
        parts.append(say(lang, "channels.noted.promised", what=note.promised.strip()))
    return "\n\n".join(parts)
