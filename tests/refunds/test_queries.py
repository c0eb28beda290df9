"""What a refund's readers are told: when it comes, whether it is late, and what being late costs."""

import datetime as dt

import pytest
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_refund_due,
    a_shop,
    an_agent,
    an_order,
    euros,
)

from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim, claim_for
from recours.people.queries import NOBODY, identity_of
from recours.refunds import commands
from recours.refunds.models import Refund
from recours.refunds.queries import RefundNotVisible, late, promise, refund_for, refunds_of, refunds_to_pay
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Ground, Role

pytestmark = pytest.mark.django_db

LAW_ENDS = dt.date(2026, 12, 4)
"""Fourteen days from PRESENT's, within which the law has the buyer refunded."""


def seen_by_buyer(claim: Claim) -> OpenedClaim:
    assert claim.buyer.user is not None
    return claim_for(identity_of(claim.buyer.user), claim.reference)


def test_nothing_is_promised_before_anything_is_owed() -> None:
    opened = seen_by_buyer(a_claim())

    assert (promise(opened), late(opened, PRESENT.date()), refunds_of(opened)) == (None, None, [])


def test_promise_holds_both_dates_and_the_better_counts() -> None:
    claim = a_refund_due()
    commands.prepare()

    found = promise(seen_by_buyer(claim))

    assert found is not None
    assert found.term.law_latest is not None
    assert found.term.earliest is None
    assert (found.term.policy_latest.last_on, found.term.law_latest.last_on, found.term.latest.last_on) == (
        dt.date(2027, 1, 9), LAW_ENDS, LAW_ENDS,
    )  # fmt: skip
    assert (found.owed, found.is_overdue, found.has_failed, found.paid_at) == (
        euros(8990),
        False,
        False,
        None,
    )
    assert [refund.amount for refund in found.refunds] == [euros(8990)]


def test_promise_of_a_claim_whose_refund_is_not_prepared_yet_stands_too() -> None:
    found = promise(seen_by_buyer(a_refund_due()))

    assert found is not None
    assert found.refunds == ()


@pytest.mark.parametrize(("days", "days_late"), [(14, 0), (15, 1), (24, 10), (25, 11)])
def test_meter_runs_from_the_day_after_the_laws_last(days: int, days_late: int, frozen_clock: object) -> None:
    claim = a_refund_due()
    commands.prepare()
    frozen_clock.shift(dt.timedelta(days=days))  # type: ignore[attr-defined]
    opened = seen_by_buyer(claim)

    found = late(opened, PRESENT.date() + dt.timedelta(days=days))

    promised = promise(opened)
    assert promised is not None
    assert promised.is_overdue is bool(days_late)
    if not days_late:
        assert found is None
        return
    assert found is not None
    assert found.running is not None
    assert (found.running.amount, found.running.days_late, found.running.article, found.due_on) == (
        euros(8990),
        days_late,
        "L242-4",
        LAW_ENDS,
    )
    # Five percent from the eleventh day.
    assert found.running.next_surcharge == euros(450 if days_late <= 10 else 899)


def test_meter_stops_on_the_day_of_the_payment(frozen_clock: object) -> None:
    claim = a_refund_due()
    commands.prepare()
    frozen_clock.shift(dt.timedelta(days=26))  # type: ignore[attr-defined]
    agent = Actor(Role.AGENT, an_agent(claim.marketplace).pk)
    commands.record_transfer(Refund.objects.get().pk, by=agent, reference="V1", paid_on=dt.date(2026, 12, 15))
    frozen_clock.shift(dt.timedelta(days=100))  # type: ignore[attr-defined]
    opened = seen_by_buyer(claim)

    found, promised = late(opened, dt.date(2027, 3, 26)), promise(opened)

    assert found is not None
    assert promised is not None
    assert found.running is None
    assert [(one.days_late, one.surcharge, one.amount) for one in found.paid] == [
        (11, euros(450), euros(8990))
    ]
    assert (promised.owed, promised.is_overdue) == (euros(0), False)
    assert promised.paid_at == dt.datetime(2026, 12, 14, 23, tzinfo=dt.UTC)


def test_law_that_sets_no_surcharge_has_no_meter(frozen_clock: object) -> None:
    place = a_marketplace()
    claim = a_refund_due(an_order(a_buyer(place, country="CN"), a_shop(place)))
    frozen_clock.shift(dt.timedelta(days=90))  # type: ignore[attr-defined]
    opened = seen_by_buyer(claim)

    promised = promise(opened)

    assert promised is not None
    assert promised.is_overdue
    assert late(opened, dt.date(2027, 2, 18)) is None


def test_lost_parcel_has_the_table_of_a_contract_ended(frozen_clock: object) -> None:
    claim = a_refund_due(an_order(delivered_on=None), ground=Ground.LOST)
    frozen_clock.shift(dt.timedelta(days=40))  # type: ignore[attr-defined]

    found = late(seen_by_buyer(claim), PRESENT.date() + dt.timedelta(days=40))

    assert found is not None
    assert found.running is not None
    assert found.running.article == "L241-4"


def test_refunds_to_pay_come_most_overdue_first_page_by_page() -> None:
    place = a_marketplace()
    buyer, shop, agent = a_buyer(place), a_shop(place), identity_of(an_agent(place))
    for days in (2, 0, 1):
        a_refund_due(an_order(buyer, shop), now=PRESENT - dt.timedelta(days=days))
    commands.prepare()
    elsewhere = a_refund_due()
    commands.prepare()

    first = refunds_to_pay(agent, limit=2)
    rest = refunds_to_pay(agent, limit=2, after=(first[1].pay_until, first[1].pk))

    assert [refund.owed_at for refund in (*first[:2], *rest)] == [
        PRESENT - dt.timedelta(days=days) for days in (2, 1, 0)
    ]
    assert (len(first), len(rest)) == (3, 1)
    assert elsewhere.pk not in {refund.claim_id for refund in first}
    assert refunds_to_pay(identity_of(buyer.user)) == refunds_to_pay(NOBODY) == []


def test_refund_that_failed_stays_in_the_list_and_a_paid_one_leaves_it() -> None:
    place = a_marketplace()
    agent = an_agent(place)
    who = identity_of(agent)
    for _ in range(2):
        a_refund_due(an_order(a_buyer(place), a_shop(place)))
    commands.prepare()
    failed, paid = refunds_to_pay(who)

    commands.record_failure(failed.pk, reason="RIB invalide")
    commands.record_transfer(paid.pk, by=Actor(Role.AGENT, agent.pk), reference="V1", paid_on=PRESENT.date())

    assert refunds_to_pay(who) == [failed]
    assert refunds_to_pay(who, statuses=(Refund.Status.SUCCEEDED,)) == [paid]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_refunds_costs_one_query(rows: int, django_assert_num_queries: object) -> None:
    place = a_marketplace()
    who = identity_of(an_agent(place))
    for _ in range(rows):
        a_refund_due(an_order(a_buyer(place), a_shop(place)))
    commands.prepare()

    with django_assert_num_queries(1):  # type: ignore[operator]
        shown = [
            (r.claim.reference, r.claim.buyer.name, r.payment and r.payment.ref) for r in refunds_to_pay(who)
        ]

    assert len(shown) == rows


def test_refund_of_another_desk_does_not_exist() -> None:
    claim = a_refund_due()
    commands.prepare()
    refund = Refund.objects.get()

    assert refund_for(identity_of(an_agent(claim.marketplace)), refund.pk) == refund
    for stranger in (identity_of(an_agent(a_marketplace())), identity_of(claim.buyer.user), NOBODY):
        with pytest.raises(RefundNotVisible):
            refund_for(stranger, refund.pk)
