"""Goods on their way back that do not come back as agreed: a part of them, missing pieces, refused, lost."""

from __future__ import annotations

from recours.demo.cast import CAMILLE, FILOSELLE, GABRIELLE, GARANCE, JONAS, KOBALT, MARILOU, SOIZIC, YANIS
from recours.demo.stage import Stage
from recours.marketplaces.models import Order
from recours.rules.lifecycle.claim import Pieces
from recours.rules.lifecycle.commands import (
    Accept,
    ContestReturn,
    RecordReturnArrival,
    ReportReturnLost,
    ReportReturnRefused,
    ShipReturn,
)
from recours.rules.lifecycle.vocabulary import Ground


def a_part(stage: Stage) -> None:
    """Two of four bowls go back: the refund follows them."""
    order = stage.order(
        MARILOU, GARANCE, [("Bol Argile, bleu", 4, 9960)], ordered=31, promised=24, delivered=23
    )
    story = stage.story(MARILOU, GABRIELLE).opens(
        stage.ago(16, "12:10"),
        Ground.NOT_AS_DESCRIBED,
        "Les bols sont gris, pas bleus. J’en garde deux.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(14, "09:35"), Accept)
    story.buyer(
        stage.ago(8, "18:20"),
        ShipReturn,
        shipped_on=stage.day(8),
        carrier="Mondial Relay",
        tracking="48215603",
        sent=_some(order, 2),
    )


def missing_piece(stage: Stage) -> None:
    """Three cushions were announced and two came, says the shop: their refund is offered, the rest is contested."""
    order = stage.order(
        CAMILLE, FILOSELLE, [("Coussin Lisière", 3, 8970)], ordered=34, promised=27, delivered=26
    )
    story = stage.story(CAMILLE, SOIZIC).opens(
        stage.ago(19, "20:05"),
        Ground.DEFECTIVE,
        "Les fermetures des trois coussins lâchent.",
        order=order,
        goods_return=True,
    )
    story.seller(stage.ago(17, "10:15"), Accept)
    story.buyer(
        stage.ago(13, "12:40"),
        ShipReturn,
        shipped_on=stage.day(13),
        carrier="Colissimo",
        tracking="8R15603482177",
    )
    story.seller(
        stage.ago(9, "11:25"),
        RecordReturnArrival,
        arrived_on=stage.day(9),
        condition="Carton recollé sur un côté avec un autre ruban.",
    )
    story.seller(
        stage.ago(5, "16:50"),
        ContestReturn,
        reasons="Le colis contenait deux coussins sur trois. Nous remboursons ces deux-là tout de suite.",
        came=_some(order, 2),
    )


def refused_at_the_door(stage: Stage) -> None:
    """The carrier brought the parcel and the shop did not take it: it counts as arrived."""
    order = stage.order(
        YANIS, KOBALT, [("Balance de cuisine Gramme", 1, 4490)], ordered=33, promised=26, delivered=25
    )
    story = stage.story(YANIS, JONAS).opens(
        stage.ago(18, "07:55"), Ground.DEFECTIVE, "L’écran s’éteint seul.", order=order, goods_return=True
    )
    story.seller(stage.ago(16, "13:45"), Accept)
    story.buyer(
        stage.ago(12, "17:30"),
        ShipReturn,
        shipped_on=stage.day(12),
        carrier="La Poste",
        tracking="CB473124829FR",
    )
    story.buyer(
        stage.ago(2, "19:10"),
        ReportReturnRefused,
        refused_on=stage.day(3),
        text="Suivi du transporteur : « Refusé par le destinataire ».",
    )


def lost_on_the_way(stage: Stage) -> None:
    """The carrier has lost the parcel: the platform looks into it without waiting."""
    order = stage.order(
        MARILOU, FILOSELLE, [("Plaid Lisière", 1, 6900)], ordered=38, promised=31, delivered=30
    )
    story = stage.story(MARILOU, SOIZIC).opens(
        stage.ago(23, "21:15"), Ground.WRONG_ITEM, "J’ai reçu le plaid vert.", order=order, goods_return=True
    )
    story.seller(stage.ago(21, "09:05"), Accept)
    story.buyer(
        stage.ago(18, "12:00"),
        ShipReturn,
        shipped_on=stage.day(18),
        carrier="GLS",
        tracking="21560348217",
    )
    story.buyer(
        stage.ago(5, "10:30"),
        ReportReturnLost,
        text="Le service client de GLS m’écrit que le colis est introuvable depuis le dépôt de Nantes.",
    )


def _some(order: Order, quantity: int) -> tuple[Pieces, ...]:
    """So many pieces of the order's first line."""
    line = order.lines.get(position=1)
    return (Pieces(line_id=line.pk, quantity=quantity),)


STORIES = (a_part, missing_piece, refused_at_the_door, lost_on_the_way)
