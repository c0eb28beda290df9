"""What the desk's queues are called, and what is said of an empty one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from recours.rules.casework.filters import Queue

LABELS: dict[Queue, Any] = {
    Queue.TO_RULE: _("À traiter"),
    Queue.LATE: _("En retard"),
    Queue.DUE_SOON: _("Moins de 4 h"),
    Queue.UNASSIGNED: _("Sans agent"),
    Queue.MINE: _("Mes dossiers"),
    Queue.APPEALS: _("Appels"),
    Queue.WITH_SELLER: _("Sans réponse du vendeur"),
    Queue.WITH_PARCEL: _("Colis attendu"),
    Queue.LATE_REFUNDS: _("Remboursements en retard"),
    Queue.STUCK_REFUNDS: _("Remboursements bloqués"),
    Queue.MISSING_REFUNDS: _("Remboursements introuvables"),
    Queue.LOST_MAILS: _("Courriels non arrivés"),
}
NOTHING: dict[Queue, Any] = {
    Queue.TO_RULE: _("Aucun dossier n’attend la plateforme."),
    Queue.LATE: _("Aucune décision n’est en retard."),
    Queue.DUE_SOON: _("Aucune décision n’est due dans les quatre heures."),
    Queue.UNASSIGNED: _("Tous les dossiers ont un agent."),
    Queue.MINE: _("Vous n’avez pris aucun dossier. Ceux que vous prenez restent ici jusqu’à la décision."),
    Queue.APPEALS: _("Aucune décision n’est contestée."),
    Queue.WITH_SELLER: _("Aucun vendeur n’a de réponse à donner."),
    Queue.WITH_PARCEL: _("Aucun colis n’est attendu."),
    Queue.LATE_REFUNDS: _("Aucun remboursement n’est en retard."),
    Queue.STUCK_REFUNDS: _("Aucun remboursement n’est bloqué."),
    Queue.MISSING_REFUNDS: _("Aucun acheteur ne cherche un remboursement."),
    Queue.LOST_MAILS: _("Tous les courriels qui protègent un droit sont arrivés."),
}
OTHERS = (
    Queue.WITH_SELLER,
    Queue.WITH_PARCEL,
    Queue.LATE_REFUNDS,
    Queue.STUCK_REFUNDS,
    Queue.MISSING_REFUNDS,
    Queue.LOST_MAILS,
)
"""The queues where somebody else has to act, or something went wrong: apart from what the desk has to decide."""
