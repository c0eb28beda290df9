"""Money by transfer, money that is owed for having come late, and money that nobody asked for."""

from __future__ import annotations

import datetime as dt
import secrets

from recours.demo.banking import transfers_paid
from recours.demo.cast import CAMILLE, FILOSELLE, GABRIELLE, GARANCE, JONAS, KOBALT, MARILOU, SOIZIC, YANIS
from recours.demo.stage import Stage, euros
from recours.marketplaces.models import Order
from recours.refunds.commands import hear
from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.rules.lifecycle.commands import Accept
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money


def account_wanted(stage: Stage) -> None:
    """Accepted three days ago; the buyer had paid by transfer, and is asked for an IBAN."""
    order = stage.order(
        MARILOU, GARANCE, [("Suspension Nénuphar", 1, 8400)], ordered=18, promised=9, delivered=8, method="transfer",
        shipping=990,
    )  # fmt: skip
    story = stage.story(MARILOU, GABRIELLE).opens(
        stage.ago(5, "16:16"),
        Ground.DAMAGED,
        "L’abat-jour est percé, sans doute par un cutter à l’ouverture… mais je n’ai pas utilisé de cutter.",
        order=order,
        photos=("colis",),
    )
    story.seller(stage.ago(3, "10:35"), Accept)


def account_given(stage: Stage) -> None:
    """The buyer gave an IBAN: the desk puts the refund into its next file for the bank."""
    order = stage.order(
        YANIS, KOBALT, [("Clavier Ardoise", 1, 11500)], ordered=16, promised=9, delivered=8, method="transfer"
    )
    story = stage.story(YANIS, JONAS).opens(
        stage.ago(6, "19:30"), Ground.DEFECTIVE, "La touche Entrée ne répond plus.", order=order
    )
    story.seller(stage.ago(4, "11:00"), Accept)
    story.gives_account(stage.ago(2, "08:15"), "DE89370400440532013000")


def paid_by_transfer(stage: Stage) -> None:
    """In a file that the bank has carried out: its statement was read, and says so."""
    order = stage.order(
        MARILOU, FILOSELLE, [("Écharpe Brume", 1, 5400)], ordered=27, promised=19, delivered=18, method="transfer"
    )  # fmt: skip
    story = stage.story(MARILOU, SOIZIC).opens(
        stage.ago(15, "09:05"), Ground.WRONG_ITEM, "Verte, et non grise.", order=order
    )
    story.seller(stage.ago(13, "10:10"), Accept)
    story.gives_account(stage.ago(12, "12:40"), "FR7630006000011234567890189")
    transfers_paid(stage, stage.ago(10, "09:00"))


def paid_late(stage: Stage) -> None:
    """Paid on the card after the law's term: what the law adds is owed, and goes by transfer."""
    order = stage.order(
        CAMILLE, KOBALT, [("Enceinte Galet", 1, 14900)], ordered=60, promised=52, delivered=51
    )
    story = stage.story(CAMILLE, JONAS).opens(
        stage.ago(45, "18:20"),
        Ground.NOT_AS_DESCRIBED,
        "Annoncée étanche, elle a pris l’eau sous la première pluie.",
        order=order,
    )
    story.seller(stage.ago(43, "09:30"), Accept).paid(stage.ago(1, "09:00"))


def never_asked_for(stage: Stage) -> None:
    """Somebody paid a few euros back on the provider's own page: it tells of a refund that nobody here knows."""
    order = stage.order(YANIS, GARANCE, [("Plateau Lichen", 1, 4400)], ordered=12, promised=5, delivered=5)
    stage.story(YANIS, GABRIELLE).opens(
        stage.ago(3, "20:10"), Ground.DAMAGED, "Un éclat sur le bord.", order=order, amount=euros(1500)
    )
    stage.add(stage.ago(1, "15:20"), lambda now: _told_of(order, euros(1500), now))


def _told_of(order: Order, amount: Money, now: dt.datetime) -> None:
    """The provider of cards tells of a refund that was not asked of it here."""
    name = secrets.token_hex(8)
    notice = Notice(
        kind=NoticeKind.REFUND,
        event_id=f"evt_{name}",
        at=now,
        amount=amount,
        payment_ref=order.payments.get().ref,
        ref=f"re_{name}",
        outcome=Outcome.PAID,
    )
    hear("stripe", notice, now=now)


STORIES = (account_wanted, account_given, paid_by_transfer, paid_late, never_asked_for)
