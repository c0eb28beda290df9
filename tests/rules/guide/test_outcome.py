"""What follows from the answers, in worked cases: never received, broken, changed mind, late refund, two debits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from recours.marketplaces.profiles import PROFILES, load_profile
from recours.rules.guide import (
    Answers,
    DoorState,
    Mark,
    Outcome,
    Rung,
    SellerIn,
    Trouble,
    Wanted,
    Way,
    outcome,
)
from recours.rules.law import law_of
from recours.rules.letters import Kind, Step, Tried
from recours.rules.money import Money
from recours.rules.windows import Unit, Window

pytestmark = pytest.mark.rules

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
PAID = Money(8990, "EUR")


def of(trouble: Trouble, *, key: str = "aliexpress_fr", country: str = "FR", **said: Any) -> Outcome:
    profile = load_profile(key)
    return outcome(Answers(trouble=trouble, **said), profile, profile.policy, law_of(country), NOW)


def days(found: Outcome) -> dict[str, tuple[date, int]]:
    return {term.key: (term.dated.last_on, term.days_left) for term in found.terms}


def codes(found: Outcome) -> list[str]:
    return [note.code for note in found.notes]


def marks(found: Outcome) -> dict[str, str]:
    return {climbed.rung.value: climbed.mark.value for climbed in found.ladder}


def test_a_parcel_that_never_came() -> None:
    found = of(
        Trouble.LOST,
        ordered_on=date(2026, 10, 1),
        promised_on=date(2026, 11, 20),
        amount=PAID,
        tried=(Tried(on=date(2026, 11, 23), step=Step.SELLER, text="Sans réponse."),),
        wanted=Wanted.REFUND,
    )

    assert found.way is Way.LADDER
    assert marks(found) == {
        "help_centre": "left_out",
        "seller": "done",
        "dispute": "next",
        "support": "later",
        "letter": "later",
    }
    assert days(found) == {
        "delivery": (date(2026, 11, 20), -9),
        "dispute": (date(2026, 12, 5), 6),
        # A hundred and twenty days from the day on which it was expected, and not from the payment.
        "chargeback": (date(2027, 3, 20), 111),
        "mediator": (date(2027, 11, 23), 359),
    }
    assert codes(found)[0] == "late"
    assert found.letters[0] is Kind.DELIVER
    assert found.bank is not None
    assert "tracking" in found.bank.papers


def test_a_parcel_without_a_promised_day_is_due_thirty_days_after_the_order() -> None:
    found = of(Trouble.LOST, ordered_on=date(2026, 10, 20))

    assert days(found)["delivery"] == (date(2026, 11, 19), -10)


def test_a_parcel_that_may_still_come_is_not_late_and_no_notice_is_written() -> None:
    found = of(Trouble.LOST, ordered_on=date(2026, 11, 20))

    assert codes(found)[0] == "not_late"
    assert Kind.DELIVER not in found.letters


def test_what_came_late_is_told_by_how_much_and_what_came_in_time_that_it_did() -> None:
    said: dict[str, Any] = {"ordered_on": date(2026, 10, 1), "promised_on": date(2026, 11, 20)}

    late = of(Trouble.LATE, delivered_on=date(2026, 11, 23), **said)
    in_time = of(Trouble.LATE, delivered_on=date(2026, 11, 20), **said)

    assert [(note.code, note.params.get("days")) for note in late.notes] == [
        ("came_late", 3),
        ("withdraw_instead", None),
    ]
    assert codes(in_time)[0] == "came_in_time"


def test_a_dispute_that_the_marketplace_no_longer_opens_is_not_the_next_step() -> None:
    found = of(
        Trouble.LOST,
        ordered_on=date(2026, 9, 1),
        tried=(Tried(on=date(2026, 11, 1), step=Step.SELLER),),
    )

    assert marks(found)["dispute"] == "shut"
    assert marks(found)["support"] == "next"
    assert Rung.DISPUTE not in found.untried
    assert "dispute_over" in codes(found)


def test_what_came_broken_can_be_claimed_for_two_years_and_given_back_for_fourteen_days() -> None:
    found = of(
        Trouble.DAMAGED,
        ordered_on=date(2026, 11, 2),
        delivered_on=date(2026, 11, 20),
        amount=PAID,
        wanted=Wanted.REPLACEMENT,
        story="L’écran est fendu.",
    )

    assert days(found) == {
        "dispute": (date(2026, 11, 30), 1),
        "withdrawal": (date(2026, 12, 4), 5),
        "conformity": (date(2028, 11, 20), 722),
    }
    assert codes(found) == ["withdraw_instead", "presumed", "free_of_charge", "card_scheme"]
    # The schemes' term for faulty goods was read nowhere: the reader is sent to ask, and no day is made up.
    assert "chargeback" not in days(found)
    assert found.letters == (Kind.CONFORMITY, Kind.COMPLAINT)
    claim = found.rights[0]
    assert claim.better == "law"
    assert found.next is not None
    assert found.next.rung is Rung.HELP_CENTRE


def test_who_wants_the_money_back_in_time_may_also_withdraw_by_letter() -> None:
    said: dict[str, Any] = {"ordered_on": date(2026, 11, 2), "wanted": Wanted.REFUND}

    in_time = of(Trouble.DAMAGED, delivered_on=date(2026, 11, 20), **said)
    too_late = of(Trouble.DAMAGED, delivered_on=date(2026, 11, 10), **said)

    assert in_time.letters == (Kind.CONFORMITY, Kind.WITHDRAWAL, Kind.COMPLAINT)
    assert too_late.letters == (Kind.CONFORMITY, Kind.COMPLAINT)


def test_what_is_late_by_the_marketplaces_terms_alone_is_no_matter_for_a_letter() -> None:
    profile = load_profile("aliexpress_fr")
    quick = replace(profile.policy, refund=replace(profile.policy.refund, not_after=Window(5, Unit.DAYS)))
    answers = Answers(
        trouble=Trouble.REFUND_LATE,
        delivered_on=date(2026, 11, 10),
        claimed_on=date(2026, 11, 18),
        sent_back_on=date(2026, 11, 19),
        amount=PAID,
    )

    found = outcome(answers, profile, quick, law_of("FR"), NOW)

    assert codes(found) == ["refund_late", "no_surcharge"]
    assert found.refund is not None
    assert found.refund.article == ""
    assert Kind.REFUND_OVERDUE not in found.letters


def test_a_change_of_mind_has_fourteen_days_and_ends_on_a_working_day() -> None:
    found = of(Trouble.CHANGE_OF_MIND, ordered_on=date(2026, 11, 2), delivered_on=date(2026, 11, 21))

    assert found.way is Way.WITHDRAWAL
    # The fourteenth day is Saturday 5 December.
    assert days(found)["withdrawal"] == (date(2026, 12, 7), 8)
    assert codes(found)[0] == "withdrawal_open"
    assert found.letters[0] is Kind.WITHDRAWAL


def test_a_change_of_mind_that_is_too_late_is_told_since_when_and_why() -> None:
    found = of(Trouble.CHANGE_OF_MIND, ordered_on=date(2026, 9, 1), delivered_on=date(2026, 9, 20))

    over = found.notes[0]
    assert over.code == "withdrawal_over"
    assert over.params == {"until_on": date(2026, 10, 5), "delivered_on": date(2026, 9, 20)}
    assert codes(found)[1] == "not_informed"
    assert found.next is not None
    assert found.next.rung is Rung.SELLER
    assert Kind.WITHDRAWAL not in found.letters


def test_who_was_not_told_of_the_right_has_twelve_months_more() -> None:
    found = of(
        Trouble.CHANGE_OF_MIND, ordered_on=date(2026, 9, 1), delivered_on=date(2026, 9, 20), is_informed=False
    )

    assert days(found)["withdrawal"][0] == date(2027, 10, 5)
    assert found.letters[0] is Kind.WITHDRAWAL


def test_a_refund_forty_days_late_costs_a_fifth_more() -> None:
    found = of(
        Trouble.REFUND_LATE,
        ordered_on=date(2026, 9, 20),
        delivered_on=date(2026, 10, 2),
        claimed_on=date(2026, 10, 6),
        sent_back_on=date(2026, 10, 8),
        amount=PAID,
    )

    assert found.refund is not None
    assert found.refund.dated.last_on == date(2026, 10, 20)
    assert found.meter is not None
    assert found.meter.days_late == 40
    assert found.meter.surcharge == Money(1798, "EUR")
    assert found.letters[0] is Kind.REFUND_OVERDUE


def test_a_seller_may_wait_for_goods_that_are_not_on_their_way() -> None:
    found = of(
        Trouble.REFUND_LATE,
        ordered_on=date(2026, 9, 20),
        delivered_on=date(2026, 10, 2),
        claimed_on=date(2026, 10, 6),
        amount=PAID,
    )

    assert found.meter is None
    assert codes(found) == ["refund_waits"]
    assert Kind.REFUND_OVERDUE not in found.letters


def test_a_card_charged_twice_goes_to_the_bank_with_the_days_that_are_left() -> None:
    found = of(Trouble.CHARGED_TWICE, paid_on=date(2026, 11, 1), amount=PAID, order_number="1")

    assert found.way is Way.BANK
    assert found.next is not None
    assert found.next.rung is Rung.BANK
    assert found.bank is not None
    assert {term.key: (term.dated.last_on, term.days_left) for term in found.bank.terms} == {
        "unauthorised_payment": (date(2027, 12, 1), 367),
        "unauthorised_payment_outside_eea": (date(2027, 1, 10), 42),
        "chargeback": (date(2027, 3, 1), 92),
    }
    assert found.letters[0] is Kind.BANK


def test_a_bank_outside_the_area_has_seventy_days_and_not_thirteen_months() -> None:
    found = of(Trouble.UNAUTHORISED_CHARGE, paid_on=date(2026, 11, 1), is_outside_eea=True)

    assert found.bank is not None
    assert [term.key for term in found.bank.terms] == ["unauthorised_payment_outside_eea", "chargeback"]
    assert [each.key for each in found.bank.tell] == ["perceval"]


def test_a_swindle_is_told_to_the_bank_and_the_police_and_has_no_letter() -> None:
    found = of(Trouble.FRAUD, paid_on=date(2026, 11, 1), amount=PAID)

    assert [climbed.rung for climbed in found.ladder] == [Rung.BANK, Rung.FRAUD]
    assert found.letters == ()
    assert found.bank is not None
    assert [each.key for each in found.bank.tell] == ["thesee", "info_escroqueries", "signalconso"]


def test_a_fault_while_buying_has_its_own_way_without_a_seller() -> None:
    found = of(Trouble.TECHNICAL_FAULT, paid_on=date(2026, 11, 28))

    assert found.way is Way.FAULT
    assert Rung.SELLER not in {climbed.rung for climbed in found.ladder}
    assert codes(found) == ["fault_is_the_marketplaces", "fault_charged"]


@pytest.mark.parametrize(
    ("said", "state", "reason"),
    [
        ({}, DoorState.NOT_YET, "complaint"),
        ({"tried": (Tried(on=date(2026, 11, 1), step=Step.SELLER),)}, DoorState.TO_CHECK, "silence"),
        ({"tried": (Tried(on=date(2026, 9, 28), step=Step.SELLER),)}, DoorState.OPEN, "ready"),
        ({"tried": (Tried(on=date(2025, 11, 28), step=Step.SELLER),)}, DoorState.CLOSED, "year"),
        ({"tried": (Tried(on=date(2026, 9, 1), step=Step.HELP_CENTRE),)}, DoorState.NOT_YET, "complaint"),
    ],
)
def test_a_mediator_wants_a_written_complaint_within_the_year(
    said: dict[str, Any], state: DoorState, reason: str
) -> None:
    found = of(Trouble.DEFECTIVE, ordered_on=date(2025, 9, 1), delivered_on=date(2025, 9, 20), **said)

    door = next(door for door in found.doors if door.key == "mediator")
    assert (door.state, door.reason) == (state, reason)


@pytest.mark.parametrize(
    ("seller_in", "tried_on", "state", "reason"),
    [
        (None, date(2026, 11, 1), DoorState.TO_CHECK, "unknown"),
        (SellerIn.SAME_COUNTRY, date(2026, 11, 1), DoorState.CLOSED, "same_country"),
        (SellerIn.OUTSIDE, date(2026, 11, 1), DoorState.CLOSED, "outside"),
        (SellerIn.UNION, date(2026, 11, 8), DoorState.NOT_YET, "wait"),
        (SellerIn.UNION, date(2026, 11, 7), DoorState.OPEN, "ready"),
    ],
)
def test_the_european_consumer_centre_is_for_a_silent_seller_elsewhere_in_the_union(
    seller_in: SellerIn | None, tried_on: date, state: DoorState, reason: str
) -> None:
    tried = (Tried(on=tried_on, step=Step.SELLER),)
    found = of(Trouble.DEFECTIVE, delivered_on=date(2026, 10, 20), seller_in=seller_in, tried=tried)

    door = next(door for door in found.doors if door.key == "consumer_centre")
    assert (door.state, door.reason) == (state, reason)


@pytest.mark.parametrize(
    ("amount", "amicable", "court"),
    [(500_000, "compulsory", "attempt"), (500_001, "not_compulsory", "above")],
)
def test_small_sums_want_an_attempt_at_an_agreement_before_the_court(
    amount: int, amicable: str, court: str
) -> None:
    found = of(Trouble.DEFECTIVE, delivered_on=date(2026, 10, 20), amount=Money(amount, "EUR"))

    reasons = {door.key: door.reason for door in found.doors}
    assert (reasons["amicable"], reasons["court"]) == (amicable, court)


@pytest.mark.parametrize("trouble", Trouble)
def test_nobody_is_sent_to_the_closed_platform(trouble: Trouble) -> None:
    found = of(trouble, ordered_on=date(2026, 10, 1), paid_on=date(2026, 10, 1))

    assert not [door for door in found.doors if door.place is not None and "odr" in door.place.url]


def test_another_marketplace_counts_its_own_windows() -> None:
    said: dict[str, Any] = {"ordered_on": date(2026, 11, 2), "promised_on": date(2026, 11, 23)}

    bazar = of(Trouble.LOST, key="grandbazar_exemple", **said)

    assert days(bazar)["dispute"][0] == date(2027, 1, 22)
    assert days(of(Trouble.LOST, **said))["dispute"][0] == date(2026, 12, 8)
    assert bazar.ladder[-1].how is None  # no address: the reader gives one
    mediator = next(door for door in bazar.doors if door.key == "mediator")
    assert mediator.told is not None


def test_another_country_has_its_own_law_and_no_french_letter() -> None:
    found = of(
        Trouble.REFUND_LATE,
        country="DE",
        ordered_on=date(2026, 9, 20),
        delivered_on=date(2026, 10, 2),
        claimed_on=date(2026, 10, 6),
        sent_back_on=date(2026, 10, 8),
        amount=PAID,
    )

    assert found.refund is not None
    assert found.refund.article == "law:DE:bgb:357"
    assert found.meter is None
    assert codes(found) == ["refund_late", "no_surcharge"]
    assert found.letters == ()


@pytest.mark.parametrize("key", PROFILES)
def test_before_anything_is_said_the_whole_ladder_is_there(key: str) -> None:
    profile = load_profile(key)
    found = outcome(Answers(), profile, profile.policy, law_of("FR"), NOW)

    assert [climbed.mark for climbed in found.ladder] == [Mark.NEXT, *[Mark.LATER] * 4]
    assert (found.terms, found.rights, found.notes, found.doors, found.letters) == ((), (), (), (), ())
