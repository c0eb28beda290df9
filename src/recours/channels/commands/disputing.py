"""A conversation with customer service becomes a claim, in one act of an agent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from msgspec import Struct

from recours.channels.commands.filing import file_messages
from recours.channels.commands.following_claims import follow_address, may_only_follow
from recours.channels.continuity import ConversationClaim
from recours.channels.models import ChannelSending
from recours.claims.claimable import rules_today
from recours.claims.commands import OpeningRequest, open_claim
from recours.claims.commands.evidence import write_note
from recours.claims.models import Claim
from recours.claims.queries import unclaimed_conversation
from recours.claims.reading import read_contact
from recours.conversations.commands import send_message
from recours.conversations.models import Contact, Conversation
from recours.conversations.queries import language_of
from recours.marketplaces.models import Order
from recours.notices.commands import News, tell
from recours.notices.kinds import Kind
from recours.notices.readers import buyer_reader
from recours.rules.channel_refusals import ChannelClosed, ChannelWindowClosed, ConversationOfNobody
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import About, Ground, Remedy, Role
from recours.rules.money import Money
from recours.rules.outlook import contacts_seller_first
from recours.rules.wording import say

RENDERER = "channels"


class Dispute(Struct, frozen=True, kw_only=True):
    """What an agent read out of a conversation. `order` was resolved through its buyer; `lines` are quantities.

    `after` is how many claims had been opened out of it when the form was shown: who sends it second finds the first.
    """

    order: Order
    lines: Mapping[int, int]
    ground: Ground
    remedy: Remedy
    explanation: str
    amount: Money | None = None
    goods_return: bool = False
    message_ids: Collection[int]
    wants_news: bool = False
    after: int = 0


class Opened(Struct, frozen=True):
    """The claim, and whether this very sending opened it."""

    claim: Claim
    is_new: bool


def claims_opened_from(conversation_id: UUID) -> list[ConversationClaim]:
    """Return what was opened out of a conversation, in that order."""
    rows = ConversationClaim.objects.filter(conversation_id=conversation_id).select_related("claim", "by")
    return list(rows.order_by("pk"))


def open_from_conversation(*, conversation_id: UUID, dispute: Dispute, by: Actor, now: dt.datetime) -> Opened:
    """Open a claim in the name of a conversation's buyer, with what they wrote and sent as its first exhibits.

    In one transaction: lock the conversation; open the claim as the buyer would, taking in what they wrote to the shop;
    file the messages and their files; note which agent did it; tell the buyer, in the conversation (by the channel on
    which they write while its window is open) and, where that is no mail, by mail too. Of two agents at once the second
    gets the claim of the first. Raises ConversationOfNobody, and what opening and filing raise.
    """
    if by.role is not Role.AGENT or by.id is None:
        raise ValueError("only the desk opens a claim for somebody")
    with transaction.atomic():
        row = Conversation.objects.select_for_update().get(pk=conversation_id)
        if row.buyer_id is None:
            raise ConversationOfNobody
        before = claims_opened_from(row.pk)
        if len(before) > dispute.after:
            return Opened(before[dispute.after].claim, is_new=False)
        claim = open_claim(_request(row, dispute, now), by=_buyer(row), now=now)
        ConversationClaim.objects.create(conversation=row, claim=claim, by_id=by.id, opened_at=now)
        lang = language_of(row)
        write_note(claim_id=claim.pk, by=by, text=say(lang, "channels.opened_note"), now=now)
        file_messages(
            conversation_id=row.pk,
            claim_id=claim.pk,
            by=by,
            message_ids=dispute.message_ids,
            lang=lang,
            now=now,
        )
        if dispute.wants_news and row.contact_id is not None:
            Contact.objects.filter(pk=row.contact_id).update(wants_news=True)
        _tell(row, claim, by, lang, now)
        return Opened(claim, is_new=True)


def _request(row: Conversation, dispute: Dispute, now: dt.datetime) -> OpeningRequest:
    order = dispute.order
    written = unclaimed_conversation(order.pk)
    contact = read_contact(written.pk, order.buyer_id) if written else None
    policy = rules_today(order.buyer).policy
    return OpeningRequest(
        key=uuid5(NAMESPACE_URL, f"conversation:{row.pk}:{dispute.after}"),
        buyer_id=order.buyer_id,
        ground=dispute.ground,
        remedy=dispute.remedy,
        explanation=dispute.explanation,
        order_id=order.pk,
        lines=dispute.lines,
        amount=dispute.amount,
        goods_return=dispute.goods_return,
        contact_first=contacts_seller_first(policy, dispute.ground, About.ORDER, contact, now),
        conversation_id=written.pk if written else None,
    )


def _buyer(row: Conversation) -> Actor:
    return Actor(Role.BUYER, row.buyer.user_id if row.buyer is not None else None)


def _tell(row: Conversation, claim: Claim, by: Actor, lang: str, now: dt.datetime) -> None:
    """Tell the buyer, in the conversation; and by a mail of its own, unless the conversation's is one already."""
    path = reverse("buyer:claim", args=[claim.reference])
    if row.contact is not None and may_only_follow(row.contact):
        address = follow_address(row.contact, claim, now=now)
        text = say(lang, "channels.opened_to_follow", reference=claim.reference, address=address)
    else:
        text = say(lang, "channels.opened", reference=claim.reference, address=f"{settings.SITE_URL}{path}")
    key = uuid5(NAMESPACE_URL, f"opened:{claim.pk}")
    try:
        with transaction.atomic():
            sent = send_message(conversation_id=row.pk, by=by, text=text, now=now, key=key)
        is_mailed = not ChannelSending.objects.filter(message=sent).exists()
    except (ChannelWindowClosed, ChannelClosed):
        is_mailed = False  # a template would only ask them to write
    if is_mailed or row.buyer_id is None:
        return
    tell(
        [
            News(
                reader=buyer_reader(row.buyer_id),
                kind=Kind.CLAIM,
                key=f"opened:{claim.pk}",
                topic=f"claim:{claim.pk}",
                marketplace_id=row.marketplace_id,
                title=claim.title,
                detail="opened_for_you",
                path=path,
                renderer=RENDERER,
                payload={"opened": str(claim.pk)},
            )
        ],
        now=now,
    )
