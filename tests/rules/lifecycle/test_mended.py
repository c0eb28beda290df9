"""What once went wrong in a claim's life, so that it does not again."""

from uuid import UUID

import pytest
from tests.rules.lifecycle.people import AGENT, BUYER, PAID, SELLER, Story, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import MARKETPLACE, Terms
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Resolution, State
from recours.rules.money import Money


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def reopened_after(paid: int) -> Story:
    """A claim settled for a part, paid, and opened again before the platform."""
    story = Story().dispute(wanted=refund(paid)).do(c.Accept(by=SELLER)).pay(paid)
    return story.later(days=1).do(c.Reopen(by=BUYER, reasons="La réparation n'a pas tenu."))


@pytest.mark.parametrize("more", [1, 3000, 4990])
def test_claim_opened_again_owes_all_that_is_granted_the_second_time(more: int) -> None:
    story = reopened_after(4000).do(
        c.Rule(
            by=AGENT, rule="claim.open_after_delivery", reasons="La panne est prouvée.", terms=refund(more)
        )
    )

    story.silence()

    assert story.now_claim.state is State.REFUND_DUE
    assert owed_amount(story.now_claim) == euros(more)
    story.pay(more)
    assert (story.now_claim.state, story.now_claim.refunded) == (State.CLOSED, euros(4000 + more))
    whole = Resolution.REFUNDED if more == 4990 else Resolution.PARTLY_REFUNDED
    assert story.now_claim.resolution is whole


def test_debt_paid_in_two_parts_is_owed_until_the_second() -> None:
    story = Story().dispute().do(c.Accept(by=SELLER)).pay(5000)

    assert (story.now_claim.state, owed_amount(story.now_claim)) == (State.REFUND_DUE, euros(3990))

    story.pay(3990)

    assert (story.now_claim.state, story.now_claim.refunded) == (State.CLOSED, PAID)


def test_refund_that_was_late_once_has_its_own_date_when_owed_again() -> None:
    story = Story().dispute(wanted=refund(4000)).do(c.Accept(by=SELLER)).silence()
    assert story.now_claim.refund_overdue
    story.pay(4000).do(c.Reopen(by=BUYER, reasons="Il manque une pièce."))

    story.do(c.Rule(by=AGENT, rule="refund", reasons="Il manque une pièce.", terms=refund(1000)))
    assert not story.now_claim.refund_overdue
    story.silence()

    # The law counts from the claim, so the second debt is late from its first moment, and says so anew.
    late = [event for event in story.events if isinstance(event, e.RefundBecameOverdue)]
    assert [event.at for event in late] == [late[0].at, story.now_claim.state_since]


def test_goods_that_never_came_are_not_asked_back_by_silence() -> None:
    wanted = Terms(remedy=Remedy.REFUND, amount=PAID, goods_return=True)
    story = Story().dispute(wanted=wanted)

    story.do(
        c.ChangeGround(by=BUYER, ground=Ground.LOST, explanation="Le colis n'est jamais arrivé.")
    ).silence()

    assert story.now_claim.state is State.REFUND_DUE
    assert owed_amount(story.now_claim) == PAID


def given_back(minor: int, *before: c.Command) -> Story:
    """A dispute of which the buyer's bank gave so much back, after these acts."""
    story = Story().dispute()
    for wish in before:
        story.do(wish)
    story.do(c.OpenChargeback(by=MARKETPLACE, amount=euros(minor), chargeback_id=UUID(int=7)))
    return story.do(c.LoseChargeback(by=MARKETPLACE, amount=euros(minor), chargeback_id=UUID(int=7)))


def test_silence_grants_what_the_bank_has_not_given_back() -> None:
    # The seller's silence granted all that was asked, which was more than was left: the clock raised, the claim
    # was parked, and its page could not be opened by anybody.
    story = given_back(1500)

    assert story.now_claim.wanted.amount == euros(7490)
    story.silence()
    assert story.now_claim.state is State.REFUND_DUE
    assert owed_amount(story.now_claim) == euros(7490)


def test_a_seller_can_still_accept_what_is_left() -> None:
    story = given_back(1500).do(c.Accept(by=SELLER))

    assert owed_amount(story.now_claim) == euros(7490)


def test_a_withdrawal_undone_after_the_bank_gave_everything_back_grants_nothing() -> None:
    story = given_back(8990, c.Withdraw(by=BUYER)).do(c.UndoWithdrawal(by=BUYER))
    assert story.now_claim.state is State.WITH_SELLER

    story.silence()

    assert story.now_claim.state is State.WITH_PLATFORM
