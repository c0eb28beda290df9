"""What an agent sends waits some seconds, in which they can take it back: then it was never sent.

It is tried before it waits, so that what would be refused is refused at once, on the page where it was typed. What
then lets it go is a job of its own; should that be lost, the sweep of each minute does it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from recours import jobs
from recours.casework.models import HeldMessage
from recours.casework.refusals import MessageHasLeft
from recours.casework.telling import word_of_held
from recours.claims.commands.evidence import conversation_of
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.conversations.commands import discard_message_draft, save_message_draft, send_message
from recours.conversations.models import Conversation, Message
from recours.conversations.queries import draft_about, was_just_sent
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.files.models import StoredFile
from recours.notices.commands import tell
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.decide.context import text_given
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal

log = logging.getLogger(__name__)

JOB = "casework.let_go"
AT_ONCE = 500


class _Rehearsed(Exception):
    """Undoes what was only tried."""


def send_in_claim(opened: OpenedClaim, text: str, own_text: str = "") -> HeldMessage | None:
    """Send a message to the parties of a claim, to leave after UNDO_SECONDS; None when it left at once.

    In one transaction: lock the claim; try the sending; keep it, and forget the draft it came from. The same words
    sent again meanwhile, or within two minutes, are the button pressed twice. `own_text` is as in `send_message`, whose
    refusals are raised.
    """
    with transaction.atomic():
        row = Claim.objects.select_for_update().only("conversation_id").get(pk=opened.row.pk)
        mine = HeldMessage.objects.filter(claim=row, author_id=opened.actor.id, text=text.strip(), trouble="")
        if (twin := mine.first()) is not None:
            return twin
        discard_message_draft(user_id=_author(opened.actor), about=draft_of_claim(row.pk))
        if row.conversation_id and was_just_sent(row.conversation_id, opened.actor, text, now=opened.now):
            return None
        held = HeldMessage(
            id=uuid4(),
            author_id=_author(opened.actor),
            claim=row,
            text=text_given(text),
            own_text=own_text,
            written_at=opened.now,
        )
        return _hold(held, (), opened.now)


def send_in_conversation(
    *,
    conversation_id: UUID,
    by: Actor,
    text: str,
    now: dt.datetime,
    key: UUID | None = None,
    files: Sequence[Judged] = (),
    draft: str = "",
    own_text: str = "",
) -> HeldMessage | Message:
    """Answer in a conversation of the desk, to leave after UNDO_SECONDS; the message itself when it left at once.

    As `send_in_claim`, and idempotent by `key`. Raises what `send_message` refuses, and FileNotKept.
    """
    with transaction.atomic():
        # Locked before the files: of two sendings at once, the second finds the message of the first.
        row = Conversation.objects.select_for_update().only("pk").get(pk=conversation_id)
        key = key or uuid4()
        mine = HeldMessage.objects.filter(pk=key, author_id=by.id).first()
        if mine is not None:
            return mine
        sent = Message.objects.filter(author_id=by.id, author_role=by.role, key=key).first()
        if sent is not None:
            return sent
        user = User.objects.get(pk=_author(by))
        held = HeldMessage(
            id=key,
            author=user,
            conversation=row,
            text=text_given(text),
            own_text=own_text,
            written_at=now,
        )
        kept = [store_judged(judged=judged, by=user) for judged in files]
        waiting = _hold(held, kept, now)
        discard_message_draft(user_id=user.pk, about=draft)
        return waiting or Message.objects.get(conversation=row, key=key)


def take_back(*, held_id: UUID, user_id: UUID, now: dt.datetime) -> HeldMessage:
    """Take a message back that has not left; its words are in its author's draft again, behind what is typed there.

    A lock decides between this and its leaving: who comes second finds nothing. Raises MessageHasLeft.
    """
    with transaction.atomic():
        row = HeldMessage.objects.select_for_update().filter(pk=held_id, author_id=user_id).first()
        if row is None:
            raise MessageHasLeft
        about = draft_of(row)
        typed = draft_about(user_id, about)
        before = str(typed.answers.get("text", "")).rstrip() if typed else ""
        text = f"{before}\n\n{row.text}" if before and before != row.text else row.text
        own = row.own_text or (str(typed.answers.get("own_text", "")) if typed else "")
        answers = {"text": text} | ({"own_text": own} if own else {})
        save_message_draft(user_id=user_id, about=about, answers=answers, now=now)
        row.delete()
        row.pk = held_id
        return row


def let_go(*, held_id: UUID, now: dt.datetime) -> bool:
    """Let a message leave whose seconds have gone; whether it did. One that is refused now waits for its author, who
    is told. Safe to run twice, and beside its author who takes it back."""
    with transaction.atomic():
        row = (
            HeldMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("author")
            .filter(pk=held_id, trouble="", leaves_at__lte=now)
            .first()
        )
        if row is None:
            return False
        try:
            with transaction.atomic():
                _send(row, list(row.files.all()), now)
        except Refusal as refusal:
            lang = "en" if row.author.language == "en" else "fr"
            row.trouble = f"{refusal.explain(lang)} {refusal.remedy(lang)}"
            row.save(update_fields=["trouble"])
            tell([word_of_held(row)], now=now)
            return False
        row.delete()
        return True


def let_go_due(*, now: dt.datetime) -> int:
    """Let all messages leave whose seconds have gone; return how many did. One that fails keeps no other."""
    due = HeldMessage.objects.filter(trouble="", leaves_at__lte=now).order_by("leaves_at", "id")
    gone = 0
    for held_id in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            gone += let_go(held_id=held_id, now=now)
        except Exception:  # what one of them does wrong is that message's trouble alone
            log.exception("Message %s, which was held, could not leave.", held_id)
    return gone


def draft_of(row: HeldMessage) -> str:
    """Name the draft that a message came from."""
    if row.claim_id is not None:
        return draft_of_claim(row.claim_id)
    return f"conversation:{row.conversation_id}"


def draft_of_claim(claim_id: UUID) -> str:
    """Name the draft of what somebody writes to the parties of a claim."""
    return f"claim:{claim_id}"


def _hold(row: HeldMessage, files: Sequence[StoredFile], now: dt.datetime) -> HeldMessage | None:
    if not settings.UNDO_SECONDS:
        _send(row, files, now)
        return None
    try:
        with transaction.atomic():
            _send(row, files, now)
            raise _Rehearsed
    except _Rehearsed:
        pass
    row.leaves_at = now + dt.timedelta(seconds=settings.UNDO_SECONDS)
    row.save(force_insert=True)
    row.files.set(files)
    jobs.defer(JOB, schedule_at=row.leaves_at, held=row.pk)
    return row


def _send(row: HeldMessage, files: Sequence[StoredFile], now: dt.datetime) -> None:
    """Write the message, in the caller's transaction."""
    place = row.conversation_id if row.claim_id is None else conversation_of(row.claim_id, now=now)
    if place is None:
        raise ValueError("a message has a place")
    send_message(
        conversation_id=place,
        by=Actor(Role.AGENT, row.author_id),
        text=row.text,
        now=now,
        files=files,
        key=row.pk,
        own_text=row.own_text,
    )


def _author(actor: Actor) -> UUID:
    if actor.id is None:
        raise ValueError("an agent is somebody")
    return actor.id
