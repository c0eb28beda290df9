"""The shop's inbox: what waits longest first; one conversation; and what can be done with it."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.conversations import composer
from recours.conversations.commands.settling import mark_unread, settle_conversation
from recours.conversations.composer import Composed
from recours.conversations.inbox import Tab, inbox_of_shops, place, tabs
from recours.conversations.presentation import (
    answer_dated,
    awaited_sentence,
    has_news,
    live_thread,
    order_card,
    shown_before,
)
from recours.conversations.queries import PAGE, OpenedConversation, file_in, messages_of
from recours.conversations.rows import row_of
from recours.files.refusals import FileUnavailable
from recours.files.responses import serve
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording.format import until
from recours.rules.wording.trace import trace_lines
from recours.seller.messages.door import buyer_name, conversation_url, opened_for
from recours.seller.queries import shops_of
from recours.seller.views import for_sellers, shop_in, shop_links
from recours.ui.language import lang
from recours.ui.paging import page_of, place_in

LABELS = {Tab.TO_ANSWER: gettext_lazy("À répondre"), Tab.ALL: gettext_lazy("Tous")}
NOTHING = {
    Tab.TO_ANSWER: gettext_lazy("Personne n’attend votre réponse."),
    Tab.ALL: gettext_lazy("Personne ne vous a encore écrit."),
}


@require_safe
@for_sellers
def inbox(request: HttpRequest) -> HttpResponseBase:
    """One tab of the inbox, of all their shops or one. What the address says wrong is taken as not said."""
    who = identity(request)
    shops = shops_of(who)
    chosen = shop_in(request, shops)
    box = inbox_of_shops([chosen.pk] if chosen else [shop.pk for shop in shops], who)
    tab = next((each for each in Tab if each == request.GET.get("tab")), Tab.TO_ANSWER)
    words = request.GET.get("q", "").strip()
    page = page_of(
        request, box.page(tab, words=words, after=place_in(request)), PAGE, lambda row: place(tab, row)
    )
    rows = [row_of(row, box, url=conversation_url(row), buyer_name=buyer_name) for row in page.rows]
    kept = {"shop": str(chosen.pk)} if chosen else {}
    context = {
        "page": page,
        "rows": rows,
        "tab": tab,
        "tabs": tabs(LABELS, box.count(), tab, kept),
        "title": LABELS[tab],
        "nothing": _("Rien ne correspond à cette recherche.") if words else NOTHING[tab],
        "words": words,
        "kept": kept | {"tab": tab.value},
        "shops": shop_links(shops, chosen, tab.value) if len(shops) > 1 else [],
        "several_shops": len(shops) > 1,
        "fragment_url": request.get_full_path(),
        "user_topic": f"user:{who.user_id}",
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "seller/messages/rows.html" if fragment else "seller/messages/inbox.html", context)


@require_safe
@for_sellers
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """One conversation; one that a claim has taken in is on the claim's page. Reading it is noted."""
    opened = opened_for(request, conversation_id)
    if opened.claim_reference:
        return redirect("seller:claim", opened.claim_reference)
    return _page(request, opened, composer.fresh(opened, _user(request)))


@require_POST
@for_sellers
def send(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Answer the buyer; refused, the page keeps every word and says why."""
    opened = opened_for(request, conversation_id)
    sent = composer.send(request, opened, now=clock.now())
    if isinstance(sent, Composed):
        return _page(request, opened, sent, status=422)
    messages.success(request, _("Votre message est envoyé."))
    return redirect(f"{conversation_url(opened.row)}#m{sent.pk}")


@require_POST
@for_sellers
def insert(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Put a canned answer into the form, to be read over; nothing is sent."""
    opened = opened_for(request, conversation_id)
    composed = composer.insert(request, opened, buyer_name=buyer_name(opened.row), now=clock.now())
    return _page(request, opened, composed)


@require_POST
@for_sellers
def draft(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Keep what is typed, and say so in a few words."""
    kept = composer.keep(request, opened_for(request, conversation_id), now=clock.now())
    return HttpResponse(composer.saved_text(kept), content_type="text/plain; charset=utf-8")


@require_POST
@for_sellers
def settle(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Nothing is to be answered: out of the queue, without a word to the buyer."""
    opened = opened_for(request, conversation_id)
    if settle_conversation(conversation_id=opened.row.pk, by=opened.actor, now=clock.now()):
        messages.success(
            request, _("Cette conversation n’attend plus de réponse. Elle reviendra si l’acheteur récrit.")
        )
    return redirect("seller:messages")


@require_POST
@for_sellers
def unread(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Mark it as not read, for this reader alone."""
    opened = opened_for(request, conversation_id)
    mark_unread(conversation_id=opened.row.pk, user_id=_user(request).pk)
    messages.success(request, _("Cette conversation est de nouveau marquée comme non lue."))
    return redirect("seller:messages")


@require_safe
@for_sellers
def message_file(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand out the clean copy of an attachment, or its thumbnail with `?thumbnail`."""
    stored = file_in(opened_for(request, conversation_id), file_id)
    thumbnail = "thumbnail" in request.GET
    if stored is None or (thumbnail and not stored.thumb_sha256):
        raise Http404
    try:
        return serve(request, stored, variant="thumb" if thumbnail else "clean", reader=Role.SELLER)
    except FileUnavailable as error:
        raise Http404 from error


def _page(
    request: HttpRequest, opened: OpenedConversation, composed: Composed, *, status: int = 200
) -> HttpResponse:
    now, said = clock.now(), messages_of(opened.row.pk)
    fragment = request.headers.get("HX-Request") == "true"
    if fragment and not has_news(request.GET, said, now):
        return HttpResponse(status=204)
    composer.note_read(opened, said, now=now)

    def file_url(file_id: UUID, thumbnail: bool) -> str:
        address = reverse("seller:message_file", args=[opened.row.pk, file_id])
        return f"{address}?thumbnail" if thumbnail else address

    called = buyer_name(opened.row)
    context = composer.page(opened, said, file_url, buyer_name=called)
    path = conversation_url(opened.row)
    context["live"] = live_thread(opened, context["thread"], path, shown_before(request.GET), now)
    context |= {"seller": True, "awaited": awaited(opened, now)}
    if fragment:
        return render(request, "seller/messages/live.html", context)
    context |= {
        "composed": composed,
        "card": order_card(opened.row),
        "waits": opened.row.waiting_on == Waiting.SELLER,
    }
    return render(request, "seller/messages/conversation.html", context, status=status)


def awaited(opened: OpenedConversation, now: dt.datetime) -> dict[str, Any]:
    """Return the context of `ui/components/status.html`: whether the buyer waits, until when, and what follows."""
    row = opened.row
    turn = awaited_sentence(opened)
    if row.waiting_on != Waiting.SELLER or row.answered_at is not None or row.answer_due_at is None:
        return {"turn": turn}
    dated = answer_dated(row)
    shown = until(row.answer_due_at, opened.zone, lang())
    steps = trace_lines(dated.trace, opened.zone, lang()) if dated else []
    if now >= row.answer_due_at:
        turn = _("L’acheteur attend votre réponse depuis trop longtemps.")
        silence = _("Le délai de réponse est passé : l’acheteur peut ouvrir un litige avec ces messages.")
    else:
        turn = _("L’acheteur attend votre réponse, jusqu’au %(until)s.") % {"until": shown}
        silence = _("Sans réponse à cette date, l’acheteur pourra ouvrir un litige avec ces messages.")
    return {"turn": turn, "silence": silence, "due_at": row.answer_due_at, "steps": steps}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
