"""What the desk does on a channel from outside, besides answering: the template, and its word on what is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recours import clock
from recours.channels.commands.carrying import send_template
from recours.channels.commands.commenting import go_private
from recours.channels.commands.dispatching import settle
from recours.channels.presentation import doubts_in, window
from recours.channels.queries import thread_of
from recours.conversations.models import Conversation
from recours.desk.messages.door import opened_for
from recours.desk.views.door import for_agents
from recours.rules.refusals import Refusal
from recours.ui.language import lang


def context_of(row: Conversation, now: dt.datetime) -> dict[str, Any]:
    """Return what a conversation's page shows of its channel; nothing for one of the site's own pages."""
    thread = thread_of(row.pk) if row.contact_id is not None else None
    shown = window(thread, row, now) if thread is not None else None
    if shown is None:
        return {}
    return {
        "window": shown,
        "doubts": doubts_in(row.pk),
        "template_url": reverse("desk:send_template", args=[row.pk]),
        "template_key": uuid4(),
        "private_url": reverse("desk:answer_comment", args=[row.pk]),
        "settle_url": reverse("desk:settle_sending", args=[row.pk]),
        "by_mail_url": reverse("desk:answer_by_mail", args=[row.pk]) if shown.by_mail else "",
        "only_by_mail": shown.by_mail and not shown.is_open and not shown.prefers_mail,
        "shut": not shown.by_mail and not shown.is_open,
    }


@require_POST
@for_agents
def template(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Send the template that asks to write again."""
    return _by_channel(request, conversation_id, send_template, _("Le modèle est envoyé."))


@require_POST
@for_agents
def answer_comment(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Answer a comment in private, and below it with the one sentence that says so."""
    return _by_channel(
        request, conversation_id, go_private, _("C’est parti. La suite viendra ici, de Messenger.")
    )


def _by_channel(
    request: HttpRequest, conversation_id: UUID, command: Callable[..., object], done: str
) -> HttpResponseBase:
    """Send what has no words of the agent's own, once for the key of its form; say what came of it."""
    opened = opened_for(request, conversation_id)
    try:
        command(conversation_id=opened.row.pk, by=opened.actor, key=key_in(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
    else:
        messages.success(request, done)
    return redirect("desk:conversation", opened.row.pk)


@require_POST
@for_agents
def settle_sending(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Say of a message that it arrived, or that it is to go again."""
    opened = opened_for(request, conversation_id)
    known = {doubt.id for doubt in doubts_in(opened.row.pk)}
    chosen = next((one for one in known if str(one) == request.POST.get("sending")), None)
    arrived = request.POST.get("arrived") == "1"
    if chosen is not None and settle(sending_id=chosen, arrived=arrived, now=clock.now()):
        messages.success(
            request, _("Noté : il est arrivé.") if arrived else _("Le message repart dans un instant.")
        )
    return redirect("desk:conversation", opened.row.pk)


def key_in(request: HttpRequest) -> UUID:
    """Return the key of the form that was posted; a new one for none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
