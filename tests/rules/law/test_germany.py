"""The same functions for a buyer in Germany: the engine asks the data, and never which country it is."""

from datetime import date

import pytest

from recours.rules.entitlement import (
    Facts,
    Kind,
    claim_window,
    entitlements,
    refund_right,
    refund_window,
    send_back_window,
)
from recours.rules.guidance import bank_terms
from recours.rules.law import Law, law_of
from recours.rules.money import Money
from recours.rules.policy import load_preset
from recours.rules.surcharge import NoSurcharge, surcharge
from recours.rules.windows import Calendar

BERLIN = Calendar("Europe/Berlin", "DE", "BE")
MUNICH = Calendar("Europe/Berlin", "DE", "BY")
DEFAULT = load_preset("default")
RECEIVED = date(2026, 10, 17)


def germany() -> Law:
    law = law_of("DE")
    assert law is not None
    return law


def test_the_fortnight_rolls_by_the_holidays_of_the_land() -> None:
    # Received on 23 December 2026: the 6th of January is Epiphany in Bavaria, and a Wednesday like others in Berlin.
    berlin, munich = (withdrawn_until(calendar) for calendar in (BERLIN, MUNICH))

    assert (berlin, munich) == (date(2027, 1, 6), date(2027, 1, 7))


def withdrawn_until(calendar: Calendar) -> date | None:
    found = claim_window(None, date(2026, 12, 15), None, date(2026, 12, 23), DEFAULT, germany(), calendar)
    return found.law_until.last_on if found.law_until else None


def test_withdrawal_is_refunded_in_a_fortnight_by_the_german_code() -> None:
    found = refund_window(None, date(2026, 11, 2), None, DEFAULT, germany(), BERLIN, date(2026, 10, 26))

    assert found.right is not None
    assert (found.right.ref, found.latest.last_on) == ("law:DE:bgb:357", date(2026, 11, 16))
    assert found.policy_latest.last_on > found.latest.last_on


def test_goods_go_back_within_a_fortnight_of_the_notice() -> None:
    found = send_back_window(RECEIVED, date(2026, 10, 30), None, DEFAULT, germany(), BERLIN)

    assert found.right is not None
    assert (found.right.ref, found.counted.last_on) == ("law:DE:bgb:357", date(2026, 11, 13))


def test_policy_and_law_stand_side_by_side() -> None:
    lines = {
        line.kind: line
        for line in entitlements(
            DEFAULT, germany(), Facts(delivered_on=RECEIVED, claimed_at=date(2026, 10, 20))
        )
    }

    assert {kind: line.better for kind, line in lines.items()} == {
        Kind.CLAIM: "law",
        Kind.SEND_BACK: "law",
        Kind.REFUND: "law",
        Kind.RETURN_COST: "same",
    }


def test_what_the_law_does_not_give_is_left_to_the_policy() -> None:
    late = refund_window("late", date(2026, 11, 2), None, DEFAULT, germany(), BERLIN)

    assert refund_right("late", date(2026, 11, 2), None, germany(), BERLIN) == "refund_termination"
    assert (late.right, late.law_latest, late.latest) == (None, None, late.policy_latest)
    with pytest.raises(NoSurcharge):
        surcharge(
            Money(10_000, "EUR"), date(2026, 11, 2), date(2026, 12, 2), germany(), "late_refund_withdrawal"
        )
    with pytest.raises(KeyError):
        germany().find("nothing", RECEIVED)


def test_a_bank_is_told_within_thirteen_months() -> None:
    terms = bank_terms(date(2026, 11, 2), germany(), BERLIN)

    assert [(term.right.ref, term.until.last_on) for term in terms] == [
        ("law:DE:bgb:676b", date(2027, 12, 2))
    ]
