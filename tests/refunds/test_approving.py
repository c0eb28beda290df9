"""A refund above the policy's limit leaves once somebody has approved it who did not decide it."""

import pytest
from django.db import IntegrityError, transaction
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.desk.stage import signed_in
from tests.factories import a_claim, a_payment, a_refund_due, an_agent, an_order, euros
from tests.refunds.fake import in_place_of_all

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.sweep import sweep
from recours.refunds import commands
from recours.refunds.commands import approve, prepare, refuse
from recours.refunds.models import Refund
from recours.refunds.refusals import (
    ApprovalMissing,
    ApprovalNotAsked,
    ReasonMissing,
    RefundCancelled,
    SecondPersonNeeded,
)
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role, State
from recours.rules.policy import parse_policy, preset
from recours.rules.refunds import needs_second_person

pytestmark = pytest.mark.django_db

Status = Refund.Status
TODAY = PRESENT.date()


@pytest.fixture
def large() -> Refund:
    """A refund of 1,000.01 euros; the default policy's limit is 1,000."""
    a_refund_due(an_order(lines=(100_001,)))
    prepare()
    return Refund.objects.get()


def another(refund: Refund) -> Actor:
    return Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk)


@pytest.mark.parametrize(
    ("owed", "above", "needed"),
    [
        (euros(100_000), 1000, False),
        (euros(100_001), 1000, True),
        (euros(1), 0, True),
        (euros(10**12), None, False),
    ],
)
def test_limit_is_held_to_the_cent(owed: object, above: int | None, needed: bool) -> None:
    assert needs_second_person(owed, above, "EUR") is needed  # type: ignore[arg-type]
    assert needs_second_person(owed, above, "JPY") is (above is not None)  # type: ignore[arg-type]


def test_policy_published_before_the_line_existed_asks_for_nobody() -> None:
    text = preset("default")
    line = next(line for line in text.splitlines() if line.startswith("approve_above"))

    assert parse_policy(text).refund.approve_above == 1000
    assert parse_policy(text.replace(line, "")).refund.approve_above is None


def test_small_refund_is_approved_by_the_policy() -> None:
    a_refund_due(an_order(lines=(100_000,)))
    prepare()

    refund = Refund.objects.get()
    assert (refund.status, refund.approved_at, refund.approved_by) == (Status.APPROVED, PRESENT, None)


def test_debt_is_not_made_small_by_going_back_to_several_payments() -> None:
    a_refund_due(an_order(lines=(100_001,), payments=(60_000, 60_000)))
    prepare()

    assert set(Refund.objects.values_list("status", flat=True)) == {Status.REQUESTED}


def test_large_refund_waits_and_then_leaves(large: Refund) -> None:
    first, second = another(large), another(large)

    with pytest.raises(ApprovalMissing):
        commands.record_transfer(large.pk, by=first, reference="V1", paid_on=TODAY)
    approve(large.pk, by=first)
    with pytest.raises(SecondPersonNeeded):
        commands.record_transfer(large.pk, by=first, reference="V1", paid_on=TODAY)
    commands.record_transfer(large.pk, by=second, reference="V1", paid_on=TODAY)

    assert Claim.objects.get().state == State.CLOSED


def test_provider_is_not_called_before_approval(large: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    in_place_of_all(monkeypatch)
    Refund.objects.update(provider="stripe")

    assert commands.submit_due(large.pay_until) == 0
    approve(large.pk, by=another(large))
    assert commands.submit_due(large.pay_until) == 1


def test_who_ruled_does_not_approve() -> None:
    payment = a_payment(minor=200_000)
    claim = a_claim(payment=payment, ground=Ground.OVERCHARGE)
    judge = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    terms = Terms(remedy=Remedy.REFUND, amount=euros(150_000))
    act(claim.pk, c.Rule(by=judge, rule="claim.open_payment", reasons="Débit prouvé.", terms=terms))
    sweep(Claim.objects.get().due_at)
    prepare()
    refund = Refund.objects.get()

    for answer in (lambda: approve(refund.pk, by=judge), lambda: refuse(refund.pk, by=judge, reason="Non.")):
        with pytest.raises(SecondPersonNeeded):
            answer()
    approve(refund.pk, by=another(refund))


def test_who_granted_it_for_the_shop_does_not_approve_it_after_leaving() -> None:
    """One person through two roles: on the shop's staff one day, at the desk the next."""
    claim = a_claim(an_order(lines=(200_000,)))
    agent = an_agent(claim.marketplace)
    act(claim.pk, c.Accept(by=Actor(Role.SELLER, agent.pk)))
    prepare()
    refund = Refund.objects.get()

    with pytest.raises(SecondPersonNeeded):
        approve(refund.pk, by=Actor(Role.AGENT, agent.pk))
    approve(refund.pk, by=another(refund))


def test_refused_with_a_reason_it_is_kept_and_waits_again_when_started_anew(large: Refund) -> None:
    agent = another(large)
    with pytest.raises(ReasonMissing):
        refuse(large.pk, by=agent, reason="  ")

    refuse(large.pk, by=agent, reason="Montant à revoir")

    large.refresh_from_db()
    assert (large.status, large.failure) == (Status.CANCELLED, "Montant à revoir")
    with pytest.raises(ApprovalNotAsked):
        approve(large.pk, by=agent)
    with pytest.raises(RefundCancelled):
        commands.record_transfer(large.pk, by=agent, reference="V1", paid_on=TODAY)
    assert commands.retry(large.pk).status == Status.REQUESTED


def test_approving_twice_is_approving_once(large: Refund) -> None:
    first, second = another(large), another(large)
    approve(large.pk, by=first)

    approve(large.pk, by=first)
    with pytest.raises(ApprovalNotAsked):
        approve(large.pk, by=second)

    large.refresh_from_db()
    assert large.approved_by_id == first.id


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_one_approves(large: Refund) -> None:
    first, second = another(large), another(large)

    results = at_once(lambda: approve(large.pk, by=first), lambda: refuse(large.pk, by=second, reason="Non."))

    assert kinds(results) == ["ApprovalNotAsked", "Refund"]


def test_database_sends_nothing_unapproved(large: Refund) -> None:
    with pytest.raises(IntegrityError, match="refund_approved_before_sent"), transaction.atomic():
        Refund.objects.update(status=Status.SUBMITTED)


def test_desk_approves_or_keeps_back_with_a_reason(large: Refund) -> None:
    charlie = an_agent(large.claim.marketplace)
    desk = signed_in(charlie)
    address = f"/desk/refunds/{large.pk}/approve/"

    listed = desk.get("/desk/refunds/?list=to_approve")
    assert address in listed.content.decode()
    assert desk.get(address).status_code == 200
    kept = desk.post(address, {"answer": "refuse", "reason": ""})
    assert (kept.status_code, kept.context["refusal"]["why"]) == (409, "La raison du refus manque.")

    assert desk.post(address, {"answer": "approve"}).status_code == 302
    large.refresh_from_db()
    assert (large.status, large.approved_by) == (Status.APPROVED, charlie)
    assert desk.post(address, {"answer": "refuse", "reason": "Trop tard"}).status_code == 409
