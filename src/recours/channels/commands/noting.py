"""What came by telephone or by post and is typed in by an agent: the conversation has it like everything else, and says
who noted it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.timezone import localtime
from msgspec import Struct

from recours.channels.continuity import NotedMessage
from recours.claims.commands.evidence import conversation_of
from recours.conversations.commands import send_message, start_conversation
from recours.conversations.models import Contact, Conversation, Message
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.people.models import User
from recours.rules.channel_refusals import NotedInTheFuture, ReachMissing
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
    with transaction.atomic():
        return _write(conversation_id, note, Role.BUYER, by, lang, key, now)


def note_on_claim(
    *, claim_id: UUID, side: Role, note: Note, by: Actor, lang: Lang, key: UUID, now: dt.datetime
) -> Message:
    """Put a call or a letter of one party of a claim among the messages of the claim; return the message.

    As `note`, of the side that called or wrote. The other is told, as of any message. The caller has checked that the
    claim is of the agent's desk and has this side. Raises what `note` raises.
    """
    if side not in (Role.BUYER, Role.SELLER):
        raise ValueError("a party calls, or writes")
    with transaction.atomic():
        return _write(conversation_of(claim_id, now=now), note, side, by, lang, key, now)


def note_stranger(
    *, marketplace_id: UUID, note: Note, reach: str, by: Actor, lang: Lang, key: UUID, now: dt.datetime
) -> Message:
    """Begin a conversation with a call or a letter of somebody who is not known to be any buyer; return the message.

    In one transaction, idempotent by `key`: a contact with their name and where they are reached, whom an agent can
    join to a buyer later; the conversation; the message, as `note` writes it. The caller has checked that the desk is
    the agent's. Raises ReachMissing, and what `note` raises.
    """
    reached = " ".join(reach.split())[:200]
    if not reached:
        raise ReachMissing
    with transaction.atomic():
        contact, is_new = Contact.objects.get_or_create(
            pk=uuid5(marketplace_id, str(key)),
            defaults={
                "marketplace_id": marketplace_id,
                "name": note.who[:120],
                "reach": reached,
                "language": lang if lang in ("fr", "en") else "fr",
                "first_at": note.at,
            },
        )
        if is_new:
            start_conversation(
                marketplace_id=marketplace_id, buyer_id=None, shop_id=None, contact_id=contact.pk, now=now
            )
        row = Conversation.objects.get(contact=contact)
        return _write(row.pk, note, Role.BUYER, by, lang, key, now)


def _write(
    conversation_id: UUID, note: Note, side: Role, by: Actor, lang: Lang, key: UUID, now: dt.datetime
) -> Message:
    if by.role is not Role.AGENT or by.id is None or note.channel not in NOTED:
        raise ValueError("calls and letters are noted by the desk")
    if note.at > now:
        raise NotedInTheFuture
    row = Conversation.objects.select_for_update().get(pk=conversation_id)
    twin = Message.objects.filter(conversation=row, key=key).first()
    if twin is not None:
        return twin
    user = User.objects.get(pk=by.id)
    message = send_message(
        conversation_id=row.pk,
        by=Actor(side, None),
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
