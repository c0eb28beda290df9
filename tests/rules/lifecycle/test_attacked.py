"""Acts that no page offers, sent all the same: what `allowed` does not list, `decide` refuses."""

import datetime as dt

import pytest
from tests.rules.lifecycle.people import AGENT, BUYER, OTHER_AGENT, SELLER, Story, opening, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import AppealReason, Ground, Remedy, Role, State


def became_the_marketplaces() -> Story:
    """An order's claim that turned out to be about the charge: the seller is no party any more."""
    story = Story().dispute(Ground.DAMAGED)
    return story.do(c.ChangeGround(by=BUYER, ground=Ground.OVERCHARGE, explanation="Débité deux fois."))


@pytest.mark.parametrize(
    "wish",
    [
        c.Accept(by=SELLER),
        c.MakeOffer(by=SELLER, terms=refund(100)),
    ],
)
def test_sec_02_a_seller_gives_nothing_on_what_the_marketplace_owes(wish: c.Command) -> None:
    story = became_the_marketplaces()

    with pytest.raises(r.NoSuchParty):
        story.do(wish)


def test_sec_02_a_seller_does_not_accept_for_the_buyer_what_the_platform_proposed() -> None:
    story = became_the_marketplaces().do(c.Propose(by=AGENT, terms=refund(100), reasons="Un geste."))

    with pytest.raises(r.NoSuchParty):
        story.do(c.AcceptOffer(by=SELLER, number=1))
    with pytest.raises(r.NoSuchParty):
        story.do(c.RefuseOffer(by=SELLER, number=1))
    assert not allowed(story.now_claim, SELLER, story.rules, story.now)
    assert story.do(c.AcceptOffer(by=BUYER, number=1)).now_claim.state is State.REFUND_DUE


def on_its_way_back() -> Story:
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER))
    today = story.now.date()
    return story.do(c.ShipReturn(by=BUYER, shipped_on=today, carrier="Colissimo", tracking="6A12345678901"))


@pytest.mark.parametrize("who", [SELLER, AGENT])
def test_sec_22_an_arrival_is_said_once_so_that_the_inspection_is_not_put_off(who: object) -> None:
    story = on_its_way_back().later(days=2)
    story.do(c.RecordReturnArrival(by=SELLER, arrived_on=story.now.date()))
    due_at = story.now_claim.due_at
    story.later(days=1)

    with pytest.raises(r.ActNotOpen):
        story.do(c.RecordReturnArrival(by=who, arrived_on=story.now.date()))

    assert story.now_claim.due_at == due_at


def test_sec_22_goods_are_not_sent_back_before_they_came() -> None:
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER))

    for day in (dt.date(2026, 11, 11), dt.date(2000, 1, 1), dt.date(1, 1, 1)):
        with pytest.raises(r.DateBeforeReceipt):
            story.do(c.ShipReturn(by=BUYER, shipped_on=day, carrier="Colissimo", tracking="6A12345678901"))


def test_sec_02_a_proposal_accepted_is_not_refused_by_the_same_party() -> None:
    story = Story().dispute().do(c.Escalate(by=SELLER))
    story.do(c.Propose(by=AGENT, terms=refund(100), reasons="Un geste.")).do(
        c.AcceptOffer(by=BUYER, number=1)
    )

    with pytest.raises(r.AlreadyAccepted):
        story.do(c.RefuseOffer(by=BUYER, number=1))


def test_sec_02_a_first_message_is_answered_once() -> None:
    story = Story().do(c.ContactSeller(by=BUYER, opening=opening())).do(c.Answer(by=SELLER, text="Oui."))

    with pytest.raises(r.ActNotOpen):
        story.do(c.Answer(by=SELLER, text="Oui, encore."))


def test_sec_01_who_ruled_first_does_not_get_the_appeal_by_any_way() -> None:
    story = Story().dispute().do(c.Escalate(by=SELLER))
    story.do(c.Rule(by=AGENT, rule="art. L217-3", reasons="Non."))
    story.do(c.AppealRuling(by=BUYER, reason=AppealReason.NEW_EVIDENCE, text="Voyez."))

    for wish in (
        c.Take(by=AGENT),
        c.Assign(by=OTHER_AGENT, agent=AGENT.id),
        c.AskEvidence(by=AGENT, of=Role.BUYER, text="?"),
        c.Propose(by=AGENT, terms=refund(100), reasons="."),
        c.Rule(by=AGENT, rule="art. L217-3", reasons="Non."),
    ):
        with pytest.raises(r.AppealNeedsAnotherAgent):
            story.do(wish)


def test_sec_22_a_clock_set_back_costs_nobody_anything() -> None:
    story = Story().dispute()
    story.do(c.Withdraw(by=BUYER))
    due = Story().dispute().now_claim.due_at
    story.later(hours=-3).do(c.UndoWithdrawal(by=BUYER))
    assert story.now_claim.state is State.WITH_SELLER
    assert story.now_claim.due_at == due

    story.do(c.Escalate(by=SELLER)).do(c.AskEvidence(by=AGENT, of=Role.BUYER, text="?"))
    story.later(hours=-3).do(c.GiveEvidence(by=BUYER, text="Voilà."))
    story.do(c.Rule(by=AGENT, rule="art. L217-3", reasons="Oui.", terms=refund()))
    story.silence()
    story.later(hours=-3).pay()
    story.later(hours=-3).do(c.Reopen(by=BUYER, reasons="Non."))
    assert story.now_claim.state is State.WITH_PLATFORM


def test_sec_02_replacement_is_not_granted_by_who_sells_nothing() -> None:
    story = Story().dispute(wanted=Terms(remedy=Remedy.REPLACEMENT))
    story.do(c.ChangeGround(by=BUYER, ground=Ground.OVERCHARGE, explanation="Débité deux fois."))
    with pytest.raises(r.NoSuchParty):
        story.do(c.Rule(by=AGENT, rule="art. L217-3", reasons="Oui.", terms=story.now_claim.wanted))
