"""How anybody can check that the file is whole and unchanged."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.dossier.blocks import AnyBlock, Facts, Heading, Line, Seal
from recours.dossier.queries import Gathered


def proof(gathered: Gathered) -> list[AnyBlock]:
    """Return the seal of the claim's events, and what to do with it."""
    row = gathered.opened.row
    return [
        Heading(text=_("Vérifier ce dossier")),
        Line(
            text=_(
                "Chaque événement de la réclamation porte l’empreinte du précédent : rien ne peut y être "
                "changé, ajouté ou retiré sans que la dernière empreinte change."
            )
        ),
        Facts(pairs=[(_("Dernier événement"), str(row.seq))]),
        Seal(what=_("Empreinte de la chaîne (SHA-256)"), value=bytes(row.head_hash).hex()),
        Line(
            text=_(
                "Le dossier complet (ZIP) contient les pièces, la chaîne et un programme, verify.py, qui contrôle "
                "tout sans connexion. La place de marché peut confirmer à tout moment qu’elle a remis cette copie."
            )
        ),
    ]
