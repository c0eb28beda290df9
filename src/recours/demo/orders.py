"""What the demo's buyers bought and did not complain about yet: one order for every situation a page must show."""

from __future__ import annotations

from recours.demo.cast import CAMILLE, FILOSELLE, GARANCE, KOBALT, MARILOU, NOVA, YANIS
from recours.demo.stage import Stage
from recours.marketplaces.models import Payment


def quiet_orders(stage: Stage) -> None:
    """Orders without a claim, most of them Camille's, and payments from which no purchase came."""
    # On its way, in time; on its way, late; lost since the promised day.
    stage.order(CAMILLE, GARANCE, [("Lampe Orion, abat-jour lin", 1, 2400)], ordered=3, promised=-6)
    stage.order(
        CAMILLE, KOBALT, [("Balance de cuisine Lot 2", 1, 3290)], ordered=14, promised=2, shipping=490
    )
    stage.order(
        CAMILLE, NOVA, [("Écouteurs Brise, étui blanc", 1, 4590)], ordered=38, promised=12, method="paypal"
    )
    # Delivered: yesterday, five days ago, and after the ten days of the marketplace's own conditions.
    stage.order(
        CAMILLE,
        NOVA,
        [("Casque Nova 2 filaire", 1, 5990)],
        ordered=11,
        promised=0,
        delivered=1,
        method="paypal",
    )
    stage.order(
        CAMILLE, FILOSELLE, [("Bonnet côtelé, laine mérinos", 2, 5200)], ordered=10, promised=4, delivered=5
    )
    stage.order(
        CAMILLE, GARANCE, [("Plaid gaufré, vert sauge", 1, 6490)], ordered=18, promised=11, delivered=12
    )
    stage.order(
        CAMILLE, KOBALT, [("Câble USB-C tressé, 2 m", 3, 3570)], ordered=26, promised=19, delivered=20
    )
    stage.order(CAMILLE, NOVA, [("Micro-cravate Galet", 1, 2990)], ordered=52, promised=38, delivered=40)
    # Nobody knows when it arrived; the buyer can say it.
    stage.order(
        CAMILLE, FILOSELLE, [("Carnet relié main, papier coton", 1, 2800)], ordered=9, carrier="Lettre suivie"
    )
    # It came, a week after the promised day.
    stage.order(CAMILLE, GARANCE, [("Bougeoir en laiton", 2, 3800)], ordered=17, promised=9, delivered=2)
    _two_parcels(stage)
    # A card that was refused, and a charge with no order to it.
    stage.payment(CAMILLE, 4590, days=38, status=Payment.Status.FAILED)
    stage.payment(CAMILLE, 6490, days=4)

    stage.order(YANIS, KOBALT, [("Clavier mécanique Ton", 1, 11900)], ordered=4, promised=-3)
    stage.order(YANIS, GARANCE, [("Vase Colline", 1, 3400)], ordered=15, promised=8, delivered=8)
    stage.order(MARILOU, FILOSELLE, [("Moufles enfant", 2, 4400)], ordered=6, promised=-2)


def _two_parcels(stage: Stage) -> None:
    """Six bowls that came, and a salad bowl of the same order still on its way."""
    order = stage.order(
        CAMILLE,
        GARANCE,
        [("Bol grès, bleu fumé", 6, 7200)],
        ordered=13,
        promised=6,
        delivered=6,
        shipping=690,
    )
    second = stage.parcel(order, promised=1, delivered=None, carrier="Chronopost")
    stage.fill(order, second, [("Saladier grès, bleu fumé", 1, 3900)])
    payment = order.payments.get()
    payment.captured_minor += 3900
    payment.save(update_fields=["captured_minor"])
