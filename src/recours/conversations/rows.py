"""One row of an inbox: what is asked, by whom, for how long, and until when an answer is usual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from recours.conversations.inbox import Inbox
from recours.conversations.models import Conversation
from recours.conversations.presentation import topic_word


@dataclass(frozen=True)
class InboxRow:
    """What `conversations/inbox_rows.html` draws."""

    id: UUID
    url: str
    title: str
    buyer: str
    order: str
    topic: str
    shop: str
    excerpt: str
    mine: bool
    """The last word is the reader's own side's."""
    unread: bool
    last_at: dt.datetime
    waiting_since: dt.datetime | None
    due_at: dt.datetime | None
    """By when the first answer is usual; None once it was given, or where nothing says it."""
    claim: str
    way: str
    """By which way it came, in words; empty on the site."""


def row_of(
    row: Conversation, inbox: Inbox, *, url: str, buyer_name: Callable[[Conversation], str], way: str = ""
) -> InboxRow:
    """Word a conversation of `Inbox.page`. Its buyer is called as the reader knows them."""
    waits = row.waiting_on == inbox.awaited
    claim = getattr(row, "claim", None)
    return InboxRow(
        id=row.pk,
        url=url,
        title=row.subject or topic_word(row.topic) or _("Message sans titre"),
        buyer=buyer_name(row),
        order=row.order.number if row.order else "",
        topic=topic_word(row.topic),
        shop=row.shop.name if row.shop else "",
        excerpt=row.excerpt if row.excerpt != row.subject else "",
        mine=row.last_role == inbox.role,
        unread=bool(getattr(row, "unread", False)),
        last_at=row.last_at,
        waiting_since=row.waiting_since if waits else None,
        due_at=row.answer_due_at if waits and row.answered_at is None else None,
        claim=claim.reference if claim is not None else "",
        way=way,
    )
