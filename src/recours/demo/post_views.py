"""The page of the simulated post: every letter that it really has, and what becomes of it next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recours.posting.providers.merci_facteur.simulator.books import LIVES
from recours.simulators.steering import NotSteered, Steering

TROUBLES = {
    "reset": gettext_lazy("La prochaine réponse se perd"),
    "error_before": gettext_lazy("Le prochain appel échoue avant d’être fait"),
    "deaf": gettext_lazy("La prochaine annulation est acceptée, et la lettre part quand même"),
}

STAGES = {
    "wait": gettext_lazy("Confiée, en attente d’impression"),
    "imprime": gettext_lazy("Imprimée et mise sous pli"),
    "pris_en_charge": gettext_lazy("Prise en charge par la poste"),
    "scan_pdd": gettext_lazy("Preuve de dépôt numérisée"),
    "attente_au_guichet": gettext_lazy("Avis de passage laissé, elle attend au guichet"),
    "distribue": gettext_lazy("Remise au destinataire"),
    "retour_are": gettext_lazy("Accusé de réception signé numérisé"),
    "distribue_expediteur": gettext_lazy("Revenue à l’expéditeur"),
    "archivage_pnd": gettext_lazy("Pli revenu, archivé"),
}


def steering() -> Steering:
    return Steering(settings.MERCI_FACTEUR_ADDRESS)


@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """Every letter that the simulator has, the newest first."""
    try:
        known = steering().ask("letters")
    except NotSteered:
        return render(request, "demo/post.html", {"is_down": True})
    rows = [_row(one) for one in reversed(known["data"])]
    armed = [TROUBLES.get(name, name) for name in known["armed"]]
    return render(request, "demo/post.html", {"rows": rows, "armed": armed, "troubles": TROUBLES.items()})


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Have a letter come to its next stage now, or be led to come back."""
    letter, what = request.POST.get("letter", ""), request.POST.get("do", "")
    try:
        if what in LIVES:
            steering().tell("led", id=letter, life=what)
        else:
            steering().tell("forward", id=letter)
    except NotSteered:
        messages.error(request, _("La poste simulée ne connaît pas cette lettre, ou ne répond pas."))
    else:
        messages.success(request, _("C’est fait ; le site l’apprend aussitôt."))
    return redirect("demo:post")


@require_POST
def post_trouble(request: HttpRequest) -> HttpResponse:
    """Have the next letter meet one of the troubles."""
    what = request.POST.get("what", "")
    if what in TROUBLES:
        try:
            steering().tell("next", what=what)
            messages.success(request, _("C’est noté : la prochaine lettre le rencontrera."))
        except NotSteered:
            messages.error(request, _("La poste simulée ne répond pas. Réessayez dans quelques secondes."))
    return redirect("demo:post")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    stages = LIVES[one["life"]]
    done = len(one["told"])
    is_over = one.get("is_cancelled") or done >= len(stages)
    return {
        "id": one["id"],
        "to": [line for line in one["to"] if line],
        "tracking": one["tracking"],
        "is_cancelled": one.get("is_cancelled"),
        "stages": [
            {"label": STAGES.get(status, status), "at": dt.datetime.fromtimestamp(on, dt.UTC)}
            for status, on in one["told"]
        ],
        "next": "" if is_over else STAGES[stages[done][0]],
        "may_return": not is_over and one["life"] == "received" and done <= 5,
    }
