"""A withdrawal from the contract: born owed, sent back, paid; and what it is not."""

import datetime as dt

import pytest
from tests.rules.lifecycle.people import AGENT, BUYER, SELLER, Story, opening, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import replay
from recours.rules.lifecycle.allowed import allowed
from recours.rules.lifecycle.refusals import ReturnNotArrived, WithdrawalIsDeclared
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, GrantBasis, Ground, Resolution, State

pytestmark = pytest.mark.rules


def test_goods_in_hand_go_back_and_nobody_is_asked() -> None:
    claim = Story().withdraw().now_claim

    assert claim.state is State.AWAITING_RETURN
    assert (claim.agreed, claim.basis) == (refund(goods_return=True), GrantBasis.CHANGE_OF_MIND)
    assert claim.trip is not None
    assert claim.next_deadline is not None
    assert claim.next_deadline.kind is DeadlineKind.SHIP_BACK
    # Fourteen days from the notice of 19 November, a Thursday; the policy's ten would end earlier.
    assert claim.next_deadline.due_at == dt.datetime(2026, 12, 3, 23, tzinfo=dt.UTC)


def test_goods_that_have_not_come_are_paid_back_at_once() -> None:
    claim = Story().withdraw(delivered_on=None).now_claim

    assert claim.state is State.REFUND_DUE
    assert claim.next_deadline is not None
    assert claim.next_deadline.due_at == dt.datetime(2026, 12, 3, 23, tzinfo=dt.UTC)


def test_whole_life_of_a_withdrawal() -> None:
    story = Story().withdraw().later(days=2)
    story.do(
        c.ShipReturn(
            by=BUYER, shipped_on=dt.date(2026, 11, 21), carrier="Colissimo", tracking="6A12345678901"
        )
    )
    story.later(days=2).do(c.RecordReturnArrival(by=SELLER, arrived_on=dt.date(2026, 11, 23)))
    story.do(c.AcceptReturn(by=SELLER)).pay()

    claim = story.now_claim
    assert (claim.state, claim.resolution) == (State.CLOSED, Resolution.REFUNDED)
    assert replay(story.events) == claim


def test_seller_contests_what_came_back_and_the_platform_judges() -> None:
    story = Story().withdraw()
    story.do(
        c.ShipReturn(
            by=BUYER, shipped_on=dt.date(2026, 11, 19), carrier="Colissimo", tracking="6A12345678901"
        )
    )
    with pytest.raises(ReturnNotArrived):
        story.do(c.ContestReturn(by=SELLER, reasons="Porté."))
    story.do(c.RecordReturnArrival(by=SELLER, arrived_on=dt.date(2026, 11, 19)))

    story.do(c.ContestReturn(by=SELLER, reasons="Porté plusieurs jours, l'arceau est rayé."))

    assert story.now_claim.state is State.WITH_PLATFORM


def test_contested_exclusion_is_declared_and_judged_by_the_platform() -> None:
    story = Story().withdraw(contests=True)

    claim = story.now_claim
    assert claim.state is State.WITH_PLATFORM
    assert (claim.agreed, claim.trip) == (None, None)
    assert Act.ACCEPT in allowed(claim, SELLER, story.rules, story.now)

    story.do(c.Accept(by=SELLER))

    assert story.now_claim.state is State.AWAITING_RETURN


def test_platform_finds_that_the_exclusion_applies() -> None:
    story = Story().withdraw(contests=True)

    story.do(c.Rule(by=AGENT, rule="law:FR:conso:L221-28", reasons="Gravé au nom de l'acheteur."))

    assert story.now_claim.state is State.RULED


@pytest.mark.parametrize("contact", [True, False])
def test_change_of_mind_opens_no_dispute(contact: bool) -> None:
    born = opening(Ground.CHANGE_OF_MIND, refund(goods_return=True))
    command = c.ContactSeller(by=BUYER, opening=born) if contact else c.OpenDispute(by=BUYER, opening=born)

    with pytest.raises(WithdrawalIsDeclared):
        Story().do(command)


def test_dispute_does_not_become_a_withdrawal_by_a_change_of_ground() -> None:
    story = Story().dispute()

    with pytest.raises(WithdrawalIsDeclared):
        story.do(c.ChangeGround(by=BUYER, ground=Ground.CHANGE_OF_MIND, explanation="Finalement non."))


def test_only_buyers_are_offered_nothing_else_than_to_send_back_and_to_write() -> None:
    story = Story().withdraw()

    assert allowed(story.now_claim, BUYER, story.rules, story.now) == (
        Act.SHIP_RETURN,
        Act.PREPARE_LETTER,
        Act.POST_LETTER,
        Act.FOLLOW_LETTER,
        Act.CORRECT_LETTER,
    )
    assert allowed(story.now_claim, SELLER, story.rules, story.now) == ()
