"""The desk's page for letters that come by post."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours.claims.forms import ExhibitsField
from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.people.models import User
from recours.people.queries import identity
from recours.posting.commands.registering import register_letter
from recours.rules.access import Identity
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.forms import RadioCards
from recours.ui.language import lang


class CameForm(forms.Form):
    """A letter that came: of which claim, from whom, on which days, and its scan."""

    reference = forms.CharField(
        label=gettext_lazy("Référence du dossier"),
        help_text=gettext_lazy("Elle figure dans la lettre, « L-7F3K » par exemple."),
        max_length=16,
        widget=forms.TextInput({"autocapitalize": "characters", "spellcheck": "false"}),
    )
    sender = forms.ChoiceField(
        label=gettext_lazy("Qui l’a envoyée"),
        choices=[
            (Role.BUYER.value, gettext_lazy("L’acheteur")),
            (Role.SELLER.value, gettext_lazy("Le vendeur")),
        ],
        widget=RadioCards,
    )
    presented_on = forms.DateField(
        label=gettext_lazy("Présentée le"),
        help_text=gettext_lazy("La date de l’avis de passage, s’il y en a eu un."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    received_on = forms.DateField(
        label=gettext_lazy("Reçue le"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    exhibits = ExhibitsField(
        label=gettext_lazy("La lettre numérisée"),
        help_text=gettext_lazy(
            "Photos ou PDF, l’enveloppe comprise. Les parties la verront comme une pièce."
        ),
        required=True,
    )

    def __init__(self, viewer: Identity, *args: Any, **kwargs: Any) -> None:
        self.viewer = viewer
        self.opened: OpenedClaim | None = None
        super().__init__(*args, **kwargs)

    def clean_reference(self) -> str:
        typed = str(self.cleaned_data["reference"]).strip().upper()
        try:
            self.opened = claim_for(self.viewer, typed, role=Role.AGENT)
        except ClaimNotVisible:
            raise ValidationError(
                _("Aucun dossier n’a cette référence ici. Recopiez-la depuis la lettre, ou cherchez par nom.")
            ) from None
        return typed

    def clean_exhibits(self) -> Any:
        uploads = self.cleaned_data["exhibits"]
        if (refused := uploads.as_error()) is not None:
            raise refused
        return uploads


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def came(request: HttpRequest) -> HttpResponse:
    """Register a letter that came; refused, what was typed stays."""
    viewer = identity(request)
    if not viewer.agent_of:
        raise Http404
    initial = {"reference": request.GET.get("claim", "")[:16]}
    form = CameForm(viewer, request.POST or None, request.FILES or None, initial=initial)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid() and form.opened is not None:
        said = form.cleaned_data
        try:
            exhibits = register_letter(
                opened=form.opened,
                sender=Role(said["sender"]),
                received_on=said["received_on"],
                presented_on=said["presented_on"],
                scans=said["exhibits"].accepted,
                user=cast(User, request.user),
            )
        except Refusal as refused:
            refusal = refused
        else:
            numbers = ", ".join(one.exhibit for one in exhibits)
            messages.success(
                request, _("Le courrier est enregistré : pièce %(number)s.") % {"number": numbers}
            )
            return redirect("desk:claim", said["reference"])
    context = {
        "form": form,
        "in_queue": True,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "posting/came.html", context, status=status)
