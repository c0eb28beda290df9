"""Mes messages: the list, a conversation, and what is written in it. Others' conversations do not exist."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.buyer.messages import page
from recours.channels.commands.joining import choose_answers
from recours.conversations.commands import mark_read, post_message, save_message_draft
from recours.conversations.forms import MessageForm, drafted
from recours.conversations.presentation import has_news, shown_before
from recours.conversations.queries import (
    LONGEST_SEARCH,
    PAGE,
    ConversationNotVisible,
    OpenedConversation,
    conversation_for,
    conversations_of_buyer,
    draft_about,
    file_in,
    messages_of,
    unread_count,
)
from recours.files.refusals import FileUnavailable
from recours.files.responses import serve
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal

AUTOSAVE = "autosave"
"""What the page's script says of itself when it keeps a draft."""


@login_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """The buyer's conversations, unread first; searched by what they are about and what was said."""
    who = identity(request)
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())
    after = page.place_in(request.GET.get("after", ""))
    found = conversations_of_buyer(who, words=words, after=after)
    shown, now = found[:PAGE], clock.now()
    context = {
        "in_messages": True,
        "words": words[:LONGEST_SEARCH],
        "rows": [page.row_of(row) | {"answer_late": page.is_answer_late(row, now)} for row in shown],
        "unread": unread_count(who.user_id, Role.BUYER) if who.user_id else 0,
        "previous_url": reverse("buyer:messages") if after else "",
        "next_url": page.next_url(shown[-1], words) if len(found) > PAGE else "",
    }
    return render(request, "buyer/messages/list.html", context)


@login_required
@require_safe
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One conversation, which opening it marks as read; one that a claim has taken in is on the claim's page."""
    opened = _opened(request, conversation_id)
    if opened.claim_reference:
        return redirect("buyer:claim", opened.claim_reference)
    now = clock.now()
    told = messages_of(conversation_id)
    is_part = bool(getattr(request, "htmx", False))
    if is_part and not has_news(request.GET, told, now):
        return _varied(HttpResponse(status=204))
    if told and opened.actor.id is not None:
        mark_read(conversation_id=conversation_id, user_id=opened.actor.id, until=told[-1].sent_at, now=now)
    if is_part:
        context = page.part(opened, told, now=now, since=shown_before(request.GET))
        return _varied(_render(request, "buyer/messages/part.html", opened, context | {"is_part": True}))
    draft = draft_about(opened.actor.id, about(opened)) if opened.actor.id else None
    form = MessageForm(initial=drafted(draft.answers, MessageForm.DRAFTED) if draft else None)
    context = page.whole(opened, told, now=now) | {
        "form": form,
        "saved_at": draft.saved_at if draft else None,
    }
    return _varied(_render(request, "buyer/messages/conversation.html", opened, context))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Send what was written, or keep it as a draft; what is refused stays in the form."""
    opened = _opened(request, conversation_id)
    there = reverse("buyer:conversation", args=[conversation_id])
    if request.method != "POST" or opened.claim_reference:
        return redirect(there)
    if request.headers.get("X-Requested-With") == AUTOSAVE:
        return keep_draft(request, MessageForm(request.POST), about(opened))
    form = MessageForm(request.POST, request.FILES)
    now = clock.now()
    if form.is_valid():
        try:
            message = post_message(
                conversation_id=conversation_id,
                by=opened.actor,
                text=form.cleaned_data["text"],
                files=form.uploads.accepted,
                key=form.cleaned_data["key"],
                draft=about(opened),
                now=now,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Votre message est envoyé."))
            return redirect(f"{there}#m{message.pk}")
    keep_draft(request, form, about(opened))
    context = page.whole(opened, messages_of(conversation_id), now=now) | {"form": form}
    return _render(request, "buyer/messages/conversation.html", opened, context, 422)


@login_required
@require_POST
def answers_where(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Choose where customer service answers what was written by a channel: there, or by mail and on the site."""
    opened = _opened(request, conversation_id)
    if opened.row.contact_id is None:
        raise Http404
    by_mail = request.POST.get("where") == "mail"
    choose_answers(contact_id=opened.row.contact_id, by_mail=by_mail)
    messages.success(
        request,
        _("C’est noté : le service client vous répondra par courriel et ici.")
        if by_mail
        else _("C’est noté : le service client vous répondra là où vous lui avez écrit."),
    )
    return redirect("buyer:conversation", conversation_id)


@login_required
@require_safe
def file(request: HttpRequest, conversation_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand out an attachment of a conversation that the buyer may see, or its thumbnail."""
    stored = file_in(_opened(request, conversation_id), file_id)
    if stored is None:
        raise Http404
    try:
        is_thumb = request.GET.get("variant") == "thumb"
        return serve(request, stored, variant="thumb" if is_thumb else "clean", reader=Role.BUYER)
    except (FileUnavailable, ValueError) as error:
        raise Http404 from error


def about(opened: OpenedConversation) -> str:
    """Name the draft of what is being written here."""
    return f"conversation:{opened.row.pk}"


def keep_draft(request: HttpRequest, form: MessageForm, about: str) -> HttpResponse:
    """Keep what a bound form holds, right or wrong; the answer says when it was kept."""
    draft = save_message_draft(
        user_id=cast(User, request.user).pk,
        about=about,
        answers=form.typed,
        now=clock.now(),
        key=form.sending,
    )
    text = page.saved_text(draft.saved_at) if draft else ""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _opened(request: HttpRequest, conversation_id: UUID) -> OpenedConversation:
    """Fetch the conversation as its buyer. Raises Http404 for everybody else's."""
    try:
        return conversation_for(identity(request), conversation_id, Role.BUYER)
    except ConversationNotVisible:
        raise Http404 from None


def _render(
    request: HttpRequest,
    template: str,
    opened: OpenedConversation,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Draw a page with the days of the conversation's marketplace."""
    with timezone.override(ZoneInfo(opened.zone)):
        return render(request, template, context, status=status)


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response
