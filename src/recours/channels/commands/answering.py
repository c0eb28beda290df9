"""What we send because a mail came: seldom, never to a program, and never with a word of what was sent to us."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from recours import jobs
from recours.channels.models import InboundMail
from recours.channels.queries import answers_lately
from recours.conversations.models import ReplyAddress
from recours.notices.commands import News, tell
from recours.notices.kinds import Kind
from recours.notices.readers import buyer_reader, shop_readers
from recours.outbox.models import Mail
from recours.rules.lifecycle.vocabulary import Role

RENDERER = "mail"
ANSWERS_A_DAY = 3
PAGES = {Role.BUYER: "buyer:conversation", Role.SELLER: "seller:conversation"}


def answer(row: InboundMail, *, now: dt.datetime) -> None:
    """Tell a mail's sender what became of it, in the caller's transaction.

    A stranger hears from us once in 24 hours; a party whose mail could not be taken, three times. Who wants to fill
    somebody's mailbox with our answers gets no further than that.
    """
    if not _may_be_written_to(row.sender):
        return
    is_stranger = row.outcome == InboundMail.Outcome.UNPLACED
    if answers_lately(row.sender, now=now) >= (1 if is_stranger else ANSWERS_A_DAY):
        return
    address = row.reply_address
    key = uuid4()
    Mail.objects.create(
        id=key,
        key=f"answer:{row.pk}",
        marketplace_id=address.conversation.marketplace_id if address else None,
        kind="answer",
        topic=f"conversation:{address.conversation_id}" if address and not is_stranger else "",
        renderer=RENDERER,
        payload={"inbound": str(row.pk)},
        role=address.role if address and not is_stranger else "",
        address=row.sender,
        language=(address.user.language if address and address.user else "") or "fr",
        created_at=now,
        not_before=now,
        message_id=f"<{key}@{settings.MAIL_DOMAIN}>",
    )
    jobs.defer("outbox.send", queueing_lock="outbox.send")


def tell_owner(address: ReplyAddress, *, now: dt.datetime) -> None:
    """Tell the owner of a reply address that a mail waits for their word; once a day by mail, each time in the page."""
    conversation = address.conversation
    role = Role(address.role)
    readers = (
        [buyer_reader(conversation.buyer_id)]
        if role is Role.BUYER and conversation.buyer_id is not None
        else shop_readers(conversation.shop_id)
        if conversation.shop_id
        else []
    )
    tell(
        [
            News(
                reader=reader,
                kind=Kind.MESSAGE,
                key=f"held:{address.token}:{now:%Y-%m-%d}",
                topic=f"conversation:{conversation.pk}",
                marketplace_id=conversation.marketplace_id,
                title=conversation.subject,
                detail="mail_held",
                path=reverse(PAGES[role], args=[conversation.pk]),
                renderer=RENDERER,
                payload={"held": address.token},
            )
            for reader in readers
            if address.user_id is None or reader.user_id in (None, address.user_id)
        ],
        now=now,
    )


def _may_be_written_to(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254 and not address.startswith(("mailer-daemon@", "postmaster@"))
