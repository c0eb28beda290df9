"""From a debt to refunds: once, to the right payments, and no more than was paid."""

import datetime as dt

import pytest
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_payment,
    a_refund_due,
    a_shop,
    an_order,
    euros,
)
from tests.refunds.debts import agent_of, prepared

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.sweep import sweep
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.refunds.commands import Prepared, prepare
from recours.refunds.models import Refund, RefundPart
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Ground, Remedy

pytestmark = pytest.mark.django_db

Status = Refund.Status


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
