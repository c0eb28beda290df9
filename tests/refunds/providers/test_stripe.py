"""Paying back through Stripe when answers are lost, late, refused or wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import PRESENT
from tests.factories import euros
from tests.simulators import StripeSimulator

from recours.refunds.providers import NoAnswer, NoticeKind, Order, Outcome
from recours.refunds.providers.stripe.amounts import NotWritable, from_stripe, to_stripe
from recours.refunds.providers.stripe.provider import Stripe
from recours.refunds.providers.stripe.reading import Unreadable, notice, told
from recours.refunds.providers.stripe.simulator import mischief
from recours.rules.money import Money


@pytest.fixture
def payer(stripe_simulator: StripeSimulator) -> Stripe:
    return paid_by(stripe_simulator)


def paid_by(simulator: StripeSimulator, key: str = "sk_test_simulated") -> Stripe:
    return Stripe(key, address=simulator.address, timeout=(5, 5))


def order(simulator: StripeSimulator, minor: int = 1000, **taken: Any) -> Order:
    payment = simulator.takes_payment(taken.pop("captured", 5000), **taken)
    currency = taken.get("currency", "eur").upper()
    return Order(key=uuid4(), amount=Money(minor, currency), payment_ref=payment)


@pytest.mark.parametrize("what", sorted(mischief.NAMES - {"slow", "error_kept"}))
def test_answer_that_is_lost_or_wrong_is_no_answer_and_is_found_afterwards(
    stripe_simulator: StripeSimulator, payer: Stripe, what: str
) -> None:
    asked = order(stripe_simulator)
    stripe_simulator.tell("next", what=what)

    with pytest.raises(NoAnswer):
        payer.pay(asked)

    found = payer.look_up(asked)
    assert (found is not None) is (what in mischief.AFTER)
    answer = found or payer.pay(asked)
    assert answer.outcome is Outcome.PAID
    assert [each["id"] for each in stripe_simulator.refunds(asked.payment_ref)] == [answer.ref]


def test_error_that_the_key_remembers_is_no_answer_until_it_is_forgotten(
    own_simulator: StripeSimulator,
) -> None:
    payer, asked = paid_by(own_simulator), order(own_simulator)
    own_simulator.tell("next", what="error_kept")
    for _ in range(2):
        with pytest.raises(NoAnswer):
            payer.pay(asked)
    assert payer.look_up(asked) is None

    own_simulator.tell("clock", forward=24 * 3600)

    assert payer.pay(asked).outcome is Outcome.PAID


def test_list_finds_what_the_key_has_forgotten(own_simulator: StripeSimulator) -> None:
    payer, asked = paid_by(own_simulator), order(own_simulator)
    paid = payer.pay(asked)

    own_simulator.tell("clock", forward=25 * 3600)

    assert payer.look_up(asked) == paid
    payer.pay(asked)  # who pays blindly pays twice: this is what `look_up` is for
    assert len(own_simulator.refunds()) == 2


def test_list_that_lags_behind_is_made_up_for_by_the_key(
    stripe_simulator: StripeSimulator, payer: Stripe
) -> None:
    asked = order(stripe_simulator)
    stripe_simulator.tell("behave", stale_seconds=60)
    stripe_simulator.tell("next", what="reset")
    with pytest.raises(NoAnswer):
        payer.pay(asked)

    assert payer.look_up(asked) is None
    assert payer.pay(asked).outcome is Outcome.PAID
    assert len(stripe_simulator.refunds(asked.payment_ref)) == 1


def test_refund_is_found_behind_a_hundred_others(stripe_simulator: StripeSimulator, payer: Stripe) -> None:
    asked = order(stripe_simulator, 10)
    paid = payer.pay(asked)
    for _ in range(101):
        payer.pay(Order(key=uuid4(), amount=euros(1), payment_ref=asked.payment_ref))

    assert payer.look_up(asked) == paid


@pytest.mark.parametrize(
    ("minor", "reason"),
    [
        (5001, "Il ne reste pas assez sur ce paiement chez Stripe."),
        (0, "This value must be greater than or equal to 1."),
    ],
)
def test_amount_that_cannot_be_is_declined(
    stripe_simulator: StripeSimulator, payer: Stripe, minor: int, reason: str
) -> None:
    answer = payer.pay(order(stripe_simulator, minor))

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, reason)


@pytest.mark.parametrize("payment", ["pi_nobody", "MIR-1", ""])
def test_payment_that_stripe_does_not_know_is_declined(payer: Stripe, payment: str) -> None:
    asked = Order(key=uuid4(), amount=euros(100), payment_ref=payment)

    answer = payer.pay(asked)

    assert (answer.outcome, answer.reason) == (Outcome.DECLINED, "Stripe ne connaît pas ce paiement.")


def test_payment_of_another_currency_pays_nothing_wrong(
    stripe_simulator: StripeSimulator, payer: Stripe
) -> None:
    asked = order(stripe_simulator, currency="usd")

    with pytest.raises(NoAnswer):
        payer.pay(Order(key=asked.key, amount=euros(1000), payment_ref=asked.payment_ref))


def test_payment_refunded_already_by_this_very_refund_is_paid(own_simulator: StripeSimulator) -> None:
    payer, asked = paid_by(own_simulator), order(own_simulator, 5000)
    paid = payer.pay(asked)
    own_simulator.tell("clock", forward=25 * 3600)  # the key is forgotten, and the whole payment went back

    assert payer.pay(asked) == paid
    assert len(own_simulator.refunds()) == 1


def test_payment_refunded_by_somebody_else_is_declined(
    stripe_simulator: StripeSimulator, payer: Stripe
) -> None:
    asked = order(stripe_simulator, 5000)
    payer.pay(Order(key=uuid4(), amount=euros(5000), payment_ref=asked.payment_ref))

    answer = payer.pay(asked)

    assert (answer.outcome, answer.reason) == (
        Outcome.DECLINED,
        "Ce paiement a déjà été remboursé en entier chez Stripe.",
    )


def test_disputed_payment_is_declined_and_paid_once_the_dispute_is_won(
    stripe_simulator: StripeSimulator, payer: Stripe
) -> None:
    asked = order(stripe_simulator)
    dispute = stripe_simulator.tell("disputes", payment_intent=asked.payment_ref)
    assert payer.pay(asked).outcome is Outcome.DECLINED

    stripe_simulator.tell(f"disputes/{dispute['id']}/close", status="won")

    assert payer.pay(asked).outcome is Outcome.PAID  # although the first key repeats its refusal all day


def test_refund_that_fails_late_is_declined_when_asked_about_and_can_be_tried_again(
    own_simulator: StripeSimulator,
) -> None:
    payer, asked = paid_by(own_simulator), order(own_simulator, 5000, card="pm_card_refundFail")
    assert payer.pay(asked).outcome is Outcome.PAID
    own_simulator.tell("settle")
    failed = payer.look_up(asked)
    assert failed is not None
    assert (failed.outcome, failed.reason) == (Outcome.DECLINED, "La carte a été déclarée perdue ou volée.")

    again = payer.pay(asked)

    assert (again.outcome, again.ref == failed.ref) == (Outcome.PAID, False)
    assert payer.look_up(asked) == again


def test_pending_refund_is_asked_about_until_it_is_paid(own_simulator: StripeSimulator) -> None:
    payer, asked = paid_by(own_simulator), order(own_simulator, card="pm_card_pendingRefund")
    first = payer.pay(asked)
    own_simulator.tell("settle")

    found = payer.look_up(asked)

    assert found is not None
    assert (first.outcome, found.outcome, found.ref) == (Outcome.PENDING, Outcome.PAID, first.ref)


def test_refused_access_is_no_answer_and_names_no_key(
    stripe_simulator: StripeSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    asked = order(stripe_simulator)

    with pytest.raises(NoAnswer) as caught:
        paid_by(stripe_simulator, "sk_live_canary").pay(asked)

    assert "canary" not in str(caught.value) + caplog.text
    assert caught.value.__cause__ is None


def test_nobody_there_is_no_answer() -> None:
    asked = Order(key=uuid4(), amount=euros(100), payment_ref="pi_1")

    for ask in (
        Stripe("sk_test_x", address="http://127.0.0.1:1").pay,
        Stripe("sk_test_x", address="http://127.0.0.1:1").look_up,
    ):
        with pytest.raises(NoAnswer):
            ask(asked)


def test_changes_tell_refunds_and_disputes_in_their_order(own_simulator: StripeSimulator) -> None:
    payer = paid_by(own_simulator)
    failing, disputed = order(own_simulator, card="pm_card_refundFail"), order(own_simulator)
    payer.pay(failing)
    own_simulator.tell("settle")
    dispute = own_simulator.tell("disputes", payment_intent=disputed.payment_ref, reason="fraudulent")
    own_simulator.tell(f"disputes/{dispute['id']}/close", status="lost")

    found = list(payer.changes(PRESENT - dt.timedelta(days=1)))

    assert [(each.kind, each.outcome) for each in found if each.outcome is not None] == [
        (NoticeKind.REFUND, Outcome.PAID),
        (NoticeKind.REFUND, Outcome.REVERSED),
        (NoticeKind.REFUND, Outcome.REVERSED),
    ]
    assert [(each.kind, each.payment_ref, each.reason) for each in found if each.outcome is None] == [
        (NoticeKind.CHARGEBACK_OPENED, disputed.payment_ref, "fraudulent"),
        (NoticeKind.CHARGEBACK_LOST, disputed.payment_ref, "fraudulent"),
    ]
    assert len({each.event_id for each in found}) == len(found)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(8990, "EUR"), (8990, "eur")),
        (Money(1000, "JPY"), (1000, "jpy")),
        (Money(1000, "ISK"), (100_000, "isk")),
        (Money(1000, "UGX"), (100_000, "ugx")),
        (Money(1000, "MGA"), (10, "mga")),
        (Money(1230, "KWD"), (1230, "kwd")),
    ],
)
def test_amount_is_written_as_stripe_writes_it(amount: Money, written: tuple[int, str]) -> None:
    assert to_stripe(amount) == written
    assert from_stripe(*written) == amount


@pytest.mark.parametrize("amount", [Money(1050, "MGA"), Money(1234, "KWD")])
def test_amount_with_decimals_that_stripe_lacks_is_not_written(payer: Stripe, amount: Money) -> None:
    with pytest.raises(NotWritable):
        to_stripe(amount)
    assert payer.pay(Order(key=uuid4(), amount=amount, payment_ref="pi_1")).outcome is Outcome.DECLINED


def test_currency_without_decimals_is_paid_to_the_unit(
    stripe_simulator: StripeSimulator, payer: Stripe
) -> None:
    asked = order(stripe_simulator, 1000, currency="jpy", captured=1000)

    assert payer.pay(asked).outcome is Outcome.PAID
    assert [each["amount"] for each in stripe_simulator.refunds(asked.payment_ref)] == [1000]


REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 100,
    "currency": "eur",
    "status": "succeeded",
    "created": 1,
}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "100"},
        {"amount": 1e400},
        {"currency": "EUR"},
        {"currency": "xxx"},
        {"status": "paid"},
        {"id": None},
        {"metadata": {"recours_key": 7}},
    ],
)
def test_event_that_is_not_in_stripes_language_is_not_read(change: dict[str, Any]) -> None:
    event = {"id": "evt_1", "type": "refund.updated", "created": 1, "data": {"object": {**REFUND, **change}}}

    with pytest.raises(Unreadable):
        notice(told(event))


def test_event_of_something_else_is_nothing() -> None:
    assert (
        notice(told({"id": "evt_1", "type": "customer.created", "created": 1, "data": {"object": {}}}))
        is None
    )


@pytest.mark.parametrize(
    ("before", "outcome"),
    [("pending", Outcome.DECLINED), ("succeeded", Outcome.REVERSED), (None, Outcome.REVERSED)],
)
def test_refund_that_failed_came_back_unless_it_was_pending(before: str | None, outcome: Outcome) -> None:
    data = {"object": {**REFUND, "status": "failed"}} | (
        {"previous_attributes": {"status": before}} if before else {}
    )

    said = notice(told({"id": "evt_1", "type": "refund.updated", "created": 1, "data": data}))

    assert said is not None
    assert said.outcome is outcome
