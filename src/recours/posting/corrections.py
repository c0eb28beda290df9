"""The page on which a day of a letter is corrected: what was said before stays in the history."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours.people.models import User
from recours.posting import looks
from recours.posting.commands.correcting import correct_step
from recours.posting.queries import OpenedLetter
from recours.posting.views import found_letter, heading, said
from recours.rules.letters import Kind
from recours.rules.posting import Step
from recours.rules.refusals import Refusal
from recours.rules.wording import say
from recours.ui.forms import RadioCards
from recours.ui.language import lang


class CorrectionForm(forms.Form):
    """Which step was told wrong, and its right day; or that it did not happen."""

    step = forms.ChoiceField(label=gettext_lazy("Quelle étape corriger"), widget=RadioCards)
    on = forms.DateField(
        label=gettext_lazy("La bonne date"),
        help_text=gettext_lazy("Celle que porte le document de la poste."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    did_not_happen = forms.BooleanField(label=gettext_lazy("Cela ne s’est pas produit"), required=False)

    def __init__(self, found: OpenedLetter, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["step"])
        field.choices = [
            (row.step, say(lang(), f"posting.told.{row.step}", on=row.on)) for row in found.correctable
        ]
        if len(found.correctable) == 1:
            field.initial = found.correctable[0].step

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "on" in said and bool(said["on"]) is bool(said.get("did_not_happen")):
            raise ValidationError(_("Donnez la bonne date, ou cochez que cela ne s’est pas produit."))
        return said


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponse:
    """Correct a day that was told; refused, what was typed stays."""
    found = found_letter(request, reference, letter_id)
    if not found.correctable:
        raise Http404
    form = CorrectionForm(found, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            correct_step(
                found.row.pk,
                step=Step(form.cleaned_data["step"]),
                on=form.cleaned_data["on"],
                by=found.opened.actor,
                user=cast(User, request.user),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("C’est corrigé. L’ancienne date reste dans l’historique."))
            return redirect("posting:letter", reference, letter_id)
    context = {
        **heading(found.opened),
        "sort": looks.sort(Kind(found.row.sort)),
        "form": form,
        "refusal": said(refusal),
        "letter_url": reverse("posting:letter", args=[reference, letter_id]),
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "posting/correct.html", context, status=status)
