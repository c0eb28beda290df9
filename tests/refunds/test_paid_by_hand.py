"""Refunds that a person pays by transfer and records: once, and with what proves it."""

import datetime as dt

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import (
    a_refund_due,
    an_order,
    euros,
)
from tests.refunds.debts import agent_of, prepared

from recours.claims.models import Claim, ClaimEvent
from recours.marketplaces.models import OrderLine, Payment
from recours.refunds import commands
from recours.refunds.commands import Prepared, prepare
from recours.refunds.models import Refund
from recours.refunds.refusals import (
    MoreThanWasPaid,
    RefundAlreadyPaid,
    RefundCancelled,
    RefundNotFailed,
    TransferReferenceMissing,
    TransferReferenceUsed,
)
from recours.rules.lifecycle.refusals import DateInFuture
from recours.rules.lifecycle.vocabulary import Resolution, State

pytestmark = pytest.mark.django_db

TODAY = PRESENT.date()
Status = Refund.Status


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
