"""Who is told that somebody wrote."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from msgspec import Struct

from recours.conversations.models import Conversation, Message
from recours.notices.commands import News, Reader, tell
from recours.notices.kinds import Kind
from recours.notices.readers import buyer_reader, shop_readers
from recours.rules.lifecycle.vocabulary import Role

PAGES = {Role.BUYER: "buyer:conversation", Role.SELLER: "seller:conversation"}


class Follower(Struct, frozen=True):
    """Somebody who is no party, and is told of each message: who, and which thing of theirs it is news of."""

    reader: Reader
    topic: str
    path: str


def tell_others(
    conversation: Conversation, message: Message, *, now: dt.datetime, buyer_too: bool = True
) -> None:
    """Tell the other party that a message came, and who follows the conversation; who wrote knows, and so does a buyer
    to whom the message itself goes.

    Followers are found by what settings.MESSAGE_FOLLOWERS names, for the storeys above: an agent who holds the claim.
    """
    topic = f"conversation:{conversation.pk}"
    readers = []
    if buyer_too and message.author_role != Role.BUYER and conversation.buyer_id is not None:
        readers.append(buyer_reader(conversation.buyer_id))
    if message.author_role != Role.SELLER and conversation.shop_id is not None:
        readers += shop_readers(conversation.shop_id)
    hearing = [Follower(one, topic, reverse(PAGES[one.role], args=[conversation.pk])) for one in readers]
    for name in settings.MESSAGE_FOLLOWERS:
        hearing += _following(name, conversation.pk)
    tell(
        [
            News(
                reader=one.reader,
                kind=Kind.MESSAGE,
                key=f"message:{message.pk}",
                topic=one.topic,
                marketplace_id=conversation.marketplace_id,
                title=conversation.subject,
                path=one.path,
                renderer="conversations",
                payload={"message": message.pk},
            )
            for one in hearing
            if (one.reader.user_id or one.reader.role) != (message.author_id or message.author_role)
        ],
        now=now,
    )


def _following(name: str, conversation_id: UUID) -> list[Follower]:
    found: list[Follower] = import_string(name)(conversation_id)
    return found
