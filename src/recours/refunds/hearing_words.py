"""Why something that a provider told could not be explained, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

WHY = {
    "unknown_refund": gettext_lazy("Aucun remboursement ne porte cette référence."),
    "other_provider": gettext_lazy(
        "Ce remboursement a été repris à la main : il a peut-être été versé deux fois."
    ),
    "other_currency": gettext_lazy("La devise n’est pas celle de l’ordre."),
    "other_amount": gettext_lazy("Le montant n’est pas celui de l’ordre."),
    "other_payment": gettext_lazy("Le paiement d’origine n’est pas celui de l’ordre."),
    "other_ref": gettext_lazy(
        "Ce remboursement porte déjà un autre numéro : il a peut-être été versé deux fois."
    ),
    "no_outcome": gettext_lazy("L’annonce ne dit pas ce qu’il est advenu du remboursement."),
    "failed_after_paid": gettext_lazy("La banque rejette ce qu’elle avait dit versé."),
    "more_than_was_paid": gettext_lazy("Avec ce versement, plus serait rendu que ce qui a été payé."),
    "never_ordered": gettext_lazy("Ce remboursement n’est dans aucun fichier remis à la banque."),
    "before_ordered": gettext_lazy("La date est antérieure à l’ordre."),
    "in_future": gettext_lazy("La date est dans l’avenir."),
    "paid_twice": gettext_lazy("La banque a débité deux fois ce virement."),
    "return_debited": gettext_lazy("La ligne se dit à la fois débit et retour."),
    "no_amount": gettext_lazy("La banque ne donne pas le montant."),
    "unknown_payment": gettext_lazy("Aucun paiement ne porte cette référence."),
    "ambiguous_payment": gettext_lazy("Deux places de marché ont un paiement de cette référence."),
    "chargeback_decided_otherwise": gettext_lazy(
        "La banque avait déjà tranché cette contestation autrement."
    ),
}
"""Words for each key that `refunds.commands` and `refunds.providers` give to what they cannot explain."""


def why_unexplained(key: str) -> str:
    """Say why; the key itself where it has no words, so that what happened is never hidden, and nothing for none."""
    return str(WHY.get(key, key))
