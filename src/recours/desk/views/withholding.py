"""What the desk withholds of an exhibit: one page for sealing, redacting and showing again."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours.claims.commands.withholding import redact_exhibit, restore_exhibit, seal_exhibit
from recours.claims.models import Evidence
from recours.claims.presentation.exhibits import exhibits
from recours.claims.queries import OpenedClaim, exhibit_numbered
from recours.desk.forms import WithholdForm
from recours.desk.pages import exhibit_url, heading
from recours.desk.views.claim import claim_of
from recours.desk.views.door import for_agents
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.language import lang

HIDDEN_FROM = {
    WithholdForm.BUYER: (Role.BUYER,),
    WithholdForm.SELLER: (Role.SELLER,),
    WithholdForm.BOTH: (Role.BUYER, Role.SELLER),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def withhold(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Seal an exhibit, show a copy instead, or show it again; refused, what was typed stays."""
    opened = claim_of(request, reference)
    exhibit = exhibit_numbered(opened, number)
    if exhibit is None:
        raise Http404
    known = {
        "has_seller": opened.claim.has_seller,
        "is_withheld": opened.claim.seal(exhibit.exhibit) is not None,
    }
    form = WithholdForm(request.POST or None, request.FILES or None, **known)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _withhold(opened, exhibit, form, cast(User, request.user))
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Les deux parties en sont informées, avec votre motif."))
            return redirect("desk:claim", reference)
    context = {
        **heading(opened),
        "exhibit": exhibit,
        "files": exhibits([exhibit], Role.AGENT, exhibit_url(opened)),
        "form": form,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "desk/withhold.html", context, status=status)


def _withhold(opened: OpenedClaim, exhibit: Evidence, form: WithholdForm, user: User) -> None:
    reason, what = form.cleaned_data["reason"], form.cleaned_data["what"]
    match what:
        case WithholdForm.REDACT:
            redact_exhibit(exhibit=exhibit, by=opened.actor, copy=form.given_copy, user=user, reason=reason)
        case WithholdForm.RESTORE:
            restore_exhibit(exhibit=exhibit, by=opened.actor, reason=reason)
        case _:
            seal_exhibit(exhibit=exhibit, by=opened.actor, hidden_from=HIDDEN_FROM[what], reason=reason)
