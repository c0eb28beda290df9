"""What is owed, in one sentence: counted or written in a text, or not said at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.rules.guide.test_outcome import PAID, of

from recours.rules.guide import Trouble
from recours.rules.letters import Step, Tried
from recours.rules.money import Money
from recours.rules.wording.guide import owed_source, owed_text

pytestmark = pytest.mark.rules

BOUGHT = date(2026, 10, 1)


def said(trouble: Trouble, country: str = "FR", **answers: Any) -> str:
    found = of(trouble, country=country, **answers).owed
    if found is None:
        return ""
    text = " ".join(filter(None, (owed_text(found, "fr"), owed_source(found, "fr"))))
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_late_refund_is_owed_with_its_surcharge() -> None:
    # Due on 12 October: forty-eight days late, twenty per cent.
    owed = said(Trouble.REFUND_LATE, amount=PAID, claimed_on=date(2026, 9, 28), ordered_on=date(2026, 9, 1))

    assert owed.startswith("107,88 € : 89,90 €, et 17,98 € que la loi ajoute pour le retard.")
    assert "L242-4" in owed


def test_a_refund_whose_goods_are_still_in_hand_waits_for_them() -> None:
    owed = said(
        Trouble.REFUND_LATE,
        amount=PAID,
        ordered_on=BOUGHT,
        delivered_on=date(2026, 10, 10),
        claimed_on=date(2026, 10, 12),
    )

    assert owed.startswith("89,90 €, dès que l’article est renvoyé")


def test_a_refund_that_is_not_late_has_its_day() -> None:
    owed = said(Trouble.REFUND_LATE, amount=PAID, ordered_on=BOUGHT, claimed_on=date(2026, 11, 24))

    assert owed.startswith("89,90 €, le mardi 8 décembre 2026 au plus tard.")


@pytest.mark.parametrize("trouble", [trouble for trouble in Trouble if trouble.is_faulty])
def test_goods_with_a_fault_are_put_right(trouble: Trouble) -> None:
    owed = said(trouble, ordered_on=BOUGHT, delivered_on=date(2026, 11, 20), amount=PAID)

    assert owed.startswith("Un article conforme, réparé ou remplacé sans frais, dans un délai de 30 jours")
    assert "L217-10" in owed


def test_a_fault_after_the_guarantee_owes_nothing_that_we_can_say() -> None:
    assert said(Trouble.DEFECTIVE, ordered_on=date(2024, 1, 2), delivered_on=date(2024, 1, 10)) == ""


def test_a_parcel_is_owed_until_its_day_and_then_the_money_too() -> None:
    assert said(Trouble.LOST, ordered_on=BOUGHT, promised_on=date(2026, 12, 4)).startswith(
        "La livraison, le vendredi 4 décembre 2026 au plus tard."
    )
    assert said(Trouble.LOST, ordered_on=BOUGHT, amount=PAID).startswith(
        "La livraison ; à défaut, le remboursement de 89,90 €."
    )


def test_who_may_still_withdraw_gets_all_back() -> None:
    open_owed = said(Trouble.CHANGE_OF_MIND, ordered_on=BOUGHT, delivered_on=date(2026, 11, 20), amount=PAID)
    over = said(Trouble.CHANGE_OF_MIND, ordered_on=BOUGHT, delivered_on=date(2026, 10, 20), amount=PAID)

    assert open_owed.startswith(
        "89,90 €, livraison comprise, dans un délai de 14 jours après votre déclaration."
    )
    assert over == ""


def test_a_bank_owes_an_unauthorised_charge_while_it_can_be_reported() -> None:
    assert said(Trouble.UNAUTHORISED_CHARGE, paid_on=date(2026, 11, 2), amount=PAID).startswith(
        "89,90 €, que votre banque doit vous rendre"
    )
    assert said(Trouble.UNAUTHORISED_CHARGE, paid_on=date(2024, 11, 2), amount=PAID) == ""


def test_a_second_charge_is_owed_without_an_article() -> None:
    assert said(Trouble.CHARGED_TWICE, paid_on=date(2026, 11, 2), amount=PAID) == "89,90 €, débités à tort."


@pytest.mark.parametrize("trouble", [Trouble.FRAUD, Trouble.TECHNICAL_FAULT, Trouble.LATE])
def test_nothing_is_said_where_no_text_gives_it(trouble: Trouble) -> None:
    tried = (Tried(on=date(2026, 11, 21), step=Step.SELLER),)

    assert said(trouble, paid_on=date(2026, 11, 2), amount=Money(100, "EUR"), tried=tried) == ""


def test_a_law_that_lacks_the_article_says_nothing() -> None:
    german = said(Trouble.DAMAGED, country="DE", ordered_on=BOUGHT, delivered_on=date(2026, 11, 20))

    assert german == ""
