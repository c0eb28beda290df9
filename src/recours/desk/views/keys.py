"""The help page of the keyboard: every key of the desk, and the switch that turns them all off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recours.claims.presentation.acts import act_label
from recours.desk.keys import ACT_KEYS
from recours.desk.views.door import for_agents
from recours.rules.lifecycle.vocabulary import Role


@require_safe
@for_agents
def keys(request: HttpRequest) -> HttpResponseBase:
    """Show them, by where they work. Without JavaScript there are none, and the page says that too."""
    return render(request, "desk/keys.html", {"groups": _groups()})


def _groups() -> list[dict[str, Any]]:
    acts = [(key, act_label(act, Role.AGENT)) for act, key in ACT_KEYS.items()]
    return [
        {
            "title": _("Partout"),
            "keys": [
                ("/", _("chercher")),
                ("n", _("prendre le dossier suivant")),
                ("q", _("revenir à la file d’attente")),
                ("?", _("montrer les raccourcis")),
                (_("Échap"), _("quitter un champ")),
                (_("Ctrl + Entrée"), _("envoyer le formulaire où l’on écrit")),
            ],
        },
        {
            "title": _("Dans une liste"),
            "keys": [
                ("j", _("dossier suivant")),
                ("k", _("dossier précédent")),
                (_("Entrée"), _("ouvrir")),
                ("x", _("cocher, ou décocher")),
                ("b", _("choisir quoi faire des dossiers cochés")),
            ],
        },
        {
            "title": _("Sur un dossier"),
            "keys": [
                *acts,
                ("m", _("écrire aux parties")),
                ("i", _("écrire une note interne")),
                ("l", _("lier ou réunir à un autre dossier")),
                ("2", _("séparer en deux dossiers")),
                ("z", _("annuler l’envoi d’un message")),
            ],
        },
        {"title": _("Sur un formulaire"), "keys": [("f", _("aller au premier champ")), ("c", _("annuler"))]},
    ]
