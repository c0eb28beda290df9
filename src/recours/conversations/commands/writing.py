"""Writing from a page: a message with its files, and the first message of each kind of conversation.

All of it happens in one transaction: a refusal leaves no conversation without a message and no file without one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from recours.conversations.commands.drafts import discard_message_draft
from recours.conversations.commands.sending import send_message, start_conversation
from recours.conversations.models import Conversation, Message
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.files.models import StoredFile
from recours.marketplaces.models import Buyer, Order, Shop
from recours.marketplaces.policies import NoPolicy, current_policy
from recours.people.models import User
from recours.rules.conversation import Topic, answer_due
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


def post_message(
    *,
    conversation_id: UUID,
    by: Actor,
    text: str,
    now: dt.datetime,
    key: UUID | None = None,
    files: Sequence[Judged] = (),
    draft: str = "",
    carried_as: str = "",
    own_text: str = "",
) -> Message:
    """Send what was written on a page, its files kept with it, and forget the `draft` it came from.

    The same `key` sent twice is one message, and its files are kept once. `carried_as` and `own_text` are as in
    send_message. The caller has checked that `by` is a party. Raises TextMissing, TextTooLong, TextNotText,
    TooManyMessages, FileNotKept.
    """
    with transaction.atomic():
        # Locked before the files: of two sendings at once, the second finds the message of the first.
        Conversation.objects.select_for_update().only("pk").get(pk=conversation_id)
        twin = _sent_before(by, key)
        if twin is not None:
            return twin
        message = send_message(
            conversation_id=conversation_id,
            by=by,
            text=text,
            now=now,
            files=_kept(by, files),
            key=key,
            carried_as=carried_as,
            own_text=own_text,
        )
        _forget(by, draft)
        return message


def write_about_order(
    *,
    order: Order,
    by: Actor,
    line_ids: Sequence[int],
    topic: Topic,
    text: str,
    now: dt.datetime,
    key: UUID,
    files: Sequence[Judged] = (),
    draft: str = "",
) -> Message:
    """Write to a shop about an order for the first time: the conversation says which order, which articles, and why.

    In one transaction: start the conversation, its answer awaited by the line contact.seller_answers of the policy
    in force at `now`; send the message with its files; forget the draft. Idempotent by `key`. The order, with its
    lines, was resolved through what the buyer may see, and `line_ids` are its own. Raises what post_message raises.
    """
    titles = [line.title for line in order.lines.all() if line.pk in line_ids]
    with transaction.atomic():
        _queue_up(order.buyer_id)
        twin = _sent_before(by, key)
        if twin is not None:
            return twin
        conversation = start_conversation(
            marketplace_id=order.marketplace_id,
            buyer_id=order.buyer_id,
            shop_id=order.shop_id,
            order_id=order.pk,
            line_ids=line_ids,
            topic=topic,
            subject=", ".join(titles),
            answer_due_at=answer_due_at(order.marketplace_id, now),
            now=now,
        )
        return _first(conversation, by, text, now=now, key=key, files=files, draft=draft)


def write_to_shop(
    *,
    shop: Shop,
    buyer_id: UUID,
    by: Actor,
    subject: str,
    text: str,
    now: dt.datetime,
    key: UUID,
    files: Sequence[Judged] = (),
    draft: str = "",
) -> Message:
    """Write to a shop without having bought. No dispute can follow, so that no answer is due by a date.

    Idempotent by `key`, like write_about_order. Raises what post_message raises.
    """
    with transaction.atomic():
        _queue_up(buyer_id)
        twin = _sent_before(by, key)
        if twin is not None:
            return twin
        conversation = start_conversation(
            marketplace_id=shop.marketplace_id,
            buyer_id=buyer_id,
            shop_id=shop.pk,
            topic=Topic.BEFORE_PURCHASE,
            subject=subject,
            now=now,
        )
        return _first(conversation, by, text, now=now, key=key, files=files, draft=draft)


def write_to_support(
    *,
    marketplace_id: UUID,
    buyer_id: UUID,
    by: Actor,
    subject: str,
    text: str,
    now: dt.datetime,
    key: UUID,
    topic: Topic | None = None,
    order_id: UUID | None = None,
    files: Sequence[Judged] = (),
    draft: str = "",
) -> Message:
    """Write to the marketplace's customer service; the order, if one, was resolved through what the buyer may see.

    Idempotent by `key`, like write_about_order. Raises what post_message raises.
    """
    with transaction.atomic():
        _queue_up(buyer_id)
        twin = _sent_before(by, key)
        if twin is not None:
            return twin
        conversation = start_conversation(
            marketplace_id=marketplace_id,
            buyer_id=buyer_id,
            shop_id=None,
            order_id=order_id,
            topic=topic,
            subject=subject,
            now=now,
        )
        return _first(conversation, by, text, now=now, key=key, files=files, draft=draft)


def answer_due_at(marketplace_id: UUID, now: dt.datetime) -> dt.datetime | None:
    """Return by when a shop should answer what is written to it at `now`; None where no policy says it."""
    try:
        return answer_due(now, current_policy(marketplace_id)).due_at
    except NoPolicy:
        return None


def _queue_up(buyer_id: UUID) -> None:
    """Take the buyer's lock: of two first messages at once, the second finds the first."""
    Buyer.objects.select_for_update().only("pk").get(pk=buyer_id)


def _sent_before(by: Actor, key: UUID | None) -> Message | None:
    if key is None or by.id is None:
        return None
    return Message.objects.filter(author_id=by.id, author_role=by.role, key=key).first()


def _first(
    conversation: Conversation,
    by: Actor,
    text: str,
    *,
    now: dt.datetime,
    key: UUID,
    files: Sequence[Judged],
    draft: str,
) -> Message:
    if by.role is not Role.BUYER:
        raise ValueError("only a buyer begins a conversation")
    message = send_message(
        conversation_id=conversation.pk, by=by, text=text, now=now, files=_kept(by, files), key=key
    )
    _forget(by, draft)
    return message


def _kept(by: Actor, files: Sequence[Judged]) -> list[StoredFile]:
    if not files:
        return []
    user = User.objects.get(pk=by.id) if by.id is not None else None
    return [store_judged(judged=judged, by=user) for judged in files]


def _forget(by: Actor, draft: str) -> None:
    if draft and by.id is not None:
        discard_message_draft(user_id=by.id, about=draft)
