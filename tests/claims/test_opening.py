"""Opening a claim: once, on what is left of what was paid, and never on what another claim has."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import a_buyer, a_claim, a_payment, a_request, an_order, euros, the_buyer

from recours.claims.commands import open_claim, opening
from recours.claims.commands.store import AlreadyClaimed
from recours.claims.models import Claim, ClaimEvent, ClaimLine
from recours.claims.subjects import LinesMissing
from recours.marketplaces.models import Order, OrderLine
from recours.rules.eligibility import GroundNeedsAnOrder, NothingLeftToRefund, TooLateToClaim
from recours.rules.lifecycle.refusals import AmountTooHigh
from recours.rules.lifecycle.vocabulary import About, Ground, State

pytestmark = pytest.mark.django_db


def test_opening_stores_row_lines_and_first_event() -> None:
    order = an_order(lines=(8990, (3000, 3)), shipping=490)

    claim = a_claim(order)

    assert (claim.state, claim.seq, claim.disputed) == (State.WITH_SELLER, 1, euros(8990 + 3000 + 490))
    assert (claim.shop_id, claim.order_id, claim.title) == (order.shop_id, order.pk, "Casque Nova 1")
    assert [(line.quantity, line.is_open) for line in claim.lines.order_by("pk")] == [(1, True), (3, True)]
    event = ClaimEvent.objects.get(claim=claim)
    assert (event.kind, event.at, event.recorded_at, event.actor_role) == (
        "DisputeOpened", PRESENT, PRESENT, "buyer",
    )  # fmt: skip


def test_opening_twice_with_one_key_opens_one() -> None:
    order, key = an_order(), uuid4()

    first, second = a_claim(order, key=key), a_claim(order, key=key)

    assert first.pk == second.pk
    assert (Claim.objects.count(), ClaimEvent.objects.count(), ClaimLine.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_opening_at_once_with_one_key_opens_one() -> None:
    order = an_order()
    request = a_request(order)
    by = the_buyer(order.buyer_id)

    results = at_once(*[lambda: open_claim(request, by=by)] * 4)

    assert kinds(results) == ["Claim"] * 4
    assert len({claim.pk for claim in results if isinstance(claim, Claim)}) == 1
    assert (Claim.objects.count(), ClaimEvent.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_opening_at_once_on_one_line_opens_one_and_refuses_the_other() -> None:
    order = an_order()
    by = the_buyer(order.buyer_id)
    requests = [a_request(order), a_request(order)]

    results = at_once(*(lambda request=request: open_claim(request, by=by) for request in requests))

    assert kinds(results) == ["AlreadyClaimed", "Claim"]
    assert Claim.objects.count() == 1


def test_line_of_an_open_claim_is_already_claimed() -> None:
    order = an_order(lines=(1000, 2000))
    first, second = order.lines.order_by("pk")
    a_claim(order, lines={first.pk: 1})

    with pytest.raises(AlreadyClaimed):
        a_claim(order)

    assert a_claim(order, lines={second.pk: 1}).disputed == euros(2000)


def test_payment_of_an_open_claim_is_already_claimed() -> None:
    payment = a_payment()
    a_claim(payment=payment)

    with pytest.raises(AlreadyClaimed):
        a_claim(payment=payment)


@pytest.mark.parametrize(
    ("quantity", "minor"),
    [(1, 334), (2, 667), (3, 1000)],
)
def test_part_of_a_line_is_worth_its_share_rounded_up(quantity: int, minor: int) -> None:
    order = an_order(lines=((1000, 3),))
    line = order.lines.get()

    assert a_claim(order, lines={line.pk: quantity}).disputed == euros(minor)


def test_part_of_a_line_is_worth_no_more_than_is_left_of_it() -> None:
    order = an_order(lines=((1000, 2),))
    OrderLine.objects.update(refunded_minor=700)

    assert a_claim(order, lines={order.lines.get().pk: 1}).disputed == euros(300)


def test_shipping_is_disputed_only_with_the_whole_order() -> None:
    order = an_order(lines=(1000, (500, 2)), shipping=490)
    first, second = order.lines.order_by("pk")

    whole = a_request(order)
    assert open_claim(whole, by=the_buyer(order.buyer_id)).snapshot.opening.shipping == euros(490)

    for lines in ({first.pk: 1}, {first.pk: 1, second.pk: 1}):
        Claim.objects.update(state=State.CLOSED, closed_at=PRESENT)
        ClaimLine.objects.update(is_open=False)
        part = a_claim(order, lines=lines)
        assert part.snapshot.opening.shipping is None


@pytest.mark.parametrize("lines", [{}, {0: 1}, "too many"])
def test_lines_that_were_not_bought_are_refused(lines: object) -> None:
    order = an_order()
    chosen = {order.lines.get().pk: 2} if lines == "too many" else lines

    with pytest.raises(LinesMissing):
        a_claim(order, lines=chosen)


def test_order_of_another_buyer_does_not_exist() -> None:
    order = an_order()
    stranger = a_buyer(order.marketplace)

    with pytest.raises(Order.DoesNotExist):
        a_claim(order, buyer=stranger)


def test_payment_claim_needs_no_line_and_begins_with_the_platform() -> None:
    payment = a_payment(minor=4500)

    claim = a_claim(payment=payment)

    assert (claim.state, claim.about, claim.shop_id) == (State.WITH_PLATFORM, About.PAYMENT, None)
    assert claim.disputed == euros(4500)
    assert not claim.lines.exists()


def test_purchase_that_failed_needs_neither_order_nor_payment() -> None:
    claim = a_claim(buyer=a_buyer(), ground=Ground.TECHNICAL_FAULT, amount=euros(1200))

    assert (claim.state, claim.about, claim.disputed) == (State.WITH_PLATFORM, About.PURCHASE, euros(1200))


def test_ground_about_goods_needs_an_order() -> None:
    with pytest.raises(GroundNeedsAnOrder):
        a_claim(payment=a_payment(), ground=Ground.DAMAGED)


def test_nothing_left_to_refund_is_said() -> None:
    order = an_order()
    OrderLine.objects.update(refunded_minor=8990)

    with pytest.raises(NothingLeftToRefund):
        a_claim(order)


def test_more_than_was_paid_cannot_be_asked() -> None:
    with pytest.raises(AmountTooHigh):
        a_claim(an_order(), amount=euros(8991))


def test_claim_after_both_windows_is_too_late() -> None:
    # Conformity: two years from the delivery, the day not counted.
    order = an_order(delivered_on=dt.date(2024, 11, 20), promised_on=None)

    assert a_claim(order, now=dt.datetime(2026, 11, 20, 22, 59, tzinfo=dt.UTC)).seq == 1
    with pytest.raises(TooLateToClaim):
        a_claim(
            an_order(delivered_on=dt.date(2024, 11, 20)), now=dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
        )


def test_reference_that_exists_already_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = a_claim()
    drawn = [first.reference, first.reference, "L-22222222"]
    monkeypatch.setattr(opening, "new_reference", lambda: drawn.pop(0))

    assert a_claim().reference == "L-22222222"


def test_reference_is_readable_and_long_enough() -> None:
    found = {opening.new_reference() for _ in range(50)}

    assert len(found) == 50
    assert all(len(reference) == 10 and set(reference[2:]) <= set(opening.ALPHABET) for reference in found)


def test_event_row_is_appended_and_never_changed() -> None:
    claim = a_claim()

    for statement in ("UPDATE claims_claimevent SET kind = kind", "DELETE FROM claims_claimevent"):
        with (
            pytest.raises(IntegrityError, match="appended, never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert ClaimEvent.objects.filter(claim=claim).count() == 1
