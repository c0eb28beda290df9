"""From a debt to money paid back, once, to the right payments, at the right time."""

import datetime as dt
from unittest.mock import patch

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_payment,
    a_refund_due,
    a_shop,
    an_agent,
    an_order,
    euros,
)
from tests.simulators import StripeSimulator

from recours.claims.commands import act
from recours.claims.models import Claim, ClaimEvent
from recours.claims.sweep import sweep
from recours.jobs.worker import run_worker
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.refunds import commands, tasks
from recours.refunds.commands import Prepared, prepare
from recours.refunds.models import Refund, RefundPart
from recours.refunds.providers.stripe.provider import Stripe
from recours.refunds.refusals import (
    MoreThanWasPaid,
    RefundAlreadyPaid,
    RefundCancelled,
    RefundNotFailed,
    RefundPaidByProvider,
    RefundUnderWay,
    TransferReferenceMissing,
    TransferReferenceUsed,
)
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.refusals import DateInFuture
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Resolution, Role, State

pytestmark = pytest.mark.django_db

TODAY = PRESENT.date()
Status = Refund.Status


def agent_of(claim: Claim) -> Actor:
    return Actor(Role.AGENT, an_agent(claim.marketplace).pk)


def prepared(*args: object, **asked: object) -> Refund:
    """The one refund of a claim that owes one."""
    claim = a_refund_due(*args, **asked)  # type: ignore[arg-type]
    prepare()
    return Refund.objects.get(claim=claim)


def parts_of(refund: Refund) -> list[int]:
    return list(refund.parts.order_by("pk").values_list("amount_minor", flat=True))


def ruled(claim: Claim, minor: int) -> Claim:
    """The platform grants so much, and nobody appeals."""
    terms = Terms(remedy=Remedy.REFUND, amount=euros(minor))
    rule = c.Rule(by=agent_of(claim), rule="claim.open_payment", reasons="Débit prouvé.", terms=terms)
    act(claim.pk, rule)
    final = PRESENT + dt.timedelta(days=8)
    sweep(final)
    return Claim.objects.get(pk=claim.pk)


# -- preparing ---------------------------------------------------------------------------------------------


def test_debt_becomes_one_refund_with_its_parts() -> None:
    order = an_order(lines=(6000, 3000), shipping=490)
    claim = a_refund_due(order)

    assert prepare() == Prepared(1, 0, 0)

    refund = Refund.objects.get()
    assert (refund.claim_id, refund.amount, refund.status) == (claim.pk, euros(9490), Status.APPROVED)
    assert (refund.owed_at, refund.provider, refund.payment) == (PRESENT, "manual", order.payments.get())
    assert parts_of(refund) == [6000, 3000, 490]
    assert Payment.objects.get().refunded_minor == 9490
    assert list(OrderLine.objects.order_by("pk").values_list("refunded_minor", flat=True)) == [6000, 3000]
    assert Order.objects.get().shipping_refunded_minor == 490


def test_preparing_twice_makes_one() -> None:
    a_refund_due()

    assert [prepare(), prepare()] == [Prepared(1, 0, 0), Prepared(0, 0, 0)]


def test_part_of_what_was_paid_is_shared_by_weight() -> None:
    refund = prepared(an_order(lines=(6000, 3000), shipping=300), amount=euros(1000))

    assert parts_of(refund) == [645, 323, 32]


def test_several_payments_make_several_refunds_that_add_up() -> None:
    order = an_order(lines=(6000, 3000), payments=(4000, 5000))
    a_refund_due(order)

    assert prepare() == Prepared(2, 0, 0)

    first, second = Refund.objects.order_by("payment__ref")
    assert (first.amount, second.amount) == (euros(4000), euros(5000))
    assert (parts_of(first), parts_of(second)) == ([4000], [2000, 3000])


def test_payment_that_can_take_all_takes_all() -> None:
    order = an_order(lines=(3000,), payments=(1000, 9000))
    a_refund_due(order)
    prepare()

    refund = Refund.objects.get()
    assert refund.payment is not None
    assert refund.payment.captured_minor == 9000


def test_order_without_a_known_payment_has_one_refund_to_nowhere_in_particular() -> None:
    refund = prepared(an_order(payments=()))

    assert (refund.payment, refund.provider, refund.amount) == (None, "manual", euros(8990))
    assert OrderLine.objects.get().refunded_minor == 8990


def test_payment_that_failed_is_not_paid_back() -> None:
    order = an_order()
    order.payments.update(status=Payment.Status.FAILED)

    assert prepared(order).payment is None


def test_payment_claim_goes_back_to_its_payment_without_parts() -> None:
    payment = a_payment(minor=4500)
    ruled(a_claim(payment=payment), 4000)

    prepare()

    refund = Refund.objects.get()
    assert (refund.payment, refund.amount, parts_of(refund)) == (payment, euros(4000), [])


def test_purchase_that_failed_is_paid_by_hand() -> None:
    ruled(a_claim(buyer=a_buyer(), ground=Ground.TECHNICAL_FAULT, amount=euros(1200)), 1200)

    prepare()

    refund = Refund.objects.get()
    assert (refund.payment, refund.provider, refund.amount) == (None, "manual", euros(1200))


def test_no_more_is_prepared_than_is_left_of_a_line() -> None:
    order = an_order(lines=(6000, 3000))
    a_refund_due(order)
    OrderLine.objects.filter(captured_minor=6000).update(refunded_minor=5500)

    assert prepare() == Prepared(1, 1, 0)
    assert parts_of(Refund.objects.get()) == [500, 3000]
    assert prepare() == Prepared(0, 0, 0)


def test_claim_for_which_nothing_is_left_does_not_stop_the_others() -> None:
    order = an_order()
    a_refund_due(order)
    OrderLine.objects.update(refunded_minor=8990)
    a_refund_due()

    assert prepare(batch=1) == Prepared(1, 1, 0)


def test_two_claims_of_one_order_share_what_its_payment_can_take() -> None:
    order = an_order(lines=(1000, 2000), payments=(2500,))
    for line in order.lines.all():
        a_refund_due(order, lines={line.pk: 1})

    prepare()

    assert sum(refund.amount_minor for refund in Refund.objects.all()) == 2500
    assert Payment.objects.get().refunded_minor == 2500


def test_preparing_many_takes_as_many_queries_as_preparing_few(django_assert_max_num_queries: object) -> None:
    place = a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place)
    for _ in range(12):
        a_refund_due(an_order(buyer, shop, shipping=100))
    prepare(batch=1)

    for _ in range(12):
        a_refund_due(an_order(buyer, shop, shipping=100))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert prepare() == Prepared(12, 0, 0)


@pytest.mark.parametrize(
    ("country", "opened", "pay_from", "pay_until"),
    [
        # The law: fourteen days from the claim, on a parcel received within fourteen days; day 33 does not delay it.
        ("FR", PRESENT, PRESENT, dt.datetime(2026, 12, 4, 23, tzinfo=dt.UTC)),
        # No law of ours: the policy's thirty-third day, at its start, to the end of the fiftieth.
        (
            "CN",
            PRESENT,
            dt.datetime(2026, 12, 22, 23, tzinfo=dt.UTC),
            dt.datetime(2027, 1, 9, 23, tzinfo=dt.UTC),
        ),
    ],
)
def test_refund_is_paid_in_the_better_of_policy_and_law(
    country: str, opened: dt.datetime, pay_from: dt.datetime, pay_until: dt.datetime
) -> None:
    place = a_marketplace()
    refund = prepared(an_order(a_buyer(place, country=country), a_shop(place)), now=opened)

    assert (refund.pay_from, refund.pay_until) == (pay_from, pay_until)


@pytest.mark.django_db(transaction=True)
def test_preparing_at_once_makes_each_refund_once() -> None:
    place = a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place)
    claims = [a_refund_due(an_order(buyer, shop, lines=(1000, 500))) for _ in range(12)]

    results = at_once(*[lambda: prepare(batch=2)] * 5)
    prepare()

    assert kinds(results) == ["Prepared"] * 5
    assert sorted(Refund.objects.values_list("claim_id", flat=True)) == sorted(claim.pk for claim in claims)
    assert RefundPart.objects.count() == 24


# -- paid by hand ------------------------------------------------------------------------------------------


def test_transfer_recorded_closes_the_claim_in_one_step() -> None:
    refund = prepared()
    agent = agent_of(refund.claim)

    commands.record_transfer(refund.pk, by=agent, reference=" VIR-2026-001 ", paid_on=TODAY)

    refund.refresh_from_db()
    claim = Claim.objects.get()
    assert (refund.status, refund.provider_ref, refund.settled_at) == (
        Status.SUCCEEDED,
        "VIR-2026-001",
        PRESENT,
    )
    assert (claim.state, claim.resolution) == (State.CLOSED, Resolution.REFUNDED)
    event = ClaimEvent.objects.get(claim=claim, kind="RefundPaid")
    assert (event.actor_role, event.actor_id) == ("marketplace", agent.id)
    assert event.body["refund_id"] == str(refund.pk)


def test_transfer_of_an_earlier_day_is_dated_that_day() -> None:
    refund = prepared()
    Claim.objects.update(opened_at=PRESENT - dt.timedelta(days=3))

    commands.record_transfer(
        refund.pk, by=agent_of(refund.claim), reference="V1", paid_on=dt.date(2026, 11, 18)
    )

    refund.refresh_from_db()
    assert refund.settled_at == dt.datetime(2026, 11, 17, 23, tzinfo=dt.UTC)


def test_same_transfer_recorded_twice_changes_nothing() -> None:
    refund = prepared()
    agent = agent_of(refund.claim)

    for _ in range(2):
        commands.record_transfer(refund.pk, by=agent, reference="V1", paid_on=TODAY)

    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1
    with pytest.raises(RefundAlreadyPaid):
        commands.record_transfer(refund.pk, by=agent, reference="V2", paid_on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_transfer_recorded_at_once_by_two_is_recorded_once() -> None:
    refund = prepared()
    agent = agent_of(refund.claim)

    results = at_once(
        *(
            lambda ref=ref: commands.record_transfer(refund.pk, by=agent, reference=ref, paid_on=TODAY)
            for ref in ("V1", "V2", "V1")
        )
    )

    assert "RefundAlreadyPaid" in kinds(results)
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


def test_claim_paid_from_two_payments_closes_with_the_second() -> None:
    order = an_order(lines=(9000,), payments=(4000, 5000))
    claim = a_refund_due(order)
    prepare()
    first, second = Refund.objects.order_by("payment__ref")
    agent = agent_of(claim)

    commands.record_transfer(first.pk, by=agent, reference="V1", paid_on=TODAY)
    assert Claim.objects.get().state == State.REFUND_DUE
    commands.record_transfer(second.pk, by=agent, reference="V2", paid_on=TODAY)

    assert (Claim.objects.get().state, Claim.objects.get().snapshot.refunded) == (State.CLOSED, euros(9000))


@pytest.mark.parametrize(
    ("reference", "paid_on", "refusal"),
    [("  ", TODAY, TransferReferenceMissing), ("V1", TODAY + dt.timedelta(days=1), DateInFuture)],
)
def test_transfer_that_proves_nothing_is_refused(
    reference: str, paid_on: dt.date, refusal: type[Exception]
) -> None:
    refund = prepared()

    with pytest.raises(refusal):
        commands.record_transfer(refund.pk, by=agent_of(refund.claim), reference=reference, paid_on=paid_on)

    assert Claim.objects.get().state == State.REFUND_DUE


def test_reference_proves_one_transfer() -> None:
    first, second = prepared(), prepared()
    commands.record_transfer(first.pk, by=agent_of(first.claim), reference="V1", paid_on=TODAY)

    with pytest.raises(TransferReferenceUsed):
        commands.record_transfer(second.pk, by=agent_of(second.claim), reference="V1", paid_on=TODAY)

    assert Claim.objects.get(pk=second.claim_id).state == State.REFUND_DUE


def test_failure_frees_what_was_held_and_a_retry_holds_it_again() -> None:
    refund = prepared()

    commands.record_failure(refund.pk, reason="RIB invalide")
    assert OrderLine.objects.get().refunded_minor == Payment.objects.get().refunded_minor == 0
    commands.record_failure(refund.pk, reason="RIB invalide")

    again = commands.retry(refund.pk)
    assert (again.status, again.key, again.pk) == (Status.APPROVED, refund.key, refund.pk)
    assert OrderLine.objects.get().refunded_minor == Payment.objects.get().refunded_minor == 8990
    with pytest.raises(RefundNotFailed):
        commands.retry(refund.pk)


def test_retry_of_what_has_been_paid_otherwise_is_refused() -> None:
    refund = prepared()
    commands.record_failure(refund.pk, reason="RIB invalide")
    OrderLine.objects.update(refunded_minor=1)

    with pytest.raises(MoreThanWasPaid):
        commands.retry(refund.pk)


def test_refund_cancelled_is_not_paid_until_it_is_started_again() -> None:
    refund = prepared()
    agent = agent_of(refund.claim)

    commands.cancel(refund.pk, reason="Rétrofacturation en cours")

    assert OrderLine.objects.get().refunded_minor == 0
    with pytest.raises(RefundCancelled):
        commands.record_transfer(refund.pk, by=agent, reference="V1", paid_on=TODAY)
    with pytest.raises(RefundCancelled):
        commands.record_failure(refund.pk, reason="")
    assert prepare() == Prepared(0, 0, 0)

    commands.retry(refund.pk)
    commands.record_transfer(refund.pk, by=agent, reference="V1", paid_on=TODAY)
    for undo in (commands.retry, lambda pk: commands.cancel(pk, reason="")):
        with pytest.raises(RefundAlreadyPaid):
            undo(refund.pk)


# -- paid by a provider ------------------------------------------------------------------------------------


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
