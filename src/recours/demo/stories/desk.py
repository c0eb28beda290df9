"""Claims before the platform."""

from __future__ import annotations

from recours.demo.cast import (
    CAMILLE,
    FILOSELLE,
    GABRIELLE,
    GARANCE,
    HELENE,
    INES,
    JONAS,
    KOBALT,
    MARILOU,
    NOVA,
    SOIZIC,
    THEO,
    WEN,
    YANIS,
)
from recours.demo.stage import Stage, euros
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.commands import (
    AcceptOffer,
    AppealRuling,
    AskEvidence,
    Assign,
    Escalate,
    Propose,
    Refuse,
    Rule,
    Take,
)
from recours.rules.lifecycle.vocabulary import AppealReason, Ground, Remedy, Role


def paused(stage: Stage) -> None:
    """The agent asked the buyer for a photo: the platform's clock stands still meanwhile."""
    order = stage.order(
        CAMILLE, KOBALT, [("Montre Midi, cuir brun", 1, 12900)], ordered=24, promised=16, delivered=15
    )
    story = stage.story(CAMILLE, JONAS).opens(
        stage.ago(9, "13:30"),
        Ground.DEFECTIVE,
        "De la buée sous le verre après une averse, alors que la montre est annoncée étanche. Et une rayure que je"
        " n’ai pas faite.",
        order=order,
        photos=("montre",),
        goods_return=True,
    )
    story.seller(
        stage.ago(6, "15:10"),
        Refuse,
        reasons="L’étanchéité annoncée est de 3 ATM : elle supporte la pluie, non la natation. Nous pensons à un usage"
        " non conforme.",
    )
    story.buyer(
        stage.ago(5, "19:22"), Escalate, reasons="Je n’ai pas nagé avec, c’était une averse en ville."
    )
    story.agent(stage.ago(4, "09:15"), Take)
    story.notes(
        stage.ago(4, "09:20"),
        "Troisième dossier sur ce modèle ce mois-ci. Voir avec la boutique si un lot est en cause.",
    )
    story.agent(
        stage.ago(1, "16:45"),
        AskEvidence,
        of=Role.BUYER,
        text="Pouvez-vous envoyer une photo du dos de la montre, où l’on voit le numéro de série et le joint ?",
    )


def split(stage: Stage) -> None:
    """Two articles of one parcel with two matters: the desk reads them apart, at the dates that were given for both."""
    order = stage.order(
        YANIS,
        KOBALT,
        [("Lampe de bureau Phare", 1, 5490), ("Tapis de souris Plage", 1, 1990)],
        ordered=19,
        promised=12,
        delivered=11,
    )
    whole = stage.story(YANIS, JONAS).opens(
        stage.ago(8, "18:05"),
        Ground.NOT_AS_DESCRIBED,
        "La lampe n’a pas le variateur annoncé. Et le tapis est gris, alors que j’avais choisi le bleu.",
        order=order,
    )
    whole.seller(
        stage.ago(6, "09:40"),
        Refuse,
        reasons="La fiche annonce un interrupteur. Pour le tapis, nous attendons une photo de l’étiquette.",
    )
    whole.buyer(stage.ago(5, "20:15"), Escalate)
    whole.gives_up(
        stage.ago(2, "11:20"),
        2,
        who=HELENE,
        reason="La lampe se juge sur la fiche, le tapis sur ce qui a été expédié : deux affaires.",
    )


def overdue(stage: Stage) -> None:
    """The platform promised a ruling and made none: it is the first of the queue."""
    order = stage.order(
        YANIS,
        NOVA,
        [("Barre de son Rive", 1, 14990)],
        ordered=44,
        promised=30,
        delivered=30,
        carrier="Yun Express",
    )
    story = stage.story(YANIS, WEN).opens(
        stage.ago(24, "10:18"),
        Ground.DEFECTIVE,
        "Le canal gauche grésille dès que le volume dépasse la moitié.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(21, "08:40"), Refuse, reasons="Nos essais en sortie d’usine étaient bons.")
    story.buyer(
        stage.ago(18, "20:10"),
        Escalate,
        reasons="J’ai essayé trois sources différentes, le défaut reste le même.",
    )


def unassigned(stage: Stage) -> None:
    """Just escalated; nobody has taken it."""
    order = stage.order(
        MARILOU,
        GARANCE,
        [("Miroir Anse, 60 cm", 1, 9900)],
        ordered=21,
        promised=13,
        delivered=12,
        shipping=1290,
    )
    story = stage.story(MARILOU, GABRIELLE).opens(
        stage.ago(6, "18:18"),
        Ground.DAMAGED,
        "Le miroir est arrivé fêlé dans l’angle. Le livreur ne m’a pas laissé ouvrir le colis devant lui.",
        order=order,
        photos=("colis",),
    )
    story.seller(stage.ago(4, "10:00"), Refuse, reasons="Le bon de livraison a été signé sans réserve.")
    story.shows(stage.ago(4, "10:02"), Role.SELLER, ("emballage",))
    story.buyer(
        stage.ago(2, "07:55"),
        Escalate,
        reasons="Je n’ai pas pu faire de réserve : le colis était fermé quand j’ai signé.",
    )


def proposal(stage: Stage) -> None:
    """The platform's own proposal stands beside the parties'; the seller has accepted it."""
    order = stage.order(
        CAMILLE, FILOSELLE, [("Sac en toile huilée", 1, 11500)], ordered=27, promised=18, delivered=17
    )
    story = stage.story(CAMILLE, SOIZIC).opens(
        stage.ago(12, "12:12"),
        Ground.NOT_AS_DESCRIBED,
        "Les anses sont plus courtes que sur l’annonce : 48 cm annoncés, 39 cm mesurés.",
        order=order,
    )
    story.seller(
        stage.ago(9, "14:00"), Refuse, reasons="Les sacs sont faits main, un écart est normal et signalé."
    )
    story.buyer(stage.ago(8, "21:30"), Escalate, reasons="Neuf centimètres, ce n’est pas un petit écart.")
    story.agent(stage.ago(6, "11:05"), Take, who=THEO)
    story.agent(
        stage.ago(3, "11:40"),
        Propose,
        who=THEO,
        terms=Terms(remedy=Remedy.REFUND, amount=euros(4000)),
        reasons="L’écart dépasse ce que l’annonce prévoit (3 cm) mais le sac reste utilisable : 40 € et vous le"
        " gardez.",
    )
    story.seller(stage.ago(2, "09:45"), AcceptOffer, number=1)


def double_charge(stage: Stage) -> None:
    """A payment taken twice concerns the marketplace: no seller, straight to the desk."""
    stage.order(MARILOU, KOBALT, [("Bouilloire Palier", 1, 6490)], ordered=8, promised=2, delivered=2)
    twice = stage.payment(MARILOU, 6490, days=8)
    story = stage.story(MARILOU).opens(
        stage.ago(3, "22:04"),
        Ground.PAYMENT_ERROR,
        "J’ai payé 64,90 € une fois, et ma banque montre deux débits du même montant le même jour.",
        payment=twice,
        photos=("releve",),
    )
    story.agent(stage.ago(2, "10:30"), Take)
    story.notes(
        stage.ago(2, "10:41"), "Vu dans le journal des paiements : deux autorisations à 11 secondes d’écart."
    )


def purchase_failed(stage: Stage) -> None:
    """A purchase that never came to be: nothing was charged, and somebody must still answer."""
    stage.story(YANIS).opens(
        stage.ago(1, "23:10"),
        Ground.TECHNICAL_FAULT,
        "Au moment de payer, la page est revenue au panier trois fois de suite. Ma carte n’a pas été débitée, mais je"
        " n’ai pas pu commander avant la fin de la promotion.",
    )


def ruled(stage: Stage) -> None:
    """Decided for the buyer two days ago; either side may still appeal."""
    order = stage.order(
        MARILOU, NOVA, [("Casque Nova Junior", 2, 7980)], ordered=31, promised=22, delivered=21
    )
    story = stage.story(MARILOU, WEN).opens(
        stage.ago(16, "17:45"),
        Ground.NOT_AS_DESCRIBED,
        "Le volume n’est pas limité à 85 dB comme annoncé : c’est pour des enfants, c’est la raison de mon achat.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(13, "09:00"), Refuse, reasons="La limite se règle dans l’application.")
    story.buyer(
        stage.ago(12, "20:20"), Escalate, reasons="Il n’existe pas d’application en français pour ce modèle."
    )
    story.agent(stage.ago(9, "10:10"), Take, who=THEO)
    story.agent(
        stage.ago(2, "15:05"),
        Rule,
        who=THEO,
        rule="law:FR:conso:L217-3",
        reasons="L’annonce promet une limite à 85 dB sans condition. Le casque n’a pas cette qualité sans une"
        " application introuvable. Remboursement complet, retour aux frais de la boutique.",
        terms=Terms(remedy=Remedy.REFUND, amount=euros(7980), goods_return=True, return_paid_by=Role.SELLER),
    )


def appealed(stage: Stage) -> None:
    """Rejected by one agent, appealed by the buyer: another one must judge it."""
    order = stage.order(
        YANIS, KOBALT, [("Webcam Perron HD", 1, 7490)], ordered=40, promised=32, delivered=31, method="paypal"
    )
    story = stage.story(YANIS, JONAS).opens(
        stage.ago(20, "12:00"),
        Ground.DEFECTIVE,
        "L’image se fige au bout de dix minutes de visio.",
        order=order,
    )
    story.seller(stage.ago(17, "10:30"), Refuse, reasons="Nous n’avons pas pu reproduire le défaut.")
    story.buyer(stage.ago(15, "19:00"), Escalate, reasons="Il se produit à chaque appel.")
    story.agent(stage.ago(12, "09:30"), Take)
    story.agent(
        stage.ago(6, "11:30"),
        Rule,
        rule="conditions §4.2",
        reasons="Aucune pièce ne montre le défaut ; la boutique a fourni un test de deux heures sans coupure.",
    )
    story.buyer(
        stage.ago(3, "18:30"),
        AppealRuling,
        reason=AppealReason.NEW_EVIDENCE,
        text="Je joins le relevé de trois appels coupés, avec l’heure, fourni par mon opérateur.",
    )
    story.shows(stage.ago(3, "18:31"), Role.BUYER, ("releve",))


def assigned_by_administrator(stage: Stage) -> None:
    """An administrator gave it to an agent; a late parcel whose tracking stands still."""
    order = stage.order(
        MARILOU, FILOSELLE, [("Gilet Jacquard", 1, 9600)], ordered=42, promised=26, carrier="Mondial Relay"
    )
    story = stage.story(MARILOU, SOIZIC).opens(
        stage.ago(10, "07:30"),
        Ground.LOST,
        "Le suivi ne bouge plus depuis trois semaines, et le point relais n’a rien reçu.",
        order=order,
    )
    story.seller(
        stage.ago(7, "12:20"),
        Refuse,
        reasons="Le transporteur dit que le colis est toujours en acheminement.",
    )
    story.buyer(stage.ago(4, "08:08"), Escalate, reasons="Il devait arriver il y a plus de deux semaines.")
    story.agent(stage.ago(2, "08:50"), Assign, who=HELENE, agent=stage.users[INES.key].pk)


STORIES = (
    paused,
    split,
    overdue,
    unassigned,
    proposal,
    double_charge,
    purchase_failed,
    ruled,
    appealed,
    assigned_by_administrator,
)
