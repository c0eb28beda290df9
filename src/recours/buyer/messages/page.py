"""What the pages on messages show their buyer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recours.buyer.messages.addresses import file_url
from recours.buyer.orders.cards import notes
from recours.channels.presentation import channel_name
from recours.channels.queries import thread_of
from recours.claims.claimable import claims_on_lines, outlook_of, rules_today
from recours.claims.reading import read_purchase
from recours.claims.templatetags.claims import claim_title
from recours.conversations.models import Conversation, Message
from recours.conversations.presentation import (
    answer_dated,
    awaited_sentence,
    live_thread,
    order_card,
    party_name,
    support_name,
    thread,
    topic_word,
)
from recours.conversations.queries import OpenedConversation, Place
from recours.marketplaces.policies import NoPolicy
from recours.marketplaces.shops import shop_url
from recours.rules.conversation import Topic, Waiting
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording.format import time, until
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang


def row_of(row: Any) -> dict[str, Any]:
    """Return one conversation of the list; `row` is annotated with `unread`."""
    claim = getattr(row, "claim", None)
    return {
        "title": title_of(row),
        "with": party_name(row, Role.SELLER) if row.shop else support_name(row),
        "url": reverse("buyer:claim", args=[claim.reference])
        if claim
        else reverse("buyer:conversation", args=[row.pk]),
        "claim": claim.reference if claim else "",
        "order": row.order.number if row.order else "",
        "excerpt": row.excerpt,
        "mine": row.last_role == Role.BUYER,
        "at": row.last_at,
        "unread": row.unread,
        "answer_late": is_answer_late(row, None),
    }


def title_of(row: Conversation) -> str:
    """Name a conversation by what it is about."""
    claim = getattr(row, "claim", None)
    if claim is not None:
        return claim_title(claim)
    return row.subject or topic_word(row.topic) or _("Sans titre")


def is_answer_late(row: Conversation, now: dt.datetime | None) -> bool:
    """Whether the shop has let its time pass without a word; asked without `now` where a list shows no dates."""
    if now is None or row.answered_at is not None or row.answer_due_at is None:
        return False
    return row.waiting_on == Waiting.SELLER and now >= row.answer_due_at


def place_of(row: Any) -> str:
    """Return where the list continues after a row, for an address."""
    return f"{int(row.unread)}~{row.last_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}~{row.pk}"


def place_in(text: str) -> Place | None:
    """Return the place that an address names; None at the beginning, and for one that was tampered with."""
    unread, _tilde, rest = text.partition("~")
    at, _tilde, key = rest.partition("~")
    try:
        found = dt.datetime.fromisoformat(at)
        return (unread == "1", found, UUID(key)) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def next_url(last: Any, words: str) -> str:
    """Return the address of what follows the last row shown, the search kept."""
    query = {"q": words} if words else {}
    return f"{reverse('buyer:messages')}?{urlencode(query | {'after': place_of(last)})}"


def part(
    opened: OpenedConversation, messages: list[Message], *, now: dt.datetime, since: int = 0
) -> dict[str, Any]:
    """Return what changes by itself: whose answer is awaited, and the thread. `since` is the last message shown."""
    entries = thread(opened, messages, file_url(opened.row.pk))
    path = reverse("buyer:conversation", args=[opened.row.pk])
    return {
        "opened": opened,
        "conversation": opened.row,
        "thread": entries,
        "live": live_thread(opened, entries, path, since, now),
        "status": status(opened, now),
        **dispute(opened, now),
    }


def whole(opened: OpenedConversation, messages: list[Message], *, now: dt.datetime) -> dict[str, Any]:
    """Return the context of a conversation's page, without its form."""
    row = opened.row
    shop = row.shop
    return {
        **part(opened, messages, now=now),
        "title": title_of(row),
        "with": party_name(row, Role.SELLER) if shop else support_name(row),
        "with_url": shop_url(row.marketplace, shop) if shop else "",
        "card": order_card(row),
        "order_url": reverse("buyer:order", args=[row.order_id]) if row.order_id else "",
        "in_messages": True,
        "answered_by": answered_by(row),
    }


def answered_by(row: Conversation) -> dict[str, Any]:
    """Return by which channel the buyer wrote, and whether they are answered by mail instead; nothing for the site's
    own pages."""
    thread = thread_of(row.pk) if row.contact is not None else None
    if row.contact is None or thread is None:
        return {}
    return {"channel": channel_name(thread.identity.channel), "by_mail": row.contact.answer_by_mail}


def status(opened: OpenedConversation, now: dt.datetime) -> dict[str, Any]:
    """Return the context of `ui/components/status.html`: whose answer is awaited, until when, and what then."""
    row = opened.row
    turn = awaited_sentence(opened)
    if not turn:
        return {}
    if row.answered_at is not None or row.answer_due_at is None or row.waiting_on != Waiting.SELLER:
        return {"turn": turn}
    dated = answer_dated(row)
    steps = trace_lines(dated.trace, opened.zone, lang()) if dated else []
    if now >= row.answer_due_at:
        late = _("%(shop)s n’a pas répondu à temps. Vous n’avez plus à attendre.")
        return {"turn": late % {"shop": party_name(row, Role.SELLER)}, "steps": steps, "yours": True}
    shown = until(row.answer_due_at, opened.zone, lang())
    due = _("C’est à %(shop)s de répondre, jusqu’au %(until)s.")
    return {
        "turn": due % {"shop": party_name(row, Role.SELLER), "until": shown},
        "silence": _("Sans réponse à cette date, vous pourrez ouvrir un litige avec ces messages."),
        "due_at": row.answer_due_at,
        "steps": steps,
    }


def dispute(opened: OpenedConversation, now: dt.datetime) -> dict[str, Any]:
    """Return the way to a dispute that takes these messages in: `dispute_url`, and whether it is the thing to do now.

    Only `dispute_notes`, from when or why not, where nothing can be claimed today; nothing without an order.
    """
    row = opened.row
    if row.order_id is None or row.buyer_id is None or opened.claim_reference:
        return {}
    order = read_purchase(row.order_id, [row.buyer_id])
    lines = list(order.lines.all())
    taken = claims_on_lines(order.pk)
    if lines and all(line.pk in taken for line in lines):
        return {}
    try:
        found = outlook_of(order, lines, rules_today(order.buyer), now)
    except NoPolicy:
        return {}
    ground = Topic(row.topic).ground if row.topic else None
    at_once = ground is not None and ground.concerns_marketplace
    waited = row.answered_at is not None or row.answer_due_at is None or now >= row.answer_due_at
    if not (found.payment_open if at_once else found.until is not None):
        return {"dispute_notes": notes(found, opened.zone)}
    return {
        "dispute_url": _dispute_url(row),
        "dispute_now": row.shop_id is not None and (at_once or waited),
        "dispute_why": _dispute_why(at_once=at_once, waited=waited),
    }


def _dispute_url(row: Conversation) -> str:
    """Return where the dispute begins. Messages to the shop are taken in anyway; those to the service are named."""
    address = reverse("buyer:order_dispute", args=[row.order_id])
    return address if row.shop_id is not None else f"{address}?{urlencode({'messages': row.pk})}"


def _dispute_why(*, at_once: bool, waited: bool) -> str:
    if at_once:
        return _("C’est la place de marché qui répond d’un paiement : vous n’avez pas à attendre le vendeur.")
    if waited:
        return _("Vos messages et vos fichiers entreront dans le dossier, avec leurs dates.")
    return ""


def saved_text(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return _("Enregistré à %(time)s") % {"time": time(local.hour, local.minute, lang())}
