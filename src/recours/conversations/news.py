"""Who is told that somebody wrote."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from recours.conversations.models import Conversation, Message
from recours.notices.commands import News, tell
from recours.notices.kinds import Kind
from recours.notices.readers import buyer_reader, shop_readers
from recours.rules.lifecycle.vocabulary import Role

PAGES = {Role.BUYER: "buyer:conversation", Role.SELLER: "seller:conversation"}


def tell_others(conversation: Conversation, message: Message, *, now: dt.datetime) -> None:
    """Tell the other party that a message came; the desk has its inbox, and who wrote knows."""
    readers = []
    if message.author_role != Role.BUYER:
        readers.append(buyer_reader(conversation.buyer_id))
    if message.author_role != Role.SELLER and conversation.shop_id is not None:
        readers += shop_readers(conversation.shop_id)
    tell(
        [
            News(
                reader=reader,
                kind=Kind.MESSAGE,
                key=f"message:{message.pk}",
                topic=f"conversation:{conversation.pk}",
                marketplace_id=conversation.marketplace_id,
                title=conversation.subject,
                path=reverse(PAGES[reader.role], args=[conversation.pk]),
                renderer="conversations",
                payload={"message": message.pk},
            )
            for reader in readers
        ],
        now=now,
    )
