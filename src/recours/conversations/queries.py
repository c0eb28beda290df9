"""Reading conversations. Every query starts from what its viewer may see; a conversation of others does not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, TextField, Value, When
from django.db.models.fields import BooleanField
from django.db.models.functions import Concat
from msgspec import Struct

from recours.conversations.models import Conversation, Message, MessageDraft, Reading
from recours.files.models import StoredFile
from recours.files.showing import SHOWN_WITH
from recours.rules.access import Identity, Parties, role_in
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

WITH_FILES = Prefetch("files", queryset=StoredFile.objects.select_related(*SHOWN_WITH))
"""What a thread fetches along: its attachments, and what is withheld of them, in one statement."""

PAGE = 25
"""Conversations of one page of a list."""
MOST_MESSAGES = 500
"""Messages of one thread that a page shows, the latest; nobody has reached a fifth of it."""
MOST_UNREAD = 99
"""Beyond that a count says no more."""
LONGEST_SEARCH = 200
"""Characters of a search that are looked for."""
TWICE = dt.timedelta(minutes=2)
"""Within this, the same words from the same person are one message: a button pressed twice, a page sent again."""

Place = tuple[bool, dt.datetime, UUID]
"""Where a list by unread continues: whether the last row was unread, its `last_at`, its id."""


class ConversationNotVisible(Exception):
    """There is no such conversation for this identity."""


class OpenedConversation(Struct, frozen=True, kw_only=True):
    """A conversation as one viewer sees it: the row with its buyer, shop, order and marketplace, and their role."""

    row: Conversation
    role: Role
    actor: Actor

    @property
    def zone(self) -> str:
        """Where its days are counted, and shown."""
        return str(self.row.marketplace.zone)

    @property
    def claim_reference(self) -> str:
        """Of the claim that took it in; empty while none has. Its thread is then on the claim's page."""
        claim = getattr(self.row, "claim", None)
        return str(claim.reference) if claim is not None else ""


def visible_to(identity: Identity, role: Role) -> QuerySet[Conversation]:
    """Return the conversations that exist for this viewer in this role.

    The desk sees those with customer service, and those that a claim took in: what a buyer and a shop write to each
    other before a dispute is theirs. Raises ValueError for a role that nobody has.
    """
    rows = Conversation.objects.all()
    match role:
        case Role.BUYER:
            return rows.filter(buyer_id__in=identity.buyer_ids)
        case Role.SELLER:
            return rows.filter(shop_id__in=identity.shop_ids)
        case Role.AGENT:
            at_their_desk = rows.filter(marketplace_id__in=identity.agent_of)
            return at_their_desk.filter(Q(shop=None) | Q(claim__isnull=False))
        case _:
            raise ValueError(f"{role} takes part in no conversation")


def conversation_for(identity: Identity, conversation_id: UUID, role: Role) -> OpenedConversation:
    """Fetch a conversation as its buyer, its seller, or the desk. Buyer, shop, order, marketplace and claim are loaded.

    Raises ConversationNotVisible, the same for one of others as for one that never was; also for an agent or a
    seller who is its buyer, or works for its shop.
    """
    row = (
        visible_to(identity, role)
        .select_related("buyer__user", "contact", "shop", "order", "marketplace", "claim")
        .filter(pk=conversation_id)
        .first()
    )
    if row is None:
        raise ConversationNotVisible
    parties = Parties(marketplace_id=row.marketplace_id, buyer_id=row.buyer_id, shop_id=row.shop_id)
    if role_in(identity, parties) is not role:
        raise ConversationNotVisible
    return OpenedConversation(row=row, role=role, actor=Actor(role, identity.user_id))


def language_of(row: Conversation) -> str:
    """Return the language of who wrote: their account's, else their contact's."""
    user = row.buyer.user if row.buyer is not None else None
    if user is not None and user.language:
        return user.language
    return row.contact.language if row.contact is not None else "fr"


def messages_of(conversation_id: UUID, *, for_desk: bool = False) -> list[Message]:
    """Return the messages of a thread, oldest first, with their files and authors: two queries.

    For the desk, with what its agents wrote of which a translation was sent.
    """
    beside = ("author", "own_words") if for_desk else ("author",)
    rows = Message.objects.filter(conversation_id=conversation_id).select_related(*beside)
    latest = rows.prefetch_related(WITH_FILES).defer("words").order_by("-sent_at", "-pk")[:MOST_MESSAGES]
    return list(reversed(latest))


def files_in(conversation_id: UUID) -> QuerySet[StoredFile]:
    """Return all files that are attached to messages of a conversation."""
    attached = Message.files.through.objects.filter(message__conversation_id=conversation_id)
    return StoredFile.objects.filter(pk__in=attached.values("storedfile_id"))


def file_in(opened: OpenedConversation, file_id: UUID) -> StoredFile | None:
    """Return a file attached to a message of this conversation; None for any other."""
    attached = Message.files.through.objects.filter(
        message__conversation_id=opened.row.pk, storedfile_id=file_id
    )
    row = attached.select_related("storedfile", *(f"storedfile__{name}" for name in SHOWN_WITH)).first()
    return row.storedfile if row else None


def with_unread(rows: QuerySet[Conversation], user_id: UUID | None, role: Role) -> QuerySet[Any]:
    """Annotate `unread`: the last word is somebody else's, and this user has not seen it."""
    seen = Reading.objects.filter(
        Q(user_id=user_id), conversation_id=OuterRef("pk"), read_at__gte=OuterRef("last_at")
    )
    return rows.annotate(
        unread=Case(
            When(last_role__in=["", role.value], then=Value(False)),
            default=~Exists(seen),
            output_field=BooleanField(),
        )
    )


def conversations_of_buyer(
    identity: Identity, *, words: str = "", after: Place | None = None, limit: int = PAGE
) -> list[Conversation]:
    """Return a page of the viewer's conversations, unread first, then the latest, each annotated with `unread`.

    One more than `limit` when there is a next page, which continues `after` the last row. `words` searches subject,
    order number, shop and messages. A conversation that nobody has written in is not listed.
    """
    rows = with_unread(visible_to(identity, Role.BUYER), identity.user_id, Role.BUYER)
    rows = matching(rows.exclude(last_role=""), words)
    if after is not None:
        unread, last_at, key = after
        later = Q(last_at__lt=last_at) | Q(last_at=last_at, id__lt=key)
        rows = rows.filter(Q(unread=True) & later | Q(unread=False) if unread else Q(unread=False) & later)
    rows = rows.select_related("shop", "order", "marketplace", "claim")
    return list(rows.order_by("-unread", "-last_at", "-id")[: limit + 1])


def matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Keep the conversations whose subject, order number, shop, buyer or messages hold these words."""
    looked_for = " ".join(words.replace("\0", " ").split())[:LONGEST_SEARCH]
    if not looked_for:
        return rows
    folded = _fold(Value(looked_for))
    # Folding joins what a typographic apostrophe keeps apart, and phones write both kinds.
    straight = _fold(Value(looked_for.replace("’", "'")))
    said = Message.objects.filter(conversation_id=OuterRef("pk"), words=_query(folded) | _query(straight))
    named = Concat(
        F("subject"),
        Value(" "),
        F("order__number"),
        Value(" "),
        F("shop__name"),
        Value(" "),
        F("buyer__name"),
        Value(" "),
        F("contact__name"),
        output_field=TextField(),
    )
    found: QuerySet[Any] = rows.annotate(_named=_fold(named)).filter(
        Q(_named__contains=folded) | Exists(said)
    )
    return found


def _query(folded: Func) -> SearchQuery:
    return SearchQuery(folded, config="french", search_type="websearch")


def _fold(expression: object) -> Func:
    return Func(expression, function="recours_fold", output_field=TextField())


UNREAD = """
SELECT count(*) FROM (
  SELECT 1 FROM conversations_conversation AS conversation
  WHERE {theirs} AND conversation.last_role NOT IN ('', %(role)s)
    AND NOT EXISTS (
      SELECT 1 FROM conversations_reading AS reading
      WHERE reading.user_id = %(user)s AND reading.conversation_id = conversation.id
        AND reading.read_at >= conversation.last_at)
  LIMIT %(most)s) AS unread
"""

THEIRS = {
    Role.BUYER: "conversation.buyer_id IN (SELECT id FROM marketplaces_buyer WHERE user_id = %(user)s)",
    Role.SELLER: """conversation.shop_id IN (SELECT shop_id FROM people_shopstaff WHERE user_id = %(user)s)
    AND conversation.waiting_on = 'seller'""",
}


def unread_count(user_id: UUID, role: Role) -> int:
    """Count what somebody has not read as a buyer, or what waits for an answer of their shops; at most MOST_UNREAD.

    One statement: pages that show it in their navigation ask it every time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            UNREAD.format(theirs=THEIRS[role]), {"user": user_id, "role": role.value, "most": MOST_UNREAD}
        )
        return int(cursor.fetchone()[0])


def open_conversation_about(order_id: UUID, buyer_ids: Collection[UUID]) -> Conversation | None:
    """Return the latest conversation of these buyers with the shop about an order that no claim has taken in."""
    rows = Conversation.objects.filter(
        order_id=order_id, buyer_id__in=buyer_ids, shop__isnull=False, claim=None
    )
    return rows.exclude(last_role="").order_by("-last_at", "-id").first()


def draft_about(user_id: UUID, about: str) -> MessageDraft | None:
    """Return what somebody has typed there and not sent; `about` as MessageDraft says."""
    return MessageDraft.objects.filter(user_id=user_id, about=about).first()


def was_just_sent(conversation_id: UUID, by: Actor, text: str, *, now: dt.datetime) -> bool:
    """Whether `by` sent exactly this text moments before `now` (aware UTC)."""
    return Message.objects.filter(
        conversation_id=conversation_id,
        author_role=by.role,
        author_id=by.id,
        text=text.strip(),
        sent_at__gt=now - TWICE,
    ).exists()
