"""Customer service's inbox: what waits longest first; one conversation; and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.casework.commands.holding import send_in_conversation
from recours.casework.models import HeldMessage
from recours.casework.queries import held_in_conversation
from recours.channels.commands.carrying import BY_MAIL
from recours.channels.presentation import with_news, with_notes
from recours.channels.queries import channels_of
from recours.conversations import composer
from recours.conversations.commands import post_message
from recours.conversations.commands.settling import mark_unread, settle_conversation
from recours.conversations.composer import Composed
from recours.conversations.inbox import Tab, inbox_of_desk, place, tabs
from recours.conversations.models import Conversation
from recours.conversations.presentation import (
    awaited_sentence,
    has_news,
    live_thread,
    order_card,
    shown_before,
    way_of,
)
from recours.conversations.queries import (
    PAGE,
    OpenedConversation,
    file_in,
    messages_of,
)
from recours.conversations.rows import row_of
from recours.desk.held import held_of, waiting_of
from recours.desk.languages import written_to_in
from recours.desk.messages.channels import context_of
from recours.desk.messages.contacts import who_of
from recours.desk.messages.door import opened_for
from recours.desk.messages.following import follow_of
from recours.desk.messages.pages import known_of
from recours.desk.queries import Desk
from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.files.refusals import FileUnavailable
from recours.files.responses import serve
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.vocabulary import Role
from recours.ui.paging import page_of, place_in

LABELS = {Tab.TO_ANSWER: gettext_lazy("À répondre"), Tab.ALL: gettext_lazy("Tous")}
NOTHING = {
    Tab.TO_ANSWER: gettext_lazy("Aucun acheteur n’attend le service client."),
    Tab.ALL: gettext_lazy("Personne n’a encore écrit au service client."),
}


@require_safe
@for_agents
def inbox(request: HttpRequest) -> HttpResponseBase:
    """One tab of the inbox of one marketplace. What the address says wrong is taken as not said."""
    desk, places = desk_of(request)
    box = inbox_of_desk(desk.marketplace.pk, desk.identity)
    tab = next((each for each in Tab if each == request.GET.get("tab")), Tab.TO_ANSWER)
    words = request.GET.get("q", "").strip()
    page = page_of(
        request, box.page(tab, words=words, after=place_in(request)), PAGE, lambda row: place(tab, row)
    )
    kept = {PLACE: desk.marketplace.slug} if len(places) > 1 else {}
    ways = channels_of(row.pk for row in page.rows)
    context = desk_context(
        places,
        desk,
        page=page,
        rows=[
            row_of(row, box, url=_url(row), buyer_name=_buyer_name, way=way_of(ways.get(row.pk, "page")))
            for row in page.rows
        ],
        tabs=tabs(LABELS, box.count(), tab, kept),
        title=LABELS[tab],
        choose=tab is Tab.TO_ANSWER
        and may(desk.identity, "message.post", marketplace_id=desk.marketplace.pk),
        nothing=_("Rien ne correspond à cette recherche.") if words else NOTHING[tab],
        words=words,
        kept=kept | {"tab": tab.value},
        fragment_url=request.get_full_path(),
        user_topic=f"user:{desk.identity.user_id}",
    )
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "desk/messages/rows.html" if fragment else "desk/messages/inbox.html", context)


@require_safe
@for_agents
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """One conversation; one that a claim has taken in is on the claim's page. Reading it is noted."""
    opened = opened_for(request, conversation_id)
    if opened.claim_reference:
        return redirect("desk:claim", opened.claim_reference)
    return _page(request, opened, composer.fresh(opened, _user(request)))


@require_POST
@for_agents
def send(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Answer the buyer; refused, the page keeps every word and says why."""
    opened = opened_for(request, conversation_id)
    sent = composer.send_by(send_in_conversation, request, opened, now=clock.now())
    if isinstance(sent, Composed):
        return _page(request, opened, sent, status=422)
    if isinstance(sent, HeldMessage):
        return redirect(f"{_url(opened.row)}#held-{sent.pk}")
    messages.success(request, _("Votre message est envoyé."))
    return redirect(f"{_url(opened.row)}#m{sent.pk}")


@require_POST
@for_agents
def answer_by_mail(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Answer on the site and by mail, where the channel is closed or the buyer would rather have it there."""
    opened = opened_for(request, conversation_id)
    sent = composer.send_by(partial(post_message, carried_as=BY_MAIL), request, opened, now=clock.now())
    if isinstance(sent, Composed):
        return _page(request, opened, sent, status=422)
    messages.success(request, _("Votre réponse part par courriel, et l’acheteur la lit aussi sur le site."))
    return redirect(f"{_url(opened.row)}#m{sent.pk}")


@require_POST
@for_agents
def insert(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Put a canned answer into the form, to be read over; nothing is sent."""
    opened = opened_for(request, conversation_id)
    composed = composer.insert(request, opened, buyer_name=_buyer_name(opened.row), now=clock.now())
    return _page(request, opened, composed)


@require_POST
@for_agents
def draft(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Keep what is typed, and say so in a few words."""
    kept = composer.keep(request, opened_for(request, conversation_id), now=clock.now())
    return HttpResponse(composer.saved_text(kept), content_type="text/plain; charset=utf-8")


@require_POST
@for_agents
def settle(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Nothing is to be answered: out of the queue, without a word to the buyer."""
    opened = opened_for(request, conversation_id)
    if settle_conversation(conversation_id=opened.row.pk, by=opened.actor, now=clock.now()):
        messages.success(
            request, _("Cette conversation n’attend plus de réponse. Elle reviendra si l’acheteur récrit.")
        )
    return redirect(_list_url(opened.row))


@require_POST
@for_agents
def unread(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Mark it as not read, for this reader alone."""
    opened = opened_for(request, conversation_id)
    mark_unread(conversation_id=opened.row.pk, user_id=_user(request).pk)
    messages.success(request, _("Cette conversation est de nouveau marquée comme non lue."))
    return redirect(_list_url(opened.row))


@require_safe
@for_agents
def message_file(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand out the clean copy of an attachment, or its thumbnail with `?thumbnail`."""
    stored = file_in(opened_for(request, conversation_id), file_id)
    thumbnail = "thumbnail" in request.GET
    if stored is None or (thumbnail and not stored.thumb_sha256):
        raise Http404
    try:
        return serve(request, stored, variant="thumb" if thumbnail else "clean", reader=Role.AGENT)
    except FileUnavailable as error:
        raise Http404 from error


def _page(
    request: HttpRequest, opened: OpenedConversation, composed: Composed, *, status: int = 200
) -> HttpResponse:
    now, said = clock.now(), messages_of(opened.row.pk, for_desk=True)
    fragment = request.headers.get("HX-Request") == "true"
    if fragment and not has_news(request.GET, said, now):
        return HttpResponse(status=204)
    composer.note_read(opened, said, now=now)

    def file_url(file_id: UUID, thumbnail: bool) -> str:
        address = reverse("desk:message_file", args=[opened.row.pk, file_id])
        return f"{address}?thumbnail" if thumbnail else address

    context = composer.page(opened, said, file_url, buyer_name=_buyer_name(opened.row))
    context["live"] = live_thread(opened, context["thread"], _url(opened.row), shown_before(request.GET), now)
    if opened.row.contact_id is not None:
        context["thread"] = with_news(with_notes(context["thread"], opened.row.pk), opened.row)
    if fragment:
        return render(request, "conversations/live.html", context)
    desk = Desk(identity=identity(request), marketplace=opened.row.marketplace)
    context |= known_of(desk, opened.row) | {
        **context_of(opened.row, now),
        "composed": composed,
        "written_to": written_to_in(opened.row),
        "held": [
            waiting_of(held_of(one), opened.actor.id, _url(opened.row), now)
            for one in held_in_conversation(opened.row.pk)
        ],
        "card": order_card(opened.row),
        "awaited": awaited_sentence(opened),
        "waits": opened.row.waiting_on == Waiting.PLATFORM,
        "list_url": _list_url(opened.row),
        "answers_url": f"{reverse('desk:answers')}?{PLACE}={opened.row.marketplace.slug}",
    }
    context |= who_of(request, opened.row) | follow_of(opened.row)
    return render(request, "desk/messages/conversation.html", context, status=status)


def _buyer_name(row: Conversation) -> str:
    """Customer service knows the whole name."""
    return row.buyer_name or (row.buyer.email if row.buyer is not None else _("Sans nom"))


def _url(row: Conversation) -> str:
    return reverse("desk:conversation", args=[row.pk])


def _list_url(row: Conversation) -> str:
    return f"{reverse('desk:messages')}?{PLACE}={row.marketplace.slug}"


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
