"""Claims between buyer and seller."""

from __future__ import annotations

import datetime as dt

from recours.demo.cast import (
    CAMILLE,
    FILOSELLE,
    GABRIELLE,
    GARANCE,
    JONAS,
    KOBALT,
    MARILOU,
    NOVA,
    SOIZIC,
    WEN,
    YANIS,
)
from recours.demo.stage import Stage, euros
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.commands import Ask, Counter, MakeOffer, Refuse, Withdraw
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role


def silent_seller(stage: Stage) -> None:
    """The seller has said nothing for five days: their time ends tonight, and silence grants the request."""
    order = stage.order(
        CAMILLE, NOVA, [("Casque Nova, noir", 1, 8990)], ordered=16, promised=7, delivered=6, method="paypal"
    )
    stage.story(CAMILLE, WEN).opens(
        stage.ago(5, "14:12"),
        Ground.DAMAGED,
        "À l’ouverture du colis, l’arceau du casque était cassé net en deux, avec des morceaux de plastique dans la"
        " boîte. Le carton était enfoncé sur un coin. Je n’ai pas pu m’en servir une seule fois.",
        order=order,
        photos=("casque", "colis"),
    )


def three_days_left(stage: Stage) -> None:
    """Two bowls of four are chipped; the seller still has a few days."""
    order = stage.order(
        YANIS,
        GARANCE,
        [("Assiette creuse, grès clair", 4, 6800)],
        ordered=12,
        promised=5,
        delivered=5,
        shipping=590,
    )
    stage.story(YANIS, GABRIELLE).opens(
        stage.ago(2, "19:47"),
        Ground.DAMAGED,
        "Deux assiettes sur quatre sont fendues. Les deux autres vont bien, je les garde.",
        order=order,
        quantities={1: 2},
        photos=("assiette",),
    )


def partial_offer(stage: Stage) -> None:
    """The seller offers part of the money; the buyer has a week to say."""
    order = stage.order(
        CAMILLE, NOVA, [("Enceinte Galet, bleu", 1, 6490)], ordered=19, promised=9, delivered=9
    )
    story = stage.story(CAMILLE, WEN).opens(
        stage.ago(4, "20:05"),
        Ground.DEFECTIVE,
        "L’enceinte ne charge plus : le voyant reste rouge, même après une nuit sur secteur avec deux câbles"
        " différents.",
        order=order,
        photos=("enceinte",),
    )
    story.says(
        stage.ago(3, "09:30"), Role.SELLER, "Bonjour, avez-vous essayé le câble fourni dans la boîte ?"
    )
    story.says(
        stage.ago(3, "12:51"),
        Role.BUYER,
        "Oui, avec le câble fourni et avec celui de mon téléphone. Même résultat.",
    )
    story.seller(
        stage.ago(2, "10:24"),
        MakeOffer,
        terms=Terms(remedy=Remedy.REFUND, amount=euros(2000)),
        reasons="Nous vous proposons 20 € sans retour : le son fonctionne encore sur secteur.",
    )


def question(stage: Stage) -> None:
    """The seller asked for something; the buyer's answer is awaited."""
    order = stage.order(
        MARILOU, FILOSELLE, [("Écharpe Aubrac, bleu nuit", 1, 7200)], ordered=14, promised=8, delivered=7
    )
    story = stage.story(MARILOU, SOIZIC).opens(
        stage.ago(3, "08:15"),
        Ground.WRONG_ITEM,
        "J’ai commandé une écharpe bleu nuit et j’ai reçu une écharpe moutarde. L’étiquette dit pourtant"
        " « bleu nuit ».",
        order=order,
        photos=("echarpe",),
        remedy=Remedy.REPLACEMENT,
        goods_return=True,
    )
    story.seller(
        stage.ago(1, "17:20"),
        Ask,
        text="Je suis désolée de cette erreur. Préférez-vous la même écharpe en bleu nuit, ou un autre coloris ?",
    )


def counter(stage: Stage) -> None:
    """Refused, and countered: the seller has to answer again."""
    order = stage.order(
        YANIS, KOBALT, [("Hub USB Quai, 7 ports", 1, 5490)], ordered=20, promised=12, delivered=12
    )
    story = stage.story(YANIS, JONAS).opens(
        stage.ago(7, "21:02"),
        Ground.NOT_AS_DESCRIBED,
        "L’annonce promet sept ports en USB 3. Trois d’entre eux ne sont qu’en USB 2.",
        order=order,
    )
    story.seller(
        stage.ago(4, "11:11"),
        Refuse,
        reasons="La fiche technique, plus bas dans l’annonce, précise bien les ports 5 à 7.",
    )
    story.buyer(
        stage.ago(1, "18:40"),
        Counter,
        terms=Terms(remedy=Remedy.REFUND, amount=euros(2500)),
        text="Le titre dit « 7 ports USB 3 ». Je veux bien le garder si vous m’en remboursez une partie.",
    )


def first_contact(stage: Stage) -> None:
    """Written to the seller before any dispute, and not answered yet."""
    order = stage.order(
        CAMILLE, FILOSELLE, [("Tablier en lin lavé", 1, 4200)], ordered=12, promised=6, delivered=5
    )
    stage.story(CAMILLE, SOIZIC).opens(
        stage.ago(1, "11:36"),
        Ground.DEFECTIVE,
        "Bonjour, une couture de la poche s’est défaite au premier lavage. Pouvez-vous m’en envoyer un autre ?",
        order=order,
        remedy=Remedy.REPLACEMENT,
        contact_first=True,
    )


def withdrawn(stage: Stage) -> None:
    """Withdrawn three hours ago: there is still time to think better of it."""
    order = stage.order(CAMILLE, GARANCE, [("Coussin Brume", 2, 5800)], ordered=15, promised=8, delivered=8)
    story = stage.story(CAMILLE, GABRIELLE).opens(
        stage.ago(2, "09:05"), Ground.NOT_AS_DESCRIBED, "Le gris tire nettement sur le beige.", order=order
    )
    story.buyer(
        stage.now - dt.timedelta(hours=3),
        Withdraw,
        reason="À la lumière du jour, la couleur est finalement la bonne.",
    )


STORIES = (silent_seller, three_days_left, partial_offer, question, counter, first_contact, withdrawn)
