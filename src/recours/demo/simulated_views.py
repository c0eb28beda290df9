"""The page of the simulated payment provider: what it really did, and losing its next answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recours.demo.simulated import Act, acts, steering
from recours.simulators.steering import NotSteered

TROUBLES = {
    "reset": gettext_lazy("La prochaine réponse se perd"),
    "error_after": gettext_lazy("Le prochain versement est fait, et répond par une erreur"),
    "rate_limited": gettext_lazy("Le prochain appel est refusé : trop d’appels"),
    "lost": gettext_lazy("Le prochain appel se perd en chemin"),
}
"""What the page offers; the first is the one to try."""

DID = {
    "refund.created": gettext_lazy("Remboursement versé"),
    "refund.changed": gettext_lazy("Remboursement modifié"),
    "dispute.created": gettext_lazy("Paiement contesté à la banque"),
    "dispute.closed": gettext_lazy("Contestation close"),
    "delivered": gettext_lazy("Annonce envoyée au site"),
}
MISDID = {
    "reset": gettext_lazy("Réponse perdue"),
    "error_after": gettext_lazy("Erreur répondue alors que c’était fait"),
    "rate_limited": gettext_lazy("Appel refusé : trop d’appels"),
    "lost": gettext_lazy("Appel perdu en chemin"),
}


@require_safe
def provider(request: HttpRequest) -> HttpResponse:
    """What the provider did, from its own journal, the newest first."""
    try:
        rows = [{"act": act, "says": _says(act)} for act in acts()]
        armed = [TROUBLES.get(name, name) for name in steering().ask("counts")["armed"]]
    except NotSteered:
        return render(request, "demo/provider.html", {"is_down": True})
    return render(request, "demo/provider.html", {"rows": rows, "armed": armed, "troubles": TROUBLES.items()})


@require_POST
def next_trouble(request: HttpRequest) -> HttpResponse:
    """Have the next refund meet one of the troubles."""
    what = request.POST.get("what", "")
    if what in TROUBLES:
        try:
            steering().tell("next", what=what)
            messages.success(request, _("C’est noté : le prochain remboursement par carte le rencontrera."))
        except NotSteered:
            messages.error(
                request, _("Le prestataire simulé ne répond pas. Réessayez dans quelques secondes.")
            )
    return redirect("demo:provider")


@require_POST
def dispute(request: HttpRequest) -> HttpResponse:
    """Have a cardholder dispute a payment at their bank."""
    try:
        payment = request.POST.get("payment", "")
        steering().tell("disputes", payment_intent=payment, reason="product_not_received")
        messages.success(
            request, _("La banque du titulaire a contesté ce paiement ; le site l’apprend aussitôt.")
        )
    except NotSteered:
        messages.error(request, _("Le prestataire simulé ne connaît pas ce paiement, ou ne répond pas."))
    return redirect("demo:provider")


def _says(act: Act) -> str:
    return str(MISDID.get(act.what, act.what) if act.did == "misdid" else DID.get(act.did, act.did))
