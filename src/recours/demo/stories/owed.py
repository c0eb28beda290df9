"""Claims in which something is owed: goods back, goods again, or money."""

from __future__ import annotations

from recours.demo.cast import CAMILLE, GABRIELLE, GARANCE, JONAS, KOBALT, MARILOU, NOVA, THEO, WEN, YANIS
from recours.demo.stage import Stage, euros
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.commands import (
    Accept,
    AcceptOffer,
    MakeOffer,
    RecordReturnArrival,
    Rule,
    ShipReturn,
    Take,
)
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role


def overdue_refund(stage: Stage) -> None:
    """Agreed long ago and never paid: the law's term is over and the meter runs."""
    order = stage.order(
        CAMILLE,
        NOVA,
        [("Platine Belvédère", 1, 12990)],
        ordered=52,
        promised=41,
        delivered=40,
        method="paypal",
    )
    story = stage.story(CAMILLE, WEN).opens(
        stage.ago(36, "10:40"),
        Ground.DEFECTIVE,
        "Le plateau ne tourne pas à la bonne vitesse : tous les disques sont trop lents.",
        order=order,
    )
    story.says(stage.ago(35, "09:12"), Role.SELLER, "Vous avez raison, cette série a un défaut de courroie.")
    story.seller(stage.ago(35, "09:15"), Accept)
    story.says(
        stage.ago(16, "19:05"),
        Role.BUYER,
        "Bonjour, je n’ai toujours rien reçu. Où en est mon remboursement ?",
    )


def scheduled_refund(stage: Stage) -> None:
    """A charge to give back: the law sets no earlier term here, so the card is paid from the 33rd day."""
    charge = stage.payment(YANIS, 2490, days=28)
    story = stage.story(YANIS).opens(
        stage.ago(24, "20:50"),
        Ground.OVERCHARGE,
        "On m’a débité 24,90 € de frais de douane, alors que la commande partait de France.",
        payment=charge,
    )
    story.agent(stage.ago(20, "11:15"), Take, who=THEO)
    story.agent(
        stage.ago(17, "13:25"),
        Rule,
        who=THEO,
        rule="conditions §5",
        reasons="Aucune frontière n’a été passée : ces frais ne sont pas dus.",
        terms=Terms(remedy=Remedy.REFUND, amount=euros(2490)),
    )


def to_send_back(stage: Stage) -> None:
    """The buyer has to send the goods back."""
    order = stage.order(
        CAMILLE, KOBALT, [("Station météo Embellie", 1, 7990)], ordered=17, promised=10, delivered=10
    )
    story = stage.story(CAMILLE, JONAS).opens(
        stage.ago(5, "08:44"),
        Ground.NOT_AS_DESCRIBED,
        "La sonde extérieure n’est pas dans la boîte, alors qu’elle figure dans l’annonce.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(2, "14:30"), Accept)


def on_its_way_back(stage: Stage) -> None:
    """The return was shipped, and has not arrived."""
    order = stage.order(
        YANIS, NOVA, [("Casque Nova Studio", 1, 15900)], ordered=29, promised=20, delivered=19
    )
    story = stage.story(YANIS, WEN).opens(
        stage.ago(13, "21:21"),
        Ground.NOT_AS_DESCRIBED,
        "Annoncé neuf, il porte des traces d’usage et les mousses sont marquées.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(10, "09:50"), Accept)
    story.buyer(
        stage.ago(4, "17:15"),
        ShipReturn,
        shipped_on=stage.day(4),
        carrier="Colissimo",
        tracking="8R48215603377",
    )


def back_at_the_shop(stage: Stage) -> None:
    """The return arrived yesterday; the seller has a few days to look at it."""
    order = stage.order(
        MARILOU,
        NOVA,
        [("Microphone Estrade", 1, 9990)],
        ordered=33,
        promised=24,
        delivered=23,
        method="paypal",
    )
    story = stage.story(MARILOU, WEN).opens(
        stage.ago(14, "13:13"),
        Ground.DEFECTIVE,
        "Souffle permanent, inutilisable pour enregistrer.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(12, "10:45"), Accept)
    story.buyer(
        stage.ago(7, "12:30"),
        ShipReturn,
        shipped_on=stage.day(7),
        carrier="Chronopost",
        tracking="XS118204418FR",
    )
    story.seller(stage.ago(1, "11:00"), RecordReturnArrival, arrived_on=stage.day(1))


def replacement(stage: Stage) -> None:
    """The buyer accepted a replacement: the shop has to send it."""
    order = stage.order(
        YANIS, GARANCE, [("Théière Ombre, fonte", 1, 6200)], ordered=14, promised=7, delivered=7
    )
    story = stage.story(YANIS, GABRIELLE).opens(
        stage.ago(5, "11:50"), Ground.DAMAGED, "Le couvercle est ébréché.", order=order, amount=euros(6200)
    )
    story.seller(
        stage.ago(3, "15:55"),
        MakeOffer,
        terms=Terms(remedy=Remedy.REPLACEMENT),
        reasons="Nous vous renvoyons une théière complète, gardez la première.",
    )
    story.buyer(stage.ago(1, "09:20"), AcceptOffer, number=1)


STORIES = (
    overdue_refund,
    scheduled_refund,
    to_send_back,
    on_its_way_back,
    back_at_the_shop,
    replacement,
)
