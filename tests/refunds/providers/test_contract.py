"""One contract for every provider: what the rest of refunds may count on, whoever moves the money."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.conftest import PRESENT
from tests.factories import euros
from tests.simulators import StripeSimulator

from recours.marketplaces.models import Payment
from recours.refunds.providers import (
    AUTOMATIC,
    Order,
    Outcome,
    Provider,
    UnknownProvider,
    provider,
    provider_for,
)


@dataclass
class Bench:
    """A provider, and how to take a payment that it can pay back."""

    payer: Provider
    stripe: StripeSimulator | None = None

    def order(self, minor: int = 1000) -> Order:
        payment = self.stripe.takes_payment(5000) if self.stripe else "MIR-1"
        return Order(key=uuid4(), amount=euros(minor), payment_ref=payment)


@pytest.fixture(params=["manual", "sepa", "stripe"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "sepa":
        # What a transfer becomes is told by files: tests/refunds/test_bank_files.py and test_bank_simulator.py.
        request.getfixturevalue("db")
        request.getfixturevalue("with_sepa")
    if request.param == "stripe":
        simulator: StripeSimulator = request.getfixturevalue("with_stripe")
        return Bench(provider("stripe"), simulator)
    return Bench(provider(request.param))


def test_provider_has_its_name_and_says_whether_a_job_may_call_it(bench: Bench) -> None:
    assert provider(bench.payer.name).name == bench.payer.name
    assert bench.payer.automatic is (bench.payer.name in AUTOMATIC)


def test_key_that_never_arrived_is_not_known(bench: Bench) -> None:
    assert bench.payer.look_up(bench.order()) is None


def test_paying_twice_with_one_key_pays_once(bench: Bench) -> None:
    asked = bench.order()

    first, second = bench.payer.pay(asked), bench.payer.pay(asked)

    assert first == second
    if bench.payer.automatic:
        assert bench.payer.look_up(asked) == first
    if bench.stripe:
        assert len(bench.stripe.refunds(asked.payment_ref)) == 1


def test_two_keys_are_two_refunds(bench: Bench) -> None:
    first, second = bench.payer.pay(bench.order()), bench.payer.pay(bench.order())

    assert not first.ref or first.ref != second.ref


def test_only_who_moves_money_says_that_it_is_paid(bench: Bench) -> None:
    outcome = bench.payer.pay(bench.order()).outcome

    assert outcome is (Outcome.PAID if bench.stripe else Outcome.PENDING)


def test_what_was_paid_is_told_unasked_once_and_names_our_key(bench: Bench) -> None:
    asked = bench.order()
    since = PRESENT - dt.timedelta(days=1)
    answer = bench.payer.pay(asked)

    found = [notice for notice in bench.payer.changes(since) if notice.key == asked.key]

    if bench.stripe:
        assert [(notice.outcome, notice.ref, notice.amount, notice.payment_ref) for notice in found] == [
            (Outcome.PAID, answer.ref, asked.amount, asked.payment_ref)
        ]
    else:
        assert found == []


def test_unknown_provider_is_an_error() -> None:
    with pytest.raises(UnknownProvider):
        provider("banque-de-papier")


@pytest.mark.parametrize("name", ["sepa", "stripe"])
def test_provider_that_is_not_set_up_is_an_error(settings: Settings, name: str) -> None:
    settings.STRIPE_KEY = settings.SEPA_IBAN = ""

    with pytest.raises(UnknownProvider):
        provider(name)


@pytest.mark.usefixtures("with_sepa")
@pytest.mark.parametrize(
    ("method", "currency", "name"),
    [("transfer", "EUR", "sepa"), ("transfer", "CHF", "manual"), ("card", "EUR", "manual")],
)
def test_transfers_go_by_file_in_euros_alone(method: str, currency: str, name: str) -> None:
    assert provider_for(Payment(method=method, ref="MIR-1", currency=currency)) == name


@pytest.mark.parametrize(
    ("key", "method", "ref", "name"),
    [
        ("sk_test_x", "card", "pi_1", "stripe"),
        ("sk_test_x", "CB", "ch_1", "stripe"),
        ("sk_test_x", "card", "MIR-1", "manual"),  # another processor's payment
        ("sk_test_x", "virement", "pi_1", "manual"),
        ("sk_test_x", "cheque", "pi_1", "manual"),
        ("", "card", "pi_1", "manual"),
    ],
)
def test_who_pays_follows_from_the_method_and_from_what_is_set_up(
    settings: Settings, key: str, method: str, ref: str, name: str
) -> None:
    settings.STRIPE_KEY = key
    settings.REFUND_ROUTES = [("cheque", "manual"), ("card", "stripe"), ("cb", "stripe")]

    assert provider_for(Payment(method=method, ref=ref)) == name
    assert provider_for(None) == "manual"
