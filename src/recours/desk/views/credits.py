"""Store credit, once it is issued: the desk notes that it was spent, or takes it back with a reason."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.refunds.commands import mark_credit_used, void_credit
from recours.refunds.models import StoreCredit
from recours.refunds.presentation import credit_facts
from recours.refunds.queries import CreditNotVisible, credit_for
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.ui.language import lang


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def credit(request: HttpRequest, credit_id: UUID) -> HttpResponseBase:
    """Note on what store credit was spent, or void it while it was not."""
    found = _credit(request, credit_id)
    by = Actor(Role.AGENT, identity(request).user_id)
    because, answer = request.POST.get("because", ""), request.POST.get("answer", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if answer == "void":
                void_credit(found.pk, by=by, reason=because)
                said_so = _("Le bon d’achat est annulé. Dites dans le dossier ce qui est dû à la place.")
            else:
                mark_credit_used(found.pk, by=by, spent_on=because)
                said_so = _("L’utilisation du bon d’achat est notée.")
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said_so)
            return redirect("desk:claim", found.claim.reference)
    row = Claim.objects.get(pk=found.claim_id)
    opened = OpenedClaim(row=row, role=Role.AGENT, actor=by, now=clock.now())
    context = {
        "row": row,
        "credit": credit_facts(opened, found),
        "because": because,
        "answer": answer,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    return render(request, "desk/credit.html", context, status=409 if refusal else 200)


def _credit(request: HttpRequest, credit_id: UUID) -> StoreCredit:
    try:
        return credit_for(identity(request), credit_id)
    except CreditNotVisible as error:
        raise Http404 from error
