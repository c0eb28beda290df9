"""One contract, for every provider; and the troubles that the simulated one makes on purpose."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.factories import euros

from recours.marketplaces.models import Payment
from recours.refunds.providers import (
    AUTOMATIC,
    Answer,
    NoAnswer,
    Order,
    Outcome,
    Provider,
    UnknownProvider,
    provider,
    provider_for,
    simulated,
)
from recours.refunds.providers.simulated import Simulated


def order(minor: int = 1000, key: UUID | None = None) -> Order:
    return Order(key=key or uuid4(), amount=euros(minor), payment_ref="pay-1")


@pytest.fixture(params=["manual", "simulated"])
def payer(request: pytest.FixtureRequest) -> Provider:
    return provider(request.param)


def test_provider_has_its_name_and_says_whether_a_job_may_call_it(payer: Provider) -> None:
    assert provider(payer.name).name == payer.name
    assert payer.automatic is (payer.name in AUTOMATIC)


def test_key_that_never_arrived_is_not_known(payer: Provider) -> None:
    assert payer.look_up(order()) is None


def test_paying_twice_with_one_key_pays_once(payer: Provider) -> None:
    asked = order()

    first, second = payer.pay(asked), payer.pay(asked)

    assert first == second
    if payer.automatic:
        assert payer.look_up(asked) == first


def test_two_keys_are_two_refunds(payer: Provider) -> None:
    first, second = payer.pay(order()), payer.pay(order())

    assert not first.ref or first.ref != second.ref


def test_only_who_moves_money_says_that_it_is_paid(payer: Provider) -> None:
    outcome = payer.pay(order()).outcome

    assert outcome is (Outcome.PAID if payer.automatic else Outcome.PENDING)


def test_unknown_provider_is_an_error() -> None:
    with pytest.raises(UnknownProvider):
        provider("banque-de-papier")


@pytest.mark.parametrize(
    ("demo", "method", "name"),
    [
        (True, "card", "simulated"),
        (True, "CB", "simulated"),
        (True, "virement", "manual"),
        (False, "card", "manual"),
    ],
)
def test_only_cards_in_the_demo_are_simulated(settings: Settings, demo: bool, method: str, name: str) -> None:
    settings.DEMO = demo

    assert provider_for(Payment(method=method)) == name
    assert provider_for(None) == "manual"


@pytest.fixture
def books(tmp_path: Path) -> Simulated:
    return Simulated(tmp_path / "simulated-provider")


def test_simulation_remembers_across_processes(books: Simulated) -> None:
    asked = order()
    paid = books.pay(asked)

    assert Simulated(books.journal.parent).look_up(asked) == paid
    assert [(entry.amount, entry.payment_ref) for entry in books.paid_in_all()] == [(euros(1000), "pay-1")]


def test_simulation_declines(books: Simulated) -> None:
    asked = order(simulated.DECLINED)

    assert [books.pay(asked).outcome for _ in range(2)] == [Outcome.DECLINED] * 2
    assert books.look_up(asked) is None


def test_simulation_declines_once(books: Simulated) -> None:
    asked = order(simulated.DECLINED_ONCE)

    assert [books.pay(asked).outcome for _ in range(3)] == [Outcome.DECLINED, Outcome.PAID, Outcome.PAID]
    assert len(books.paid_in_all()) == 1


def test_simulation_pays_and_loses_its_answer(books: Simulated) -> None:
    asked = order(simulated.ANSWER_LOST)

    with pytest.raises(NoAnswer):
        books.pay(asked)

    found = books.look_up(asked)
    assert found is not None
    assert (found.outcome, books.pay(asked)) == (Outcome.PAID, found)
    assert len(books.paid_in_all()) == 1


def test_simulation_loses_a_call(books: Simulated) -> None:
    asked = order(simulated.CALL_LOST)

    with pytest.raises(NoAnswer):
        books.pay(asked)

    assert books.look_up(asked) is None
    assert books.pay(asked).outcome is Outcome.PAID


def test_simulation_takes_its_time(books: Simulated) -> None:
    asked = order(simulated.PENDING)

    assert books.pay(asked) == Answer(outcome=Outcome.PENDING)
    assert books.pay(asked).outcome is Outcome.PAID


def test_simulation_forgets_keys_and_never_its_books(books: Simulated) -> None:
    asked = order()
    paid = books.pay(asked)

    books.forget(asked.key)

    assert books.look_up(asked) == paid
    books.pay(asked)  # who pays blindly pays twice: this is what `look_up` is for
    assert len(books.paid_in_all()) == 2


@pytest.mark.django_db(transaction=True)
def test_simulation_asked_at_once_pays_once(books: Simulated) -> None:
    asked = order()

    answers = at_once(*[lambda: books.pay(asked)] * 6)

    assert len(set(map(str, answers))) == len(books.paid_in_all()) == 1
