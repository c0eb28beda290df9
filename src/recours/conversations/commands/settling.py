"""Setting a conversation aside, and taking it up again: how an inbox is emptied without writing for nothing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import live
from recours.conversations.models import Conversation, Reading, Settlement
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

_AWAITED = {Role.SELLER: Waiting.SELLER, Role.AGENT: Waiting.PLATFORM}


def settle_conversation(*, conversation_id: UUID, by: Actor, now: dt.datetime) -> Settlement | None:
    """Note that nothing is to be answered: the conversation waits for nobody until somebody writes again.

    In one transaction: lock the conversation; write down who said so, when, and how long it had waited. It is no
    answer: the first one stays due by its date, a dispute can be opened after it, and the shop's figures count the
    question as unanswered. Nothing happens, and None is returned, where it does not wait for this role. The caller has
    checked that `by` is a party.
    """
    with transaction.atomic():
        row = Conversation.objects.select_for_update().get(pk=conversation_id)
        awaited = _AWAITED.get(by.role)
        if awaited is None or row.waiting_on != awaited or row.waiting_since is None or by.id is None:
            return None
        settlement = Settlement.objects.create(
            conversation=row, user_id=by.id, role=by.role, waited_since=row.waiting_since, settled_at=now
        )
        row.waiting_on, row.waiting_since = Waiting.NOBODY, None
        row.save(update_fields=["waiting_on", "waiting_since"])
        live.announce(f"conversation:{row.pk}")
        return settlement


def take_up_again(*, conversation_id: UUID, by: Actor) -> bool:
    """Undo what somebody said themselves: the conversation waits again, for as long as it had; whether it does.

    Only while nothing has happened since: once anybody has written, or a colleague has set it aside, it stands.
    """
    with transaction.atomic():
        row = Conversation.objects.select_for_update().get(pk=conversation_id)
        latest = Settlement.objects.filter(conversation=row).order_by("-settled_at", "-pk").first()
        if row.waiting_on or latest is None or latest.user_id != by.id or latest.settled_at < row.last_at:
            return False
        row.waiting_on, row.waiting_since = _AWAITED[Role(latest.role)], latest.waited_since
        row.save(update_fields=["waiting_on", "waiting_since"])
        latest.delete()
        live.announce(f"conversation:{row.pk}")
        return True


def mark_unread(*, conversation_id: UUID, user_id: UUID) -> None:
    """Forget how far somebody has read, so that the conversation stands out in their list again."""
    Reading.objects.filter(conversation_id=conversation_id, user_id=user_id).delete()


def await_answer(*, conversation_id: UUID, now: dt.datetime) -> None:
    """Have a conversation wait for the desk again: what it was answered did not reach its reader."""
    with transaction.atomic():
        row = Conversation.objects.select_for_update().get(pk=conversation_id)
        if row.waiting_on == Waiting.NOBODY:
            row.waiting_on, row.waiting_since = Waiting.PLATFORM, now
            row.save(update_fields=["waiting_on", "waiting_since"])
            live.announce(f"conversation:{row.pk}")
