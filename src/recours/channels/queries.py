"""Reading what came in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recours.channels.continuity import FormSender
from recours.channels.models import (
    ChannelComment,
    ChannelEvent,
    ChannelIdentity,
    ChannelSending,
    ChannelTemplate,
    ChannelThread,
    InboundMail,
)
from recours.channels.templates_known import REPLY
from recours.conversations.models import Conversation, Message, ReplyAddress
from recours.outbox.models import Mail
from recours.people.models import ShopStaff
from recours.rules.access import Identity
from recours.rules.channel_windows import Allowed, Asked, Channel, Shape, Writer, allowed
from recours.rules.conversation import LIMITS, check_pace
from recours.rules.lifecycle.vocabulary import Role

Outcome = InboundMail.Outcome

APPROVED = "APPROVED"
MOST_NEWS = 200
A_DAY = dt.timedelta(days=1)
SAME_WITHIN = dt.timedelta(days=7)
"""A person who says the same thing by mail a second time within a week is a program that says that nobody is there."""


def is_party(address: ReplyAddress) -> bool:
    """Whether the owner of a reply address is still a party of its conversation. The desk never acts by mail."""
    conversation = address.conversation
    if address.role == Role.BUYER:
        buyer = conversation.buyer
        if buyer is None:
            return FormSender.objects.filter(
                contact=conversation.contact_id, email=address.address.lower(), proven_at__isnull=False
            ).exists()
        if address.user_id is not None:
            return bool(buyer.user_id == address.user_id and address.user and address.user.is_active)
        return buyer.email.lower() == address.address.lower()
    if address.role == Role.SELLER and conversation.shop_id is not None:
        if address.user_id is not None:
            return ShopStaff.objects.filter(
                shop_id=conversation.shop_id, user_id=address.user_id, user__is_active=True
            ).exists()
        shop = conversation.shop
        return shop is not None and shop.email.lower() == address.address.lower()
    return False


def is_repeated(address: ReplyAddress, words: str, *, now: dt.datetime) -> bool:
    """Whether this person's last mails in the conversation say the same, numbers aside: what an absence notice does."""
    told = _alike(words)
    if not told:
        return False
    rows = Message.objects.filter(
        conversation_id=address.conversation_id,
        channel=Message.Channel.MAIL,
        author_role=address.role,
        author_id=address.user_id,
        sent_at__gt=now - SAME_WITHIN,
    )
    texts = rows.order_by("-sent_at", "-id").values_list("text", flat=True)[:3]
    return any(_alike(text.rsplit("\n\n[", 1)[0]) == told for text in texts)


def check_mail_pace(address: ReplyAddress, *, now: dt.datetime) -> None:
    """Hold who has no account to the pace of those who have one. Raises TooManyMessages."""
    if address.user_id is not None:
        return  # counted by conversations.commands, with what they write on the site
    counts = {
        f"within_{number}": Count("pk", filter=Q(received_at__gt=now - limit.span))
        for number, limit in enumerate(LIMITS)
    }
    longest = max(limit.span for limit in LIMITS)
    found = InboundMail.objects.filter(
        reply_address=address, outcome=Outcome.POSTED, received_at__gt=now - longest
    ).aggregate(**counts)
    check_pace({limit.span: found[f"within_{number}"] for number, limit in enumerate(LIMITS)})


def answers_lately(address: str, *, now: dt.datetime) -> int:
    """Return how many automatic answers this address got in the last 24 hours."""
    return Mail.objects.filter(address=address, kind="answer", created_at__gt=now - A_DAY).count()


def held_in(conversation_id: UUID, identity: Identity) -> list[InboundMail]:
    """Return the mails that wait for this person's word in a conversation, oldest first."""
    rows = InboundMail.objects.filter(
        outcome=Outcome.HELD, reply_address__conversation_id=conversation_id
    ).select_related("reply_address__conversation")
    return [row for row in rows.order_by("received_at", "id")[:20] if _is_owner(identity, row.reply_address)]


def held_for(identity: Identity, mail_id: UUID) -> InboundMail | None:
    """Return a mail that waits for this person's word; None for any other."""
    row = (
        InboundMail.objects.filter(pk=mail_id, outcome=Outcome.HELD)
        .select_related("reply_address__conversation")
        .first()
    )
    return row if row is not None and _is_owner(identity, row.reply_address) else None


def inbound_of(identity: Identity) -> QuerySet[InboundMail]:
    """Return the mails that the desk has to look at, unordered.

    One that came without a valid reply address belongs to no marketplace: every desk of the installation sees it.
    """
    return _seen_by(identity).filter(outcome__in=[Outcome.UNPLACED, Outcome.REFUSED], handled_at=None)


def inbound_mail(identity: Identity, mail_id: UUID) -> InboundMail | None:
    """Return an unplaced or refused mail, dealt with or not; None for any other."""
    return _seen_by(identity).filter(pk=mail_id, outcome__in=[Outcome.UNPLACED, Outcome.REFUSED]).first()


def _seen_by(identity: Identity) -> QuerySet[InboundMail]:
    if not identity.agent_of:
        return InboundMail.objects.none()
    here = Q(reply_address__conversation__marketplace_id__in=identity.agent_of)
    rows = InboundMail.objects.filter(here | Q(reply_address=None))
    if identity.buyer_ids:
        rows = rows.exclude(reply_address__conversation__buyer_id__in=identity.buyer_ids)
    if identity.shop_ids:
        rows = rows.exclude(reply_address__conversation__shop_id__in=identity.shop_ids)
    return rows


def _is_owner(identity: Identity, address: ReplyAddress | None) -> bool:
    if address is None or identity.user_id is None:
        return False
    conversation = address.conversation
    if address.role == Role.BUYER:
        return conversation.buyer_id in identity.buyer_ids
    if address.role == Role.SELLER and conversation.shop_id in identity.shop_ids:
        return address.user_id in (None, identity.user_id)
    return False


def _alike(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text).lower()


def window_of(
    identity: ChannelIdentity, writer: Writer, now: dt.datetime, *, template: str = REPLY.name
) -> Allowed:
    """Return what may be sent to a contact by this way at `now` (aware UTC); of templates, whether it is this one."""
    channel = Channel(identity.channel)
    if channel is Channel.FACEBOOK:
        return comment_window(latest_comment(identity), writer, now)
    theirs = ChannelIdentity.objects.filter(
        contact_id=identity.contact_id, channel=channel, account=identity.account
    )
    last_in_at = theirs.aggregate(last=Max("last_in_at"))["last"]
    asked = Asked(
        last_in_at=last_in_at,
        writer=writer,
        has_templates=ChannelTemplate.objects.filter(
            channel=channel, name=template, language=identity.contact.language, state=APPROVED
        ).exists(),
        may_tag=settings.MESSENGER_HUMAN_AGENT,
    )
    return allowed(channel, asked, now)


def approved_in(template: str) -> set[tuple[str, str]]:
    """Return where a template is approved: pairs of channel and language."""
    rows = ChannelTemplate.objects.filter(name=template, state=APPROVED)
    return set(rows.values_list("channel", "language"))


def latest_comment(identity: ChannelIdentity) -> ChannelComment | None:
    """Return what a contact commented last under our posts and left there; None where they did not."""
    rows = ChannelComment.objects.filter(
        identity__contact=identity.contact_id, identity__account=identity.account, removed_at=None
    )
    return rows.select_related("identity__contact").order_by("-said_at", "-id").first()


def comment_window(
    comment: ChannelComment | None, writer: Writer, now: dt.datetime, *, besides: UUID | None = None
) -> Allowed:
    """Return what may be answered to a comment at `now` (aware UTC), `besides` an answer that waits to leave."""
    if comment is None or comment.removed_at is not None:
        return Allowed(now=None)
    answers = comment.sendings.exclude(state=ChannelSending.State.FAILED)
    if besides is not None:
        answers = answers.exclude(pk=besides)
    replied = [Shape(shape) for shape in answers.values_list("shape", flat=True)]
    asked = Asked(last_in_at=comment.said_at, writer=writer, replied=replied)
    return allowed(Channel.FACEBOOK, asked, now)


def comments_in(conversation_id: UUID) -> dict[int, ChannelComment]:
    """Return the messages of a conversation that are comments in public, by the message."""
    rows = ChannelComment.objects.filter(message__conversation_id=conversation_id)
    return {row.message_id: row for row in rows}


@dataclass(frozen=True)
class Lost:
    """What came by channels and stands in no conversation, counted."""

    failed: int
    """We failed on it as often as we try."""
    unknown_account: int
    """To a number or a page that belongs to no marketplace here."""
    unread: int
    """Not as its service documents it: a notice as a rule, or a message of a kind to come."""


def lost_since(at: dt.datetime) -> Lost:
    """Count what came since `at` (aware UTC) and reached nobody: one query."""
    rows = ChannelEvent.objects.filter(
        outcome__in=[ChannelEvent.Outcome.UNPLACED, ChannelEvent.Outcome.FAILED], received_at__gt=at
    )
    unplaced = Q(outcome=ChannelEvent.Outcome.UNPLACED)
    found = rows.aggregate(
        failed=Count("pk", filter=Q(outcome=ChannelEvent.Outcome.FAILED)),
        unknown_account=Count("pk", filter=unplaced & Q(because="unknown_account")),
        unread=Count("pk", filter=unplaced & ~Q(because="unknown_account")),
    )
    return Lost(**found)


def thread_of(conversation_id: UUID) -> ChannelThread | None:
    """Return by which way the contact of a conversation is answered; None where it has none."""
    rows = ChannelThread.objects.select_related("identity__contact")
    return rows.filter(pk=conversation_id).first()


def channels_of(conversation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return by which channel the contacts of these conversations are answered; of one who cannot be answered by any,
    by which way they wrote first: the contact form, a call, a letter. One without a contact is left out."""
    first = (
        Message.objects.filter(conversation=OuterRef("pk")).order_by("sent_at", "id").values("channel")[:1]
    )
    rows = Conversation.objects.filter(pk__in=list(conversation_ids), contact__isnull=False)
    ways = rows.annotate(way=Coalesce("channel_thread__identity__channel", Subquery(first)))
    return dict(ways.values_list("pk", "way"))


def sendings_in(conversation_id: UUID) -> list[ChannelSending]:
    """Return what was sent of the messages of a conversation by a channel: the words of each, then its files."""
    rows = ChannelSending.objects.filter(message__conversation_id=conversation_id).select_related("file")
    return list(rows.order_by("created_at", "id"))


def news_beside(row: Conversation) -> Sequence[ChannelSending]:
    """Return the news of claims that went to the contact of a conversation without a message, oldest first.

    They belong to no conversation: each stands in the latest that the contact had on that channel when it was sent.
    """
    threads = ChannelThread.objects.filter(
        identity__contact=OuterRef("identity__contact"),
        identity__channel=OuterRef("identity__channel"),
        conversation__started_at__lte=OuterRef("created_at"),
    )
    latest = threads.order_by("-conversation__started_at", "-conversation_id").values("conversation_id")[:1]
    rows = ChannelSending.objects.filter(
        identity__contact=row.contact_id, message=None, created_at__gte=row.started_at
    )
    found = rows.alias(beside=Subquery(latest)).filter(beside=row.pk).select_related("identity")
    return list(reversed(found.order_by("-created_at", "-id")[:MOST_NEWS]))


def noted_in(conversation_id: UUID) -> list[ChannelEvent]:
    """Return the reactions and deletions beside the messages of a conversation, oldest first."""
    rows = ChannelEvent.objects.filter(
        message__conversation_id=conversation_id, outcome=ChannelEvent.Outcome.NOTED
    )
    return list(rows.order_by("said_at", "id")[:200])
