"""Where somebody who wrote by a channel proves who they are without an account, in two steps of one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.joining import LinkNotGood, contact_of
from recours.channels.commands.proving import ask_code, prove_by_code
from recours.channels.joining_views import channel_of, ending_of
from recours.channels.networks import network_of
from recours.conversations.models import Contact
from recours.rules.channel_refusals import CodeNotGood
from recours.rules.refusals import Refusal
from recours.ui.language import lang


class OrderForm(forms.Form):
    """Which order."""

    number = forms.CharField(
        label=_("Numéro de commande"),
        max_length=64,
        error_messages={"required": _("Écrivez le numéro de votre commande.")},
    )


class CodeForm(forms.Form):
    """The code that was mailed."""

    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}),
        error_messages={"required": _("Écrivez le code reçu par courriel.")},
    )
    news = forms.BooleanField(
        label=_("Me prévenir aussi sur ce canal quand un de mes litiges avance"), required=False
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_by_order(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the order, then for the code. The answers are the same whether there is such an order or not."""
    try:
        contact = contact_of(token)
    except LinkNotGood:
        return render(request, "channels/join.html", {"contact": None}, status=404)
    if request.method == "POST":
        return _prove(request, contact, token) if "code" in request.POST else _ask(request, contact, token)
    return _page(request, contact, token, CodeForm() if "code" in request.GET else OrderForm())


def _ask(request: HttpRequest, contact: Contact, token: str) -> HttpResponse:
    form = OrderForm(request.POST)
    if form.is_valid():
        try:
            ask_code(
                contact_id=contact.pk,
                number=form.cleaned_data["number"],
                network=network_of(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect(f"{reverse('channels:join_by_order', args=[token])}?code")
    return _page(request, contact, token, form, status=422)


def _prove(request: HttpRequest, contact: Contact, token: str) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            prove_by_code(
                contact_id=contact.pk,
                code=form.cleaned_data["code"],
                wants_news=form.cleaned_data["news"],
                now=clock.now(),
            )
        except Refusal as refusal:
            _refuse(form, refusal, "code" if isinstance(refusal, CodeNotGood) else None)
        else:
            return render(
                request, "channels/proved.html", {"contact": contact, "channel": channel_of(contact)}
            )
    return _page(request, contact, token, form, status=422)


def _refuse(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    form.add_error(
        field, ValidationError(f"{refusal.explain(lang())} {refusal.remedy(lang())}", refusal.code)
    )


def _page(
    request: HttpRequest, contact: Contact, token: str, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    here = reverse("channels:join_by_order", args=[token])
    context: dict[str, Any] = {
        "contact": contact,
        "channel": channel_of(contact),
        "ending": ending_of(contact),
        "form": form,
        "asks_code": isinstance(form, CodeForm),
        "here": here,
        "sign_in": f"{reverse('account_login')}?next={reverse('channels:join', args=[token])}",
    }
    return render(request, "channels/join_by_order.html", context, status=status)
