"""Refunds that a provider pays: at the right time, once, whatever becomes of its answer."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_marketplace,
    a_refund_due,
    a_shop,
    an_order,
)
from tests.refunds.debts import agent_of, prepared
from tests.simulators import StripeSimulator

from recours.claims.models import Claim, ClaimEvent
from recours.jobs.worker import run_worker
from recours.refunds import commands, tasks
from recours.refunds.models import Refund
from recours.refunds.providers.stripe.provider import Stripe
from recours.refunds.refusals import (
    RefundPaidByProvider,
    RefundUnderWay,
)
from recours.rules.lifecycle.vocabulary import State

pytestmark = pytest.mark.django_db

TODAY = PRESENT.date()
Status = Refund.Status


def due(simulator: StripeSimulator, place_country: str = "FR", card: str = "pm_card_visa") -> Refund:
    """A refund of a payment that Stripe took."""
    place = a_marketplace()
    order = an_order(a_buyer(place, country=place_country), a_shop(place), lines=(5000,))
    order.payments.update(ref=simulator.takes_payment(5000, card=card))
    return prepared(order)


def ref_of(refund: Refund) -> str:
    assert refund.payment is not None
    return refund.payment.ref


LATER = PRESENT + commands.paying.ASK_AGAIN


def test_provider_pays_and_the_claim_knows(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe)

    assert commands.submit_due() == 1
    assert commands.submit_due() == 0

    refund.refresh_from_db()
    [made] = with_stripe.refunds(ref_of(refund))
    assert (refund.status, refund.provider_ref) == (Status.SUCCEEDED, made["id"])
    assert Claim.objects.get().state == State.CLOSED
    assert made["metadata"] == {"recours_key": str(refund.key)}


def test_provider_is_not_called_before_the_first_day_of_payment(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe, "CN")

    assert commands.submit_due(refund.pay_from - dt.timedelta(microseconds=1)) == 0
    assert commands.submit_due(refund.pay_from) == 1


def test_transfer_beside_a_provider_is_refused(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe)

    with pytest.raises(RefundPaidByProvider):
        commands.record_transfer(refund.pk, by=agent_of(refund.claim), reference="V1", paid_on=TODAY)


def test_provider_that_declines_leaves_a_failure_that_can_be_paid_by_hand(
    with_stripe: StripeSimulator,
) -> None:
    refund = due(with_stripe)
    with_stripe.tell("disputes", payment_intent=ref_of(refund))

    assert commands.submit_due() == 0

    refund.refresh_from_db()
    assert (refund.status, refund.failure) == (
        Status.FAILED,
        "Le titulaire de la carte a contesté ce paiement auprès de sa banque.",
    )
    assert commands.submit_due(LATER) == 0
    commands.retry(refund.pk, by_hand=True)
    commands.record_transfer(refund.pk, by=agent_of(refund.claim), reference="V1", paid_on=TODAY)
    assert Claim.objects.get().state == State.CLOSED
    assert with_stripe.refunds(ref_of(refund)) == []


def test_retry_with_the_same_key_after_a_refusal_is_paid(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe)
    dispute = with_stripe.tell("disputes", payment_intent=ref_of(refund))
    commands.submit_due()
    with_stripe.tell(f"disputes/{dispute['id']}/close", status="won")

    commands.retry(refund.pk)

    assert commands.submit_due() == 1
    assert len(with_stripe.refunds(ref_of(refund))) == 1


@pytest.mark.parametrize("trouble", ["reset", "lost"])
def test_lost_call_or_answer_is_asked_about_before_paying_again(
    own_simulator: StripeSimulator, settings: Settings, trouble: str
) -> None:
    own_simulator.set_up(settings)
    refund = due(own_simulator)
    own_simulator.tell("next", what=trouble)

    assert commands.submit_due() == 0
    refund.refresh_from_db()
    assert refund.status == Status.SUBMITTED
    with pytest.raises(RefundUnderWay):
        commands.cancel(refund.pk, reason="")
    own_simulator.tell("clock", forward=25 * 3600)  # the provider's memory of keys is shorter than ours

    assert commands.submit_due(LATER - dt.timedelta(microseconds=1)) == 0
    assert commands.submit_due(LATER) == 1

    assert len(own_simulator.refunds()) == 1
    assert Claim.objects.get().state == State.CLOSED


def test_pending_payment_is_asked_about_until_it_is_paid(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe, card="pm_card_pendingRefund")
    assert commands.submit_due() == 0

    with_stripe.tell("settle")

    assert commands.submit_due(LATER) == 0
    assert commands.submit_due(PRESENT + commands.paying.PENDING_AGAIN) == 1

    refund.refresh_from_db()
    assert refund.status == Status.SUCCEEDED


def test_provider_that_breaks_does_not_keep_the_others(
    with_stripe: StripeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = due(with_stripe), due(with_stripe)
    pay = Stripe.pay

    def breaking(self: Stripe, order: object) -> object:
        if order.key == first.key:  # type: ignore[attr-defined]
            raise RuntimeError("the provider's page has changed")
        return pay(self, order)  # type: ignore[arg-type]

    monkeypatch.setattr(Stripe, "pay", breaking)

    assert commands.submit_due() == 1
    monkeypatch.undo()
    assert commands.submit_due(LATER) == 1
    assert [len(with_stripe.refunds(ref_of(each))) for each in (first, second)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_submitting_at_once_pays_once(with_stripe: StripeSimulator) -> None:
    refund = due(with_stripe)

    results = at_once(*[lambda: commands.submit(refund.pk)] * 6)

    assert sorted(map(bool, results)) == [False] * 5 + [True]
    assert len(with_stripe.refunds(ref_of(refund))) == 1
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


@pytest.mark.django_db(transaction=True)
def test_worker_killed_after_the_provider_paid_leaves_nothing_to_pay_again(
    with_stripe: StripeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = due(with_stripe)

    class Killed(BaseException):
        """As SIGKILL: nothing after it runs."""

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(commands.paying, "record_answer", killed)
    with pytest.raises(Killed):
        commands.submit(refund.pk)
    monkeypatch.undo()
    assert commands.submit_due() == 0

    assert commands.submit_due(LATER) == 1

    assert len(with_stripe.refunds(ref_of(refund))) == 1
    assert Claim.objects.get().state == State.CLOSED


@pytest.mark.django_db(transaction=True)
def test_jobs_do_all_of_it(with_stripe: StripeSimulator) -> None:
    order = an_order(lines=(5000,))
    order.payments.update(ref=with_stripe.takes_payment(5000))
    a_refund_due(order)

    tasks.prepare()
    run_worker(concurrency=1, until_empty=True)
    tasks.prepare_missed()
    tasks.submit_due()

    assert Claim.objects.get().state == State.CLOSED


def waiting() -> list[str]:
    """The refunds for which a job waits, in the order of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'refund_id' FROM procrastinate_jobs WHERE task_name = 'refunds.submit' ORDER BY id"
        )
        return [refund_id for (refund_id,) in cursor.fetchall()]


def test_each_refund_has_a_job_of_its_own(
    with_stripe: StripeSimulator, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """One job for all had the thirty seconds of silence about one refund kept from every other."""
    refunds = []
    for _ in range(3):
        order = an_order(lines=(5000,))
        order.payments.update(ref=with_stripe.takes_payment(5000))
        refunds.append(prepared(order))
    by_urgency = [str(refund.pk) for refund in sorted(refunds, key=lambda each: (each.pay_until, each.pk))]

    assert sorted(waiting()) == sorted(by_urgency)

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    # Who fails and what is due, of Stripe and of credits; what waits; one statement in a savepoint.
    with django_assert_num_queries(8):
        assert commands.queue_due() == 3
    assert commands.queue_due() == 0
    assert waiting() == by_urgency


def test_job_asked_for_by_two_at_once_is_one(with_stripe: StripeSimulator) -> None:
    order = an_order(lines=(5000,))
    order.payments.update(ref=with_stripe.takes_payment(5000))
    refund = prepared(order)
    queue = "recours.jobs.queue.WAITING"

    with patch(queue, "SELECT queueing_lock FROM procrastinate_jobs WHERE queueing_lock = ANY(%s) AND false"):
        assert commands.queue_due() == 0

    assert waiting() == [str(refund.pk)]
