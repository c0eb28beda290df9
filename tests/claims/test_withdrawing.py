"""Withdrawing from a contract: one declaration however often it is sent, to the cent, and acknowledged at once."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_refund_due,
    a_withdrawal,
    a_withdrawal_request,
    an_order,
    euros,
    the_buyer,
)

from recours.claims.acknowledgements import acknowledgement, render
from recours.claims.commands import act
from recours.claims.commands.store import AlreadyClaimed
from recours.claims.commands.withdrawing import (
    KEYS_A_DAY,
    digest_of,
    forget_old_keys,
    mail_key,
    order_behind,
    withdraw_from_contract,
)
from recours.claims.models import Claim, ClaimEvent, WithdrawalKey
from recours.claims.queries import visible_to
from recours.claims.verify import differences
from recours.claims.withdrawable import AlreadyWithdrawn, DisputeIsSettled, DisputeStandsInTheWay
from recours.marketplaces.models import Order, Parcel, Payment
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.refunds.commands.preparing import prepare
from recours.refunds.models import Refund, RefundPart
from recours.rules.access import Identity
from recours.rules.eligibility import NothingLeftToRefund
from recours.rules.lifecycle.claim import MARKETPLACE, Actor
from recours.rules.lifecycle.commands import PayRefund, ShipReturn, UndoWithdrawal
from recours.rules.lifecycle.vocabulary import GrantBasis, Ground, Resolution, Role, State
from recours.rules.withdrawing import (
    ExcludedGoods,
    NameMissing,
    NothingChosen,
    NothingWasPaid,
    TooLateToWithdraw,
)

pytestmark = pytest.mark.django_db

OVER_AT = dt.datetime(2026, 11, 26, 23, tzinfo=dt.UTC)
"""Midnight in Paris after the fourteenth day from 12 November."""


def lines_of(order: Order) -> list[int]:
    return list(order.lines.order_by("position").values_list("pk", flat=True))


def test_whole_order_goes_back_with_its_shipping() -> None:
    order = an_order(lines=(8990,), shipping=490)

    claim = a_withdrawal(order)

    assert (claim.state, claim.ground) == (State.AWAITING_RETURN, Ground.CHANGE_OF_MIND)
    snapshot = claim.snapshot
    assert (snapshot.disputed, snapshot.opening.shipping) == (euros(9480), euros(490))
    assert snapshot.basis is GrantBasis.CHANGE_OF_MIND
    assert snapshot.agreed is not None
    assert (snapshot.agreed.goods_return, snapshot.agreed.return_paid_by) == (True, Role.BUYER)
    assert claim.shop_id == order.shop_id


def test_express_supplement_stays_with_the_seller() -> None:
    order = an_order(lines=(8990,), shipping=1290)
    Order.objects.filter(pk=order.pk).update(shipping_standard_minor=490)

    assert a_withdrawal(order).snapshot.disputed == euros(9480)


def test_part_of_an_order_leaves_its_shipping_until_the_rest_follows() -> None:
    order = an_order(lines=(1000, 2000), shipping=490)
    first, second = lines_of(order)

    part = a_withdrawal(order, lines={first: 1})
    rest = a_withdrawal(order, lines={second: 1})

    assert part.snapshot.disputed == euros(1000)
    assert rest.snapshot.disputed == euros(2490)


def test_one_and_one_and_one_of_three_add_up_to_the_cent() -> None:
    order = an_order(lines=((1000, 3),))
    (line,) = lines_of(order)
    paid = []
    for _ in range(3):
        Parcel.objects.filter(order=order).update(delivered_on=None, delivery_source="")
        claim = a_withdrawal(order, lines={line: 1})
        paid.append(claim.snapshot.disputed.minor)
        prepare(PRESENT)
        Refund.objects.filter(claim=claim).update(status="succeeded", settled_at=PRESENT)
        pay = PayRefund(by=MARKETPLACE, amount=claim.snapshot.disputed, refund_id=claim.pk)
        act(claim.pk, pay)

    assert paid == [333, 333, 334]
    with pytest.raises(NothingLeftToRefund):
        a_withdrawal(order, lines={line: 1})


def test_goods_that_never_came_are_refunded_at_once_line_and_shipping() -> None:
    order = an_order(lines=(8990,), shipping=490, delivered_on=None)

    claim = a_withdrawal(order)
    prepare(PRESENT)

    assert claim.state == State.REFUND_DUE
    assert sorted(RefundPart.objects.values_list("amount_minor", flat=True)) == [490, 8990]


def test_not_told_buyer_pays_no_return_and_has_twelve_months_more() -> None:
    order = an_order(delivered_on=dt.date(2026, 10, 30))
    with pytest.raises(TooLateToWithdraw):
        a_withdrawal(order)
    Order.objects.filter(pk=order.pk).update(withdrawal_told=False)

    claim = a_withdrawal(order)

    assert claim.snapshot.opening.untold
    assert claim.snapshot.agreed is not None
    assert claim.snapshot.agreed.return_paid_by is Role.SELLER


def test_term_ends_to_the_second() -> None:
    order = an_order()
    second = dt.timedelta(seconds=1)

    for late in (OVER_AT, OVER_AT + second):
        with pytest.raises(TooLateToWithdraw):
            a_withdrawal(order, now=late)
    assert a_withdrawal(order, now=OVER_AT - second).state == State.AWAITING_RETURN


def test_term_waits_for_the_last_parcel() -> None:
    order = an_order(lines=(1000, 2000), delivered_on=dt.date(2026, 10, 30))
    late = Parcel.objects.create(order=order, ref="2")
    second = order.lines.get(position=2)
    second.parcel = late
    second.save()

    claim = a_withdrawal(order)

    assert claim.state == State.AWAITING_RETURN
    assert claim.snapshot.opening.delivered_on is None


@pytest.mark.parametrize("count", [0, 2, -1])
def test_quantity_that_was_not_bought_is_refused(count: int) -> None:
    order = an_order()
    (line,) = lines_of(order)

    with pytest.raises(NothingChosen):
        a_withdrawal(order, lines={line: count})
    assert not Claim.objects.exists()


def test_line_of_another_order_is_refused() -> None:
    order, other = an_order(), an_order()

    with pytest.raises(NothingChosen):
        a_withdrawal(order, lines=dict.fromkeys(lines_of(other), 1))


def test_order_of_another_does_not_exist() -> None:
    order = an_order()
    stranger = a_buyer(order.marketplace)
    request = replace(a_withdrawal_request(order), buyer_id=stranger.pk)

    with pytest.raises(Order.DoesNotExist):
        withdraw_from_contract(request, by=the_buyer(stranger.pk))


@pytest.mark.parametrize("name", ["", "   ", "\n"])
def test_declaration_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(NameMissing):
        a_withdrawal(name=name)


def test_order_paid_back_already_is_refused() -> None:
    order = an_order(lines=(8990,))
    order.lines.update(refunded_minor=8990)

    with pytest.raises(NothingLeftToRefund):
        a_withdrawal(order)


def test_cancelled_payment_is_refused() -> None:
    order = an_order()
    Payment.objects.filter(order=order).update(status=Payment.Status.FAILED)

    with pytest.raises(NothingWasPaid):
        a_withdrawal(order)


def test_excluded_article_is_refused_until_the_buyer_disagrees_and_then_judged() -> None:
    order = an_order()
    order.lines.update(exclusion="personalised")
    with pytest.raises(ExcludedGoods):
        a_withdrawal(order)

    claim = a_withdrawal(order, contests_exclusion=True)

    assert claim.state == State.WITH_PLATFORM
    assert "Je conteste" in claim.events.get(seq=1).body["declaration"]["text"]
    # Nothing is promised, and no date given, before the platform has judged.
    told = acknowledgement(claim, "fr")
    assert told is not None
    assert (told.send_back, told.refund) == (None, None)
    assert dict(told.facts).keys() >= {"Montant en cause"}
    assert "À rembourser" not in dict(told.facts)


def test_disagreeing_about_nothing_sends_nobody_to_the_platform() -> None:
    assert a_withdrawal(contests_exclusion=True).state == State.AWAITING_RETURN


def test_same_declaration_sent_twice_is_one() -> None:
    order = an_order()
    request = a_withdrawal_request(order)
    by = the_buyer(order.buyer_id)

    first = withdraw_from_contract(request, by=by)
    again = withdraw_from_contract(request, by=by)
    from_another_page = a_withdrawal(order)

    assert first.pk == again.pk == from_another_page.pk
    assert ClaimEvent.objects.count() == 1
    assert Mail.objects.filter(renderer="withdrawals").count() == 2  # the address declared, and the known one


@pytest.mark.django_db(transaction=True)
def test_two_declarations_at_the_same_instant_are_one() -> None:
    order = an_order()
    by = the_buyer(order.buyer_id)
    requests = [a_withdrawal_request(order) for _ in range(4)]

    results = at_once(
        *[lambda each=each: withdraw_from_contract(each, by=by) for each in requests]  # type: ignore[misc]
    )

    assert {getattr(one, "pk", one) for one in results} == {Claim.objects.get().pk}


def test_other_quantity_of_a_line_under_way_is_refused_by_name() -> None:
    order = an_order(lines=((3000, 3),))
    (line,) = lines_of(order)
    first = a_withdrawal(order, lines={line: 1})

    with pytest.raises(AlreadyWithdrawn) as refused:
        a_withdrawal(order, lines={line: 2})
    assert first.reference in refused.value.explain("fr")


def test_open_dispute_gives_way_only_when_the_buyer_says_so() -> None:
    order = an_order()
    dispute = a_claim(order)
    with pytest.raises(DisputeStandsInTheWay) as refused:
        a_withdrawal(order)
    assert dispute.reference in refused.value.explain("fr")

    claim = a_withdrawal(order, closes_disputes=True)

    dispute.refresh_from_db()
    assert (dispute.state, dispute.resolution) == (State.CLOSED, Resolution.WITHDRAWN)
    assert claim.state == State.AWAITING_RETURN
    with pytest.raises(AlreadyClaimed):  # the dispute does not come back under the withdrawal's feet
        act(dispute.pk, UndoWithdrawal(by=the_buyer(order.buyer_id)))


def test_settled_dispute_is_not_undone() -> None:
    order = an_order()
    a_refund_due(order)

    with pytest.raises(DisputeIsSettled):
        a_withdrawal(order, closes_disputes=True)


def test_refused_declaration_leaves_the_dispute_alone() -> None:
    order = an_order()
    dispute = a_claim(order)

    with pytest.raises(NameMissing):
        a_withdrawal(order, closes_disputes=True, name=" ")
    dispute.refresh_from_db()
    assert dispute.state == State.WITH_SELLER


def test_acknowledgement_has_content_date_and_time_and_never_changes() -> None:
    order = an_order(lines=(8990,), shipping=490)
    claim = a_withdrawal(order)

    found = acknowledgement(claim, "fr")
    later = acknowledgement(Claim.objects.get(pk=claim.pk), "fr")

    assert found == later
    assert found is not None
    facts = dict(found.facts)
    assert facts["Déclarée"].replace("\u202f", " ").replace("\u00a0", " ") == (
        "vendredi 20 novembre 2026, 10 h 00 (heure de Paris)"
    )
    assert "1 × Casque Nova 1" in found.text
    assert order.number in found.text
    assert found.seal == bytes(claim.events.get(seq=1).hash).hex()
    assert acknowledgement(a_claim(), "fr") is None


def test_acknowledgement_leaves_by_mail_as_text_and_html(mailoutbox: list) -> None:  # type: ignore[type-arg]
    order = an_order()
    a_withdrawal(order, email="autre@example.org")

    send_due()

    sent = {letter.to[0].rpartition("<")[2].strip(">"): letter for letter in mailoutbox}
    mine = sent["autre@example.org"]
    assert "Accusé de réception de votre rétractation" in mine.subject
    assert "heure de Paris" in mine.body
    assert "Casque Nova 1" in mine.body
    assert "Casque Nova 1" in mine.alternatives[0][0]
    assert order.buyer.email in sent


def test_mailed_acknowledgement_says_nothing_that_came_after_the_declaration() -> None:
    order = an_order()
    claim = a_withdrawal(order)
    mail = Mail.objects.filter(renderer="withdrawals")[0]
    at_once = render(mail)

    act(
        claim.pk,
        ShipReturn(
            by=the_buyer(order.buyer_id),
            shipped_on=PRESENT.date(),
            carrier="La Poste",
            tracking="CB473124829FR",
        ),
    )

    # A mail that waits for its turn is worded later than the act that it acknowledges.
    assert at_once is not None
    assert render(mail) == at_once
    assert bytes(claim.events.get(seq=1).hash).hex() in dict(at_once.facts).values()


def test_declaration_is_sealed_in_the_chain_and_verified() -> None:
    claim = a_withdrawal()

    assert list(differences(claim.reference)) == []
    assert claim.events.get(seq=1).body["declaration"]["email"] == "alice@example.org"


def test_seller_sees_it_and_a_stranger_does_not() -> None:
    claim = a_withdrawal()

    seller = Identity(shop_ids=frozenset({claim.shop_id}))
    assert visible_to(seller).filter(pk=claim.pk).exists()
    assert not visible_to(Identity()).filter(pk=claim.pk).exists()


def test_mailed_key_is_kept_as_a_hash_and_limited(mailoutbox: list) -> None:  # type: ignore[type-arg]
    order = Order.objects.select_related("buyer", "marketplace").get(pk=an_order().pk)

    for _ in range(KEYS_A_DAY + 3):
        mail_key(order=order, lang="fr", now=PRESENT)
    send_due()

    assert WithdrawalKey.objects.count() == len(mailoutbox) == KEYS_A_DAY
    secret = mailoutbox[0].body.partition("/withdrawal/key/")[2].partition("/")[0]
    assert len(secret) == 43
    assert WithdrawalKey.objects.filter(digest=digest_of(secret)).exists()
    assert not Mail.objects.filter(text__contains=secret).exists()  # blanked once sent
    assert not Mail.objects.filter(payload__body__contains=secret).exists()
    assert forget_old_keys(PRESENT + dt.timedelta(hours=25)) == KEYS_A_DAY


def test_order_is_found_by_number_and_address_together() -> None:
    place = a_marketplace()
    order = an_order(a_buyer(place))

    assert order_behind(place.pk, f" {order.number} ", order.buyer.email.upper()) == order
    assert order_behind(place.pk, order.number, "mallory@example.org") is None
    assert order_behind(place.pk, "C-0", order.buyer.email) is None
    assert order_behind(place.pk, "\0", order.buyer.email) is None
    assert order_behind(a_marketplace().pk, order.number, order.buyer.email) is None


def test_declaration_by_mailed_key_is_nobody_in_particular() -> None:
    order = an_order(a_buyer(email="invitee@example.org"))
    request = a_withdrawal_request(order)

    claim = withdraw_from_contract(request, by=Actor(Role.BUYER))

    assert claim.events.get(seq=1).actor_id is None
