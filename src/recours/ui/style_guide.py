"""Invented data for the style guide at /ui/: every component once, in the states that matter."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from recours import clock
from recours.rules.money import Money
from recours.ui.forms import CheckboxCards, FilesField, MoneyField, RadioCards

GROUNDS = {
    "not_received": (
        "Je ne l’ai pas reçu",
        "Le suivi n’avance plus, ou annonce une livraison que vous n’avez pas eue.",
    ),
    "damaged": ("Il est abîmé", "Cassé, rayé, mouillé, ou emballage écrasé."),
    "not_as_described": ("Il ne correspond pas à l’annonce", "Autre taille, autre couleur, pièce manquante."),
    "unauthorised": ("On m’a débité à tort", "Débit inconnu, montant trop élevé, deux fois le même débit."),
}


class SampleForm(forms.Form):
    """One field of each kind."""

    ground = forms.ChoiceField(
        label="Que s’est-il passé ?",
        help_text="Choisissez ce qui s’en approche le plus. Vous pourrez en changer plus tard.",
        choices=[(key, label) for key, (label, _) in GROUNDS.items()],
        widget=RadioCards(hints={key: hint for key, (_, hint) in GROUNDS.items()}, columns=True),
    )
    lines = forms.MultipleChoiceField(
        label="Quels articles ?",
        required=False,
        choices=[("1", "Casque Nova, 89,90 €"), ("2", "Câble USB-C, 2 m, 9,90 €")],
        widget=CheckboxCards,
    )
    amount = MoneyField(
        label="Combien demandez-vous ?",
        currency="EUR",
        maximum=Money(8990, "EUR"),
        help_text="Au plus 89,90 €, le prix payé pour cet article.",
    )
    carrier = forms.ChoiceField(
        label="Transporteur", choices=[("", "Je ne sais pas"), ("x", "Colis Express")], required=False
    )
    explanation = forms.CharField(
        label="Expliquez en quelques phrases",
        help_text="Le vendeur lira ce texte.",
        widget=forms.Textarea,
        max_length=5000,
    )
    photos = FilesField(
        label="Photos et documents",
        required=False,
        max_bytes=15_000_000,
        help_text="La partie cassée, l’emballage, l’étiquette. 15 Mo par fichier.",
    )
    agreed = forms.BooleanField(
        label="Ce que j’ai écrit est exact", help_text="Le vendeur et la plateforme le verront."
    )


def trace(due: str) -> list[str]:
    """Return an explanation as `rules.wording.trace` words one."""
    return [
        "Litige ouvert : jeudi 19 novembre 2026, 14 h 12 (heure de Paris)",
        "+ 5 jours : réponse du vendeur, conditions de Place Orion, version 3, du 1er septembre 2026",
        f"= {due} inclus (heure de Paris)",
        "Aucune suspension.",
    ]


def sample() -> dict[str, Any]:
    """Return the context of the style guide. Dates are relative to now, ends are exclusive."""
    now = clock.now()

    def end_of(days: int) -> datetime:
        tomorrow = timezone.localtime(now).date() + timedelta(days=days + 1)
        return timezone.make_aware(datetime.combine(tomorrow, time()))

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    act = {"label": "Accepter 20,00 €", "url": "#", "post": False}
    return {
        "crumbs": [("Mes commandes", "#"), ("Casque Nova", "#"), ("Litige L-7F3KQXM9", "")],
        "deadlines": [end_of(12), now + timedelta(hours=31), now + timedelta(hours=5), ago(2)],
        "due_at": end_of(4),
        "trace": trace("mardi 24 novembre 2026, 23 h 59"),
        "basis": "Conditions de Place Orion, version 3, paragraphe 4.2. Plus favorable que la loi.",
        "timeline": [
            {"label": "Vendeur contacté", "at": ago(16), "state": "done"},
            {"label": "Litige ouvert", "at": ago(1), "state": "done"},
            {"label": "Réponse du vendeur", "at": end_of(3), "note": "au plus tard", "state": "current"},
            {"label": "Décision", "at": end_of(14), "note": "au plus tard", "state": "next"},
            {
                "label": "Remboursement",
                "at": end_of(18),
                "note": "au plus tard (loi, plus favorable)",
                "state": "next",
            },
        ],
        "offers": [
            {
                "who": "Vous demandez",
                "amount": Money(8990, "EUR"),
                "lines": ["Remboursement entier, retour à la charge du vendeur."],
            },
            {
                "who": "Le vendeur propose",
                "amount": Money(2000, "EUR"),
                "title": "sans retour",
                "lines": [
                    "Vous gardez l’article et recevez 20,00 €.",
                    "Valable jusqu’au vendredi 27 novembre, 23 h 59.",
                ],
                "chosen": True,
                "actions": [
                    act,
                    {"label": "Refuser", "url": "#", "style": "secondary"},
                    {"label": "Contre-proposer", "url": "#", "style": "secondary"},
                ],
            },
            {"who": "La plateforme propose"},
        ],
        "entitlements": [
            {
                "what": "Renvoyer l’article",
                "policy": "10 jours : jeudi 12 novembre",
                "law": "14 jours, puis 14 : lundi 30 novembre",
                "counts": "lundi 30 novembre",
                "law_is_better": True,
            },
            {
                "what": "Être remboursé",
                "policy": "du 33e au 50e jour : 25 décembre",
                "law": "14 jours : jeudi 19 novembre",
                "counts": "jeudi 19 novembre",
                "law_is_better": True,
                "steps": trace("jeudi 19 novembre 2026, 23 h 59"),
                "why": "Pourquoi cette date de remboursement ?",
            },
            {
                "what": "Frais de retour",
                "policy": "à la charge du vendeur",
                "law": "à votre charge",
                "counts": "à la charge du vendeur",
            },
        ],
        "orders": [
            {
                "title": "Casque Nova",
                "shop": "Atelier du Son",
                "where": "Livrée le lundi 2 novembre (transporteur)",
                "total": Money(8990, "EUR"),
                "note": "Vous pouvez ouvrir un litige.",
                "due_at": end_of(4),
                "actions": [{"label": "Un problème ?", "url": "#", "described": "avec Casque Nova"}],
            },
            {
                "title": "Lampe Orion et deux ampoules",
                "shop": "Maison Lumen",
                "where": "En route, attendue avant le samedi 28 novembre",
                "total": Money(124000, "EUR"),
                "note": "Litige possible à partir du dimanche 29 novembre si elle n’arrive pas.",
                "actions": [
                    {
                        "label": "Écrire au vendeur",
                        "url": "#",
                        "style": "secondary",
                        "described": "Maison Lumen",
                    }
                ],
            },
        ],
        "facts": [
            ("Commande", "2026-1102-4417"),
            ("Motif", "Reçu cassé"),
            ("Montant payé", "89,90 €"),
            ("Date de livraison", "lundi 2 novembre 2026, selon le transporteur"),
        ],
        "files": [
            {
                "number": "A-1",
                "name": "arceau.jpg",
                "url": "#",
                "thumbnail": "/static/ui/icon.svg",
                "size": 2_400_000,
                "by": "Vous",
                "at": ago(1),
            },
            {
                "number": "A-2",
                "name": "facture-casque-nova-2026-11-02.pdf",
                "url": "#",
                "size": 81_000,
                "by": "Vous",
                "at": ago(1),
            },
            {
                "number": "V-1",
                "name": "emballage.jpg",
                "url": "#",
                "size": 900_000,
                "by": "Atelier du Son",
                "at": ago(0),
            },
        ],
        "thread": [
            {
                "who": "Camille Martin",
                "at": ago(3),
                "mine": True,
                "text": "Bonjour,\nl’arceau est arrivé cassé net. Photos jointes.",
            },
            {
                "who": "Atelier du Son",
                "at": ago(2),
                "text": "L’emballage était conforme au départ. Nous proposons 20,00 €.",
            },
            {
                "who": "Léa, plateforme",
                "at": ago(1),
                "internal": True,
                "text": "Troisième dossier de cette référence.",
            },
        ],
        "owed": Money(8990, "EUR"),
        "added": Money(450, "EUR"),
        "late_since": (now - timedelta(days=2)).date(),
        "meter_lines": [
            "À partir du lundi 30 novembre : + 10 %, soit 8,99 €",
            "À partir du jeudi 10 décembre : + 20 %, soit 17,98 €",
        ],
        "tabs": [
            {"label": "Échanges", "url": "#", "current": True, "count": 7},
            {"label": "Pièces", "url": "#", "count": 4},
            {"label": "Vos droits", "url": "#"},
            {"label": "Dates", "url": "#"},
        ],
        "queue": [
            ("L-7F3KQXM9", "Casque Nova · reçu cassé", Money(8990, "EUR"), "Atelier du Son", end_of(9)),
            (
                "L-2HB7WT4C",
                "Lampe Orion · non reçue",
                Money(2400, "EUR"),
                "Maison Lumen",
                now + timedelta(hours=5),
            ),
            ("L-9PLK3D8A", "Manteau · mauvais article", Money(14500, "EUR"), "Fil et Laine", ago(1)),
        ],
        "form": SampleForm(prefix="a", initial={"ground": "damaged"}),
        "wrong": SampleForm({"b-amount": "beaucoup", "b-carrier": "x"}, prefix="b"),
    }
