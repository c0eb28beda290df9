"""Noting a call, or a letter that came: in a conversation, on a claim, or of somebody who is not known yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.noting import Note, note, note_on_claim, note_stranger
from recours.conversations.forms import MessageForm, TextField
from recours.conversations.models import Message
from recours.desk.messages.door import opened_for
from recours.desk.views.claim import claim_of
from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.forms import RadioCards
from recours.ui.language import lang

Channel = Message.Channel


class NoteForm(MessageForm):
    """By which way, from whom, when, what was said, and what was promised."""

    field_order: tuple[str, ...] | None = ("way", "who", "at", "text", "promised", "files_given", "key")
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


class ClaimNoteForm(NoteForm):
    """The same on a claim: which of its parties called or wrote, and what they are called."""

    field_order: tuple[str, ...] | None = (
        "way",
        "side",
        "who",
        "at",
        "text",
        "promised",
        "files_given",
        "key",
    )

    side = forms.ChoiceField(
        label=gettext_lazy("Qui a appelé ou écrit ?"),
        choices=[
            (Role.BUYER.value, gettext_lazy("L’acheteur")),
            (Role.SELLER.value, gettext_lazy("Le vendeur")),
        ],
        widget=RadioCards,
        error_messages={"required": gettext_lazy("Choisissez une réponse.")},
    )

    def __init__(self, *args: Any, has_seller: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_seller:
            side = cast(forms.ChoiceField, self.fields["side"])
            side.choices = [(Role.BUYER.value, _("L’acheteur"))]


class StrangerNoteForm(NoteForm):
    """The same of somebody who is not known: where they are reached besides."""

    field_order: tuple[str, ...] | None = (
        "way",
        "who",
        "reach",
        "at",
        "text",
        "promised",
        "files_given",
        "key",
    )

    reach = forms.CharField(
        label=gettext_lazy("Numéro ou adresse"),
        max_length=200,
        help_text=gettext_lazy("De quoi rappeler cette personne ou lui répondre. Rien n’y est envoyé d’ici."),
        error_messages={"required": gettext_lazy("Notez un numéro, ou une adresse.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files_given"].help_text = gettext_lazy(
            "Le courrier numérisé, par exemple : photo, PDF ou texte (.txt) ; 10 Mo par fichier, 6 fichiers au plus. "
            "Rien n’est envoyé."
        )


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def note_new(request: HttpRequest) -> HttpResponseBase:
    """Note a call or a letter of somebody who is not known: a conversation begins, to be placed later."""
    desk, places = desk_of(request)
    now = clock.now()
    form = StrangerNoteForm(*_typed(request), initial={"at": localtime(now)})

    def keep() -> str:
        sent = note_stranger(
            marketplace_id=desk.marketplace.pk,
            note=_given(form),
            reach=form.cleaned_data["reach"],
            by=Actor(Role.AGENT, desk.identity.user_id),
            lang=lang(),
            key=form.cleaned_data["key"],
            now=now,
        )
        return reverse("desk:conversation", args=[sent.conversation_id])

    context = desk_context(
        places,
        desk,
        form=form,
        back_url=f"{reverse('desk:messages')}?{PLACE}={desk.marketplace.slug}",
        back_label=_("Messages au service client"),
        says=_(
            "Une conversation commence, sans compte ni acheteur. Rien n’est envoyé à cette personne : "
            "rappelez-la, ou répondez-lui par courrier."
        ),
    )
    noted = _("C’est noté. Vous pourrez relier cette personne à un acheteur.")
    return _kept_or_shown(request, form, keep, context, noted=noted)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def note_on(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Note a call or a letter of a party on a claim, among the messages of its parties."""
    opened = claim_of(request, reference)
    now, there = clock.now(), reverse("desk:claim", args=[reference])
    form = ClaimNoteForm(*_typed(request), initial={"at": localtime(now)}, has_seller=opened.claim.has_seller)

    def keep() -> str:
        note_on_claim(
            claim_id=opened.row.pk,
            side=Role(form.cleaned_data["side"]),
            note=_given(form),
            by=opened.actor,
            lang=lang(),
            key=form.cleaned_data["key"],
            now=now,
        )
        return f"{there}#messages-parties"

    context = {
        "form": form,
        "back_url": there,
        "back_label": _("Dossier %(reference)s") % {"reference": reference},
        "says": _(
            "Les deux parties le liront parmi les messages, et verront que vous l’avez noté. "
            "Ce que l’équipe seule doit lire va dans une note interne."
        ),
    }
    return _kept_or_shown(request, form, keep, context, noted=_("C’est noté parmi les messages du dossier."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def note_in(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Note a call or a letter in the conversation that it belongs to."""
    opened = opened_for(request, conversation_id)
    if opened.row.shop_id is not None:
        raise Http404
    now, there = clock.now(), reverse("desk:conversation", args=[opened.row.pk])
    form = NoteForm(*_typed(request), initial={"at": localtime(now), "who": opened.row.buyer_name})

    def keep() -> str:
        sent = note(
            conversation_id=opened.row.pk,
            note=_given(form),
            by=opened.actor,
            lang=lang(),
            key=form.cleaned_data["key"],
            now=now,
        )
        return f"{there}#m{sent.pk}"

    context = {
        "form": form,
        "back_url": there,
        "back_label": _("La conversation"),
        "says": _(
            "La conversation dira que vous l’avez noté. L’acheteur peut le lire ; rien ne lui est envoyé."
        ),
    }
    return _kept_or_shown(request, form, keep, context, noted=_("C’est noté dans la conversation."))


def _typed(request: HttpRequest) -> tuple[Any, Any]:
    """Return what a form is bound to: nothing before it is sent."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _kept_or_shown(
    request: HttpRequest, form: NoteForm, keep: Callable[[], str], context: dict[str, Any], *, noted: str
) -> HttpResponseBase:
    """Keep what was typed and go where `keep` says; or show the form, with every word of what was refused."""
    if request.method == "POST" and form.is_valid():
        try:
            there = keep()
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, noted)
            return redirect(there)
    return render(request, "desk/messages/note.html", context, status=422 if form.errors else 200)


def _given(form: NoteForm) -> Note:
    data = form.cleaned_data
    return Note(
        channel=Channel(data["way"]),
        who=data["who"],
        at=data["at"],
        said=data["text"],
        promised=data["promised"],
        files=form.uploads.accepted,
    )
