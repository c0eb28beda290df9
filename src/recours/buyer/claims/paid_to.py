"""The buyer's page on where a refund by transfer goes: the account, asked once, shown masked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recours.buyer.claims import page
from recours.buyer.claims.views import draw, opened_by
from recours.claims.forms import said
from recours.refunds.commands import give_account
from recours.refunds.presentation import payout
from recours.refunds.providers.sepa.accounts import read_iban
from recours.refunds.queries import refunds_of
from recours.rules.refusals import Refusal
from recours.ui.language import lang


class AccountForm(forms.Form):
    """Whose account, and its number as people type it."""

    holder = forms.CharField(
        label=gettext_lazy("Titulaire du compte"),
        help_text=gettext_lazy("Le nom tel qu’il figure sur le relevé d’identité bancaire."),
        max_length=70,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        help_text=gettext_lazy("27 caractères pour un compte français, avec ou sans espaces."),
        max_length=60,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": "text",
            }
        ),
    )

    def clean_iban(self) -> str:
        try:
            read_iban(self.cleaned_data["iban"])
        except Refusal as refusal:
            raise ValidationError(said(refusal)) from None
        return str(self.cleaned_data["iban"])


@login_required
@sensitive_post_parameters("iban", "holder")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask where the transfer goes, or say where it went. There is no such page where nobody pays by transfer."""
    opened = opened_by(request, reference)
    found = payout(opened, refunds_of(opened))
    if found is None:
        raise Http404
    form = AccountForm(request.POST or None, initial={"holder": opened.row.buyer.name})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            give_account(opened.row.pk, by=opened.actor.id, **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Votre compte est enregistré : le virement y sera fait."))
            return redirect("buyer:claim", opened.row.reference)
    context: dict[str, Any] = {
        **page.heading(opened),
        "form": form,
        "payout": found,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return draw(request, "buyer/claims/account.html", opened, context, status)
