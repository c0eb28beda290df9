"""The desk's page of letters that their provider never answered for: a person looks into the account, and says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.people.queries import identity
from recours.posting.commands.resolving import resolve
from recours.posting.providers.merci_facteur.reading import reference as internal_reference
from recours.posting.queries import in_doubt
from recours.posting.views import said
from recours.rules.refusals import Refusal
from recours.ui.forms import RadioCards

FOUND, NOT_FOUND = "found", "not_found"


class FoundForm(forms.Form):
    """What a person found in the provider's account."""

    letter = forms.UUIDField(widget=forms.HiddenInput)
    found = forms.ChoiceField(
        label=gettext_lazy("La lettre est-elle dans le compte du prestataire ?"),
        choices=[
            (FOUND, gettext_lazy("Oui, elle y est")),
            (NOT_FOUND, gettext_lazy("Non, elle n’y est pas : elle n’est pas partie")),
        ],
        widget=RadioCards,
    )
    ref = forms.RegexField(
        r"^[0-9]{1,20}$",
        label=gettext_lazy("Son numéro d’envoi"),
        help_text=gettext_lazy("Si elle y est. Des chiffres, dans la liste des envois."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("found") == FOUND and "ref" in given and not given["ref"]:
            self.add_error("ref", _("Recopiez le numéro de l’envoi : c’est lui qui permet de le suivre."))
        return given


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def doubts(request: HttpRequest) -> HttpResponse:
    """Letters of which nobody knows whether they went; what was found is said of one of them."""
    viewer = identity(request)
    if not viewer.agent_of:
        raise Http404
    refusal: Refusal | None = None
    bound: FoundForm | None = None
    if request.method == "POST":
        bound = FoundForm(request.POST, auto_id="bound_%s")
        if bound.is_valid():
            letter_id = bound.cleaned_data["letter"]
            if not in_doubt(viewer, clock.now()).filter(pk=letter_id).exists():
                raise Http404
            try:
                resolve(
                    letter_id, ref=bound.cleaned_data["ref"] if bound.cleaned_data["found"] == FOUND else ""
                )
            except Refusal as refused:
                refusal = refused
            else:
                messages.success(request, _("C’est noté."))
                return redirect("posting:doubts")
    rows = [
        {
            "posting": posting,
            "claim": posting.letter.claim,
            "to": posting.letter.addressee[0],
            "internal": internal_reference(posting.key),
            "form": bound if bound and _is_about(bound, posting.pk) else _form(posting.pk),
        }
        for posting in in_doubt(viewer, clock.now())
    ]
    context = {"rows": rows, "refusal": said(refusal), "in_queue": True}
    status = 409 if refusal else 422 if bound else 200
    return render(request, "posting/doubts.html", context, status=status)


def _form(letter_id: UUID) -> FoundForm:
    return FoundForm(initial={"letter": letter_id}, auto_id=f"{letter_id}_%s")


def _is_about(form: FoundForm, letter_id: UUID) -> bool:
    return form.data.get("letter") == str(letter_id)
