"""The contact form of a marketplace, beside its help centre, and the link that proves the address typed there."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.forms import FormLinkNotGood, prove_address, sender_of, write_by_form
from recours.channels.networks import network_of
from recours.conversations.forms import MessageForm
from recours.conversations.models import Message
from recours.conversations.presentation import topic_word
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity
from recours.rules.conversation import Topic
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.forms import RadioCards
from recours.ui.language import lang

TOPICS = (
    Topic.QUESTION,
    Topic.DAMAGED,
    Topic.LOST,
    Topic.LATE,
    Topic.WITHDRAWAL,
    Topic.INVOICE,
    Topic.PAYMENT_ERROR,
    Topic.TECHNICAL_FAULT,
)


class ContactForm(MessageForm):
    """Who writes, why, and what. `website` is for programs alone: people do not see it."""

    field_order = ("email", "name", "topic", "text", "files_given", "website", "key")
    DRAFTED = ()
    use_required_attribute = False

    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_(
            "La réponse y sera envoyée, une fois que vous aurez suivi le lien de notre premier courriel."
        ),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Écrivez l’adresse à laquelle vous répondre.")},
    )
    name = forms.CharField(
        label=_("Votre nom"), max_length=120, required=False, widget=forms.TextInput({"autocomplete": "name"})
    )
    topic = forms.ChoiceField(
        label=_("Pourquoi écrivez-vous ?"),
        widget=RadioCards(columns=True),
        error_messages={"required": _("Choisissez une réponse.")},
    )
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["topic"]).choices = [
            (one.value, topic_word(one)) for one in TOPICS
        ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, marketplace: str) -> HttpResponse:
    """Show the form, or put what was written before the desk. Who is signed in writes from their own messages."""
    place = Marketplace.objects.filter(slug=marketplace).first()
    if place is None:
        raise Http404
    if request.user.is_authenticated and request.method != "POST" and identity(request).buyer_ids:
        return redirect("buyer:write_to_support", place.slug)
    form = ContactForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["website"]:
            return _thanks(request, place, data["email"])
        try:
            write_by_form(
                place=place,
                email=data["email"],
                name=data["name"],
                topic=Topic(data["topic"]),
                subject=topic_word(data["topic"]),
                text=data["text"],
                files=form.uploads.accepted,
                language=lang(),
                key=data["key"],
                network=network_of(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, ValidationError(f"{refusal.explain(lang())} {refusal.remedy(lang())}"))
        else:
            return _thanks(request, place, data["email"])
    context = {"place": place, "form": form, "help_url": reverse("buyer:help_home", args=[place.slug])}
    return render(request, "channels/contact.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was written from this address, and take it as proven once its owner says so.

    A button, since programs that read mails follow their links.
    """
    try:
        sender = sender_of(token)
    except FormLinkNotGood:
        return render(request, "channels/form_proof.html", {"sender": None}, status=404)
    if request.method == "POST":
        prove_address(contact_id=sender.pk, now=clock.now())
        sender.refresh_from_db()
    written = Message.objects.filter(conversation__contact=sender.pk, author_role=Role.BUYER)
    context = {
        "sender": sender,
        "place": sender.contact.marketplace,
        "message": written.order_by("pk").first(),
    }
    return render(request, "channels/form_proof.html", context)


def _thanks(request: HttpRequest, place: Marketplace, email: str) -> HttpResponse:
    return render(request, "channels/form_sent.html", {"place": place, "email": email})
