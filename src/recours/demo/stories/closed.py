"""Claims that have ended, one for each way to end."""

from __future__ import annotations

from recours.demo.cast import (
    CAMILLE,
    FILOSELLE,
    GABRIELLE,
    GARANCE,
    HELENE,
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
from recours.rules.lifecycle.commands import (
    Accept,
    AcceptOffer,
    Escalate,
    MakeOffer,
    MarkSolved,
    Refuse,
    Rule,
    ShipReplacement,
    Take,
    Withdraw,
)
from recours.rules.lifecycle.vocabulary import Ground, Remedy


def refunded(stage: Stage) -> None:
    """Accepted the next day and paid back on the card."""
    order = stage.order(
        CAMILLE, GARANCE, [("Carafe Source", 1, 3600)], ordered=40, promised=33, delivered=32, shipping=590
    )
    story = stage.story(CAMILLE, GABRIELLE).opens(
        stage.ago(30, "18:00"),
        Ground.DAMAGED,
        "La carafe est arrivée en trois morceaux.",
        order=order,
        photos=("assiette",),
    )
    story.seller(stage.ago(29, "09:40"), Accept).paid(stage.ago(29, "09:42"))


def partly_refunded(stage: Stage) -> None:
    """An offer of part of the money, accepted and paid."""
    order = stage.order(
        YANIS, FILOSELLE, [("Pull marin, taille M", 1, 8900)], ordered=34, promised=27, delivered=26
    )
    story = stage.story(YANIS, SOIZIC).opens(
        stage.ago(22, "12:40"), Ground.NOT_AS_DESCRIBED, "Un fil tiré sur la manche gauche.", order=order
    )
    story.seller(
        stage.ago(21, "08:30"),
        MakeOffer,
        terms=Terms(remedy=Remedy.REFUND, amount=euros(1500)),
        reasons="Cela se reprend facilement : 15 € pour la couture, et vous le gardez.",
    )
    story.buyer(stage.ago(20, "20:00"), AcceptOffer, number=1).paid(stage.ago(20, "20:01"))


def replaced(stage: Stage) -> None:
    """The shop sent the right article."""
    order = stage.order(
        MARILOU, KOBALT, [("Adaptateur HDMI Passe", 2, 3980)], ordered=36, promised=29, delivered=29
    )
    story = stage.story(MARILOU, JONAS).opens(
        stage.ago(25, "15:00"),
        Ground.WRONG_ITEM,
        "J’ai reçu deux adaptateurs DisplayPort.",
        order=order,
        remedy=Remedy.REPLACEMENT,
    )
    story.seller(stage.ago(24, "10:00"), Accept)
    story.seller(stage.ago(22, "10:00"), ShipReplacement, carrier="DHL", tracking="JD014600006281")


def settled(stage: Stage) -> None:
    """The parcel turned up."""
    order = stage.order(
        MARILOU, GARANCE, [("Panier Dune", 1, 4500)], ordered=30, promised=20, carrier="Mondial Relay"
    )
    story = stage.story(MARILOU, GABRIELLE).opens(
        stage.ago(15, "09:00"), Ground.LOST, "Le colis devait arriver il y a cinq jours.", order=order
    )
    story.buyer(stage.ago(13, "19:30"), MarkSolved)


def rejected(stage: Stage) -> None:
    """The platform decided for the seller, and nobody appealed."""
    order = stage.order(
        YANIS, NOVA, [("Écouteurs Brise, étui noir", 1, 4590)], ordered=62, promised=50, delivered=49
    )
    story = stage.story(YANIS, WEN).opens(
        stage.ago(45, "11:00"),
        Ground.NOT_AS_DESCRIBED,
        "Le son est moins bon que je ne pensais.",
        order=order,
    )
    story.seller(
        stage.ago(43, "09:00"), Refuse, reasons="Le produit est conforme à la fiche, mesures jointes."
    )
    story.buyer(stage.ago(41, "18:00"), Escalate)
    story.agent(stage.ago(38, "10:00"), Take, who=HELENE)
    story.agent(
        stage.ago(36, "16:00"),
        Rule,
        who=HELENE,
        rule="conditions §4.2",
        reasons="Les écouteurs ont toutes les qualités annoncées. Une déception n’est pas un défaut de conformité.",
    )


def merged(stage: Stage) -> None:
    """Two claims about two articles of one parcel, which the platform reads as one."""
    order = stage.order(
        YANIS,
        KOBALT,
        [("Hub Quai, 4 ports", 1, 2490), ("Support Quai, aluminium", 1, 1990)],
        ordered=58,
        promised=51,
        delivered=50,
    )
    first, second = stage.story(YANIS, JONAS), stage.story(YANIS, JONAS)
    for story, line, hour, text in (
        (first, 1, "10:00", "La couleur n’est pas celle de la photo."),
        (second, 2, "10:20", "Lui non plus n’a pas la couleur de la photo."),
    ):
        story.opens(stage.ago(44, hour), Ground.NOT_AS_DESCRIBED, text, order=order, quantities={line: 1})
        story.seller(
            stage.ago(42, hour), Refuse, reasons="La fiche annonce un gris anthracite, photos à l’appui."
        )
        story.buyer(stage.ago(41, hour), Escalate)
    second.goes_on_in(
        stage.ago(40, "14:00"), first, who=HELENE, reason="Même colis, même question de couleur."
    )
    first.agent(stage.ago(40, "14:05"), Take, who=HELENE)
    first.agent(
        stage.ago(38, "15:00"),
        Rule,
        who=HELENE,
        rule="conditions §4.2",
        reasons="La fiche et ses photos montrent un gris anthracite, celui des deux articles reçus.",
    )


def withdrawn(stage: Stage) -> None:
    """Given up long ago."""
    order = stage.order(
        CAMILLE, FILOSELLE, [("Trousse en cuir", 1, 3900)], ordered=48, promised=41, delivered=41
    )
    story = stage.story(CAMILLE, SOIZIC).opens(
        stage.ago(38, "10:00"), Ground.DEFECTIVE, "La fermeture accroche.", order=order
    )
    story.buyer(stage.ago(37, "10:00"), Withdraw, reason="Un peu de savon a suffi.")


def lapsed(stage: Stage) -> None:
    """The goods were never sent back."""
    order = stage.order(
        MARILOU, NOVA, [("Support de casque Arche", 1, 2490)], ordered=70, promised=62, delivered=61
    )
    story = stage.story(MARILOU, WEN).opens(
        stage.ago(55, "10:00"),
        Ground.NOT_AS_DESCRIBED,
        "Il est en plastique, non en bois.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(53, "10:00"), Accept)


def granted_by_silence(stage: Stage) -> None:
    """The seller never answered: granted, and paid on the card."""
    order = stage.order(
        YANIS, KOBALT, [("Chargeur mural Duo", 1, 2990)], ordered=36, promised=29, delivered=28
    )
    story = stage.story(YANIS, JONAS).opens(
        stage.ago(24, "08:20"), Ground.DEFECTIVE, "L’un des deux ports ne charge pas.", order=order
    )
    story.paid(stage.ago(18, "00:02"))


def credited(stage: Stage) -> None:
    """The buyer preferred store credit to the same sum on the card."""
    order = stage.order(
        CAMILLE,
        FILOSELLE,
        [("Chaussettes de laine, lot de 3", 1, 2700)],
        ordered=26,
        promised=19,
        delivered=18,
    )
    story = stage.story(CAMILLE, SOIZIC).opens(
        stage.ago(8, "19:10"),
        Ground.NOT_AS_DESCRIBED,
        "La teinte est plus vive que sur la photo.",
        order=order,
    )
    story.seller(
        stage.ago(5, "09:20"),
        MakeOffer,
        terms=Terms(remedy=Remedy.CREDIT, amount=euros(1200)),
        reasons="12 € à dépenser chez nous, et vous les gardez.",
    )
    # Issued at the present: its provider dates it by the clock.
    story.buyer(stage.ago(1, "21:00"), AcceptOffer, number=1).paid(stage.now)


STORIES = (
    refunded,
    partly_refunded,
    replaced,
    settled,
    rejected,
    merged,
    withdrawn,
    lapsed,
    granted_by_silence,
    credited,
)
