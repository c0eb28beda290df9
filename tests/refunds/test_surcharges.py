"""What the law adds to a late refund: owed once it settled, paid like a refund, and never twice."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_refund_due, an_agent, an_order, euros
from tests.refunds.fake import in_place_of_all
from tests.refunds.test_ledger import balances

from recours.claims.models import Claim, ClaimEvent
from recours.claims.queries import OpenedClaim
from recours.refunds import commands
from recours.refunds.models import Refund
from recours.refunds.presentation import money_of
from recours.refunds.refusals import SecondPersonNeeded, SurchargeAlreadyOrdered, SurchargeNotOrdered
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

Status = Refund.Status

TERM = 14
"""Days that the law leaves, from PRESENT on: paid on the eleventh day after, five percent are added."""


def agent_of(claim: Claim) -> Actor:
    return Actor(Role.AGENT, an_agent(claim.marketplace).pk)


def paid(days: int, *, minor: int = 8990, payments: tuple[int, ...] | None = None) -> Refund:
    """A refund that is recorded as paid so many days after it began to be owed."""
    claim = a_refund_due(an_order(lines=(minor,)) if payments is None else an_order(payments=payments))
    commands.prepare()
    refund = Refund.objects.get(claim=claim)
    if refund.status == Status.REQUESTED:
        commands.approve(refund.pk, by=agent_of(claim))
    pays(refund, days)
    refund.refresh_from_db()
    return refund


def pays(refund: Refund, days: int, reference: str = "V1") -> None:
    now = PRESENT + dt.timedelta(days=days)
    commands.record_transfer(
        refund.pk, by=agent_of(refund.claim), reference=reference, paid_on=now.date(), now=now
    )


def surcharge() -> Refund:
    return Refund.objects.get(surcharge_of__isnull=False)


@pytest.mark.parametrize(
    ("days", "minor"), [(TERM, 0), (TERM + 11, 450), (TERM + 21, 899), (TERM + 31, 1798)]
)
def test_what_the_law_adds_is_owed_when_a_late_refund_settles(days: int, minor: int) -> None:
    refund = paid(days)

    assert [one.amount.minor for one in Refund.objects.filter(surcharge_of=refund)] == (
        [minor] if minor else []
    )
    due = {"surcharge": -minor, "surcharge_due": minor} if minor else {}
    assert balances() == {"captured": -8990, "refunded": 8990} | due


def test_two_payments_of_one_debt_add_what_one_would() -> None:
    claim = a_refund_due(an_order(payments=(2005, 6985)))
    commands.prepare()

    for number, refund in enumerate(Refund.objects.filter(claim=claim).order_by("amount_minor")):
        pays(refund, TERM + 11, f"V{number}")

    added = Refund.objects.filter(surcharge_of__isnull=False).order_by("amount_minor")
    assert [one.amount_minor for one in added] == [100, 350]  # 5 % of 89.90 in all, as in one payment
    assert balances()["surcharge_due"] == 450


def test_interest_at_a_rate_that_nobody_has_published_is_owed_once_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paid(TERM + 3)
    assert not Refund.objects.filter(surcharge_of__isnull=False).exists()

    monkeypatch.setattr("recours.rules.surcharge._interest", lambda amount, *rest: (euros(5), True))
    assert (commands.post_surcharges(), commands.post_surcharges()) == (1, 0)

    assert surcharge().amount == euros(5)


def test_it_goes_the_way_of_a_refund_and_says_nothing_to_the_claim() -> None:
    late = paid(TERM + 11)
    events = ClaimEvent.objects.count()
    added, who = surcharge(), agent_of(late.claim)
    with pytest.raises(SurchargeNotOrdered):
        pays(added, TERM + 12, "V2")

    for _ in range(2):
        commands.order_surcharge(added.pk, by=who)
    assert balances() == {"captured": -8990, "refunded": 8990, "surcharge": -450, "in_flight": 450}
    commands.record_failure(added.pk, reason="RIB invalide")
    assert balances()["surcharge_due"] == 450
    commands.retry(added.pk)
    for _ in range(2):
        pays(added, TERM + 12, "V2")

    assert balances() == {"captured": -8990, "refunded": 8990, "surcharge": -450, "surcharge_paid": 450}
    assert (surcharge().status, surcharge().settled_at is not None) == (Status.SUCCEEDED, True)
    assert ClaimEvent.objects.count() == events
    assert commands.post_surcharges() == 0
    with pytest.raises(SurchargeAlreadyOrdered):
        commands.order_surcharge(added.pk, by=agent_of(late.claim))


def test_above_the_limit_a_second_person_approves_it() -> None:
    late = paid(TERM + 31, minor=600_000)
    added, first, second = surcharge(), agent_of(late.claim), agent_of(late.claim)
    assert added.amount == euros(120_000)

    commands.order_surcharge(added.pk, by=first)
    with pytest.raises(SecondPersonNeeded):
        commands.approve(added.pk, by=first)
    commands.refuse(added.pk, by=second, reason="Le compte n’est pas le bon.")
    added.refresh_from_db()
    assert (added.status, added.ordered_by, balances()["surcharge_due"]) == (Status.DUE, None, 120_000)

    commands.order_surcharge(added.pk, by=first)
    commands.approve(added.pk, by=second)

    assert surcharge().status == Status.APPROVED


def test_one_that_came_back_is_owed_again_in_another_row() -> None:
    late = paid(TERM + 11)
    added = surcharge()
    commands.order_surcharge(added.pk, by=agent_of(late.claim))
    pays(added, TERM + 12, "V2")
    added.refresh_from_db()

    commands.recording.record_reversed(added, "compte fermé", at=PRESENT, now=PRESENT + dt.timedelta(days=40))

    again = Refund.objects.get(surcharge_of=late, status=Status.DUE)
    assert (again.amount, again.key != added.key) == (euros(450), True)
    assert balances() == {"captured": -8990, "refunded": 8990, "surcharge": -450, "surcharge_due": 450}


def test_it_is_never_sent_to_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = in_place_of_all(monkeypatch)
    late = paid(TERM + 11)
    commands.order_surcharge(surcharge().pk, by=agent_of(late.claim))

    commands.submit_due(PRESENT + dt.timedelta(days=60))

    assert (fake.paid, surcharge().provider, surcharge().payment) == ({}, "manual", None)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_it_paid_once() -> None:
    late = paid(TERM + 11)
    added = surcharge().pk
    people = [agent_of(late.claim) for _ in range(4)]

    def order(number: int) -> Any:
        return commands.order_surcharge(added, by=people[number % 4])

    results = at_once(*(lambda number=number: order(number) for number in range(20)))

    assert kinds(results) == ["Refund"] * 5 + ["SurchargeAlreadyOrdered"] * 15
    assert UUID(str(surcharge().ordered_by_id)) in {one.id for one in people}
    assert balances()["in_flight"] == 450


@pytest.mark.parametrize("role", [Role.BUYER, Role.SELLER, Role.AGENT])
def test_while_it_is_owed_no_page_says_that_nothing_more_is_awaited(role: Role) -> None:
    claim = paid(25).claim
    claim.refresh_from_db()
    opened = OpenedClaim(row=claim, role=role, actor=Actor(role), now=PRESENT + dt.timedelta(days=26))

    owed = money_of(opened)["still_owed"]

    whose = "vous restent dus" if role is Role.BUYER else "restent dus à l’acheteur"
    assert owed == f"La loi y ajoute 4,50\xa0€, qui {whose}\u202f: la plateforme doit encore les verser."
    commands.order_surcharge(surcharge().pk, by=agent_of(claim))
    commands.record_transfer(
        surcharge().pk,
        by=agent_of(claim),
        reference="V2",
        paid_on=(PRESENT + dt.timedelta(days=26)).date(),
        now=PRESENT + dt.timedelta(days=26),
    )
    assert money_of(opened)["still_owed"] == ""
