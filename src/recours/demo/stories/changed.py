"""Buyers who changed their mind: in part, about an article that the seller says is excluded, and before delivery."""

from __future__ import annotations

from recours.demo.cast import CAMILLE, FILOSELLE, GABRIELLE, GARANCE, JONAS, KOBALT, MARILOU, SOIZIC, YANIS
from recours.demo.stage import Stage


def one_of_two(stage: Stage) -> None:
    """One of two cushions goes back: its share of the price, and no shipping."""
    order = stage.order(
        YANIS, GARANCE, [("Coussin Lichen", 2, 5800)], ordered=9, promised=4, delivered=5, shipping=590
    )
    stage.story(YANIS, GABRIELLE).withdraws(stage.ago(1, "20:12"), order=order, quantities={1: 1})


def engraved(stage: Stage) -> None:
    """The seller says that an engraved bracelet is made to order; the buyer disagrees, and the platform judges."""
    order = stage.order(
        MARILOU,
        FILOSELLE,
        [("Bracelet cuir, initiale au choix", 1, 3900)],
        ordered=8,
        promised=3,
        delivered=4,
    )
    order.lines.update(exclusion="personalised")
    stage.story(MARILOU, SOIZIC).withdraws(stage.ago(2, "12:47"), order=order, contests=True)


def before_it_came(stage: Stage) -> None:
    """Nothing has come yet: the refund is due at once, with standard delivery."""
    order = stage.order(MARILOU, KOBALT, [("Bouilloire Onde", 1, 5490)], ordered=4, promised=-4, shipping=990)
    order.shipping_standard_minor = 490
    order.save(update_fields=["shipping_standard_minor"])
    stage.story(MARILOU, JONAS).withdraws(stage.ago(1, "08:30"), order=order)


def sealed(stage: Stage) -> None:
    """Inside the term, and nothing declared: one of two articles is excluded once it has been unsealed."""
    order = stage.order(
        CAMILLE,
        FILOSELLE,
        [("Boucles d’oreilles Goutte", 1, 2600), ("Trousse en lin", 1, 1900)],
        ordered=8,
        promised=3,
        delivered=4,
        shipping=390,
    )
    order.lines.filter(position=1).update(exclusion="hygiene")


STORIES = (one_of_two, engraved, before_it_came, sealed)
