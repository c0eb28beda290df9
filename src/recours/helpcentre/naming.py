"""What readers and editors call the categories, the sections and the actions."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recours.helpcentre.actions import Action, Kind
from recours.helpcentre.models import Category
from recours.rules.wording import Lang, say

CATEGORIES: dict[str, str | Promise] = {
    Category.ORDERS: _("Commandes et paiement"),
    Category.SHIPPING: _("Livraison"),
    Category.AFTER_SALES: _("Service après-vente"),
    Category.REFUNDS: _("Remboursements"),
}
SECTIONS: dict[str, str | Promise] = {
    "ordering": _("Commander"),
    "paying": _("Payer"),
    "payment_problem": _("Un problème de paiement"),
    "account": _("Mon compte"),
    "tracking": _("Suivre un colis"),
    "not_arrived": _("Colis non reçu"),
    "late": _("Colis en retard"),
    "receiving": _("Recevoir un colis"),
    "wrong_or_broken": _("Article abîmé, en panne ou différent"),
    "seller": _("Écrire au vendeur"),
    "dispute": _("Le litige"),
    "guarantee": _("Les garanties"),
    "withdrawal": _("Changer d’avis"),
    "returning": _("Renvoyer un article"),
    "getting_paid": _("Être remboursé"),
    "late_refund": _("Remboursement en retard"),
    "": _("Autres questions"),
}
_KINDS: dict[Kind, str | Promise] = {
    Kind.DISPUTE: _("Ouvrir un litige"),
    Kind.PAYMENT: _("Contester un débit"),
    Kind.PURCHASE: _("Signaler un achat qui a échoué"),
    Kind.MESSAGE: _("Écrire au vendeur"),
    Kind.BEFORE_PURCHASE: _("Écrire à une boutique"),
    Kind.SUPPORT: _("Écrire à la plateforme"),
    Kind.ORDERS: _("Voir mes commandes"),
    Kind.CLAIMS: _("Voir mes litiges"),
    Kind.WHAT_HAPPENED: _("Dire ce qui s’est passé"),
    Kind.WITHDRAW: _("Renoncer au contrat ici"),
}
_TOPICS: dict[str, str | Promise] = {
    "question": _("une question"),
    "withdrawal": _("un changement d’avis"),
    "invoice": _("une facture"),
    "address": _("l’adresse de livraison"),
}


def action_label(action: Action) -> str:
    """Say what the button of an article does."""
    return str(_KINDS[action.kind])


def action_choice(action: Action, lang: Lang) -> str:
    """Name an action among all of them, for its editor: "Ouvrir un litige : colis perdu"."""
    about = ""
    if action.ground is not None:
        about = say(lang, f"ground_short.{action.ground.value}")
    elif action.topic is not None:
        ground = action.topic.ground
        about = say(lang, f"ground_short.{ground.value}") if ground else str(_TOPICS[action.topic])
    return f"{action_label(action)} · {about}" if about else action_label(action)
