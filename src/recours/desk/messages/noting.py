"""Noting a call, or a letter that came, in a conversation with customer service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.noting import Note, note
from recours.conversations.forms import MessageForm, TextField
from recours.conversations.models import Message
from recours.desk.messages.door import opened_for
from recours.desk.views.door import for_agents
from recours.rules.refusals import Refusal
from recours.ui.forms import RadioCards
from recours.ui.language import lang

Channel = Message.Channel


class NoteForm(MessageForm):
    """By which way, from whom, when, what was said, and what was promised."""

    field_order = ("way", "who", "at", "text", "promised", "files_given", "key")
    DRAFTED = ()
    use_required_attribute = False

    way = forms.ChoiceField(
        label=gettext_lazy("Que notez-vous ?"),
        choices=[
            (Channel.PHONE.value, gettext_lazy("Un appel téléphonique")),
            (Channel.POST.value, gettext_lazy("Un courrier reçu")),
        ],
        widget=RadioCards,
        error_messages={"required": gettext_lazy("Choisissez une réponse.")},
    )
    who = forms.CharField(
        label=gettext_lazy("De qui ?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Écrivez qui a appelé, ou qui a écrit.")},
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Quand ?"),
        help_text=gettext_lazy("L’heure de l’appel, ou le jour où le courrier est arrivé."),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("Indiquez le jour et l’heure."),
            "invalid": gettext_lazy("Indiquez le jour et l’heure."),
        },
    )
    promised = TextField(label=gettext_lazy("Ce qui a été promis"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext_lazy("Ce qui a été dit ou écrit")
        self.order_fields(self.field_order)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def note_in(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Show the form, or note what came; what is refused keeps every word."""
    opened = opened_for(request, conversation_id)
    if opened.row.shop_id is not None:
        raise Http404
    now = clock.now()
    form = (
        NoteForm(request.POST, request.FILES)
        if request.method == "POST"
        else NoteForm(initial={"at": localtime(now), "who": opened.row.buyer_name})
    )
    there = reverse("desk:conversation", args=[opened.row.pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = Note(
            channel=Channel(data["way"]),
            who=data["who"],
            at=data["at"],
            said=data["text"],
            promised=data["promised"],
            files=form.uploads.accepted,
        )
        try:
            sent = note(
                conversation_id=opened.row.pk,
                note=given,
                by=opened.actor,
                lang=lang(),
                key=data["key"],
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, ValidationError(f"{refusal.explain(lang())} {refusal.remedy(lang())}"))
        else:
            messages.success(request, _("C’est noté dans la conversation."))
            return redirect(f"{there}#m{sent.pk}")
    context = {"form": form, "row": opened.row, "conversation_url": there}
    return render(request, "desk/messages/note.html", context, status=422 if form.errors else 200)
