"""Store credit: offered, accepted by the buyer in so many words, and by no other way."""

import datetime as dt
from uuid import UUID

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import AGENT, BUYER, NOW, RULES, SELLER, Story, opening, refund

from recours.rules.lifecycle import Rulebook, evolve
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import MARKETPLACE, Terms
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.decide.context import remaining
from recours.rules.lifecycle.decide.crediting import credit_term
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Ground, Missing, Remedy, Resolution, Role, State
from recours.rules.money import Money


def credit(minor: int = 5000, *, goods_return: bool = False) -> Terms:
    return replace(refund(minor, goods_return=goods_return), remedy=Remedy.CREDIT)


def issue(story: Story, minor: int = 5000, number: int = 1) -> Story:
    return story.do(
        c.IssueCredit(
            by=MARKETPLACE,
            amount=Money(minor=minor, currency="EUR"),
            refund_id=UUID(int=number),
            expires_at=credit_term(story.now, RULES).due_at,
        )
    )


def void(story: Story, minor: int = 5000) -> Story:
    return story.do(
        c.VoidCredit(
            by=MARKETPLACE,
            amount=Money(minor=minor, currency="EUR"),
            refund_id=UUID(int=1),
            reason="Émis par erreur.",
        )
    )


def accepted(terms: Terms | None = None) -> Story:
    story = Story().dispute().do(c.MakeOffer(by=SELLER, terms=terms or credit(), reasons="Un geste."))
    return story.do(c.AcceptOffer(by=BUYER, number=1))


def test_credit_that_the_buyer_accepts_is_due_and_closes_the_claim_once_issued() -> None:
    story = accepted()
    assert story.now_claim.state is State.REFUND_DUE
    assert standing(story.now_claim, Role.BUYER, RULES).key == "credit_due"

    claim = issue(story).now_claim

    assert (claim.state, claim.resolution) == (State.CLOSED, Resolution.CREDITED)
    assert claim.credited == claim.refunded == Money(5000, "EUR")
    assert claim.refunded_in_money.is_zero
    assert remaining(claim) == Money(3990, "EUR")
    assert not claim.was_refunded
    assert claim.deadlines == ()
    assert "50,00\xa0€" in standing(claim, Role.BUYER, RULES).turn("fr")


def test_platforms_proposal_of_credit_binds_when_both_accepted_it() -> None:
    story = Story().dispute().do(c.Escalate(by=SELLER))
    story.do(c.Propose(by=AGENT, terms=credit(), reasons="Entre les deux."))
    story.do(c.AcceptOffer(by=SELLER, number=1))
    assert story.now_claim.agreed is None

    assert story.do(c.AcceptOffer(by=BUYER, number=1)).now_claim.agreed == credit()


def test_credit_after_a_return_waits_for_the_goods() -> None:
    story = accepted(credit(goods_return=True))
    assert story.now_claim.state is State.AWAITING_RETURN

    story.do(
        c.ShipReturn(
            by=BUYER, shipped_on=story.now.date(), carrier="Colissimo", tracking="6A12345678901", sure=True
        )
    )
    story.do(c.RecordReturnArrival(by=SELLER, arrived_on=story.now.date()))
    assert story.do(c.AcceptReturn(by=SELLER)).now_claim.state is State.REFUND_DUE


# -- by no other way -------------------------------------------------------------------------------------------


def test_nobody_opens_a_dispute_for_credit() -> None:
    with pytest.raises(r.CreditIsOffered):
        Story().dispute(wanted=credit())


def test_buyer_does_not_counter_with_credit_that_silence_would_grant() -> None:
    with pytest.raises(r.CreditIsOffered):
        Story().dispute().do(c.Counter(by=BUYER, terms=credit()))


def test_ruling_does_not_order_credit() -> None:
    story = Story().dispute().do(c.Escalate(by=SELLER))

    with pytest.raises(r.CreditIsOffered):
        story.do(c.Rule(by=AGENT, rule="refund.not_after", reasons="Un bon d'achat suffit.", terms=credit()))


def test_silence_on_an_offer_of_credit_goes_to_the_platform() -> None:
    story = Story().dispute().do(c.MakeOffer(by=SELLER, terms=credit(), reasons=""))

    claim = story.silence().now_claim

    assert (claim.state, claim.agreed) == (State.WITH_PLATFORM, None)


def test_silence_of_the_seller_grants_money_beside_an_offer_of_credit() -> None:
    story = Story().dispute().silence()

    assert story.now_claim.agreed == refund()


def test_policy_that_says_nothing_of_credit_offers_none() -> None:
    silent = replace(RULES.policy, offers=replace(RULES.policy.offers, credit_valid=None))
    rules = Rulebook(policy=silent, law=RULES.law, calendar=RULES.calendar)
    story = Story(rules).dispute()

    with pytest.raises(r.CreditNotInPolicy):
        story.do(c.MakeOffer(by=SELLER, terms=credit(), reasons=""))
    story.do(c.Escalate(by=SELLER))
    with pytest.raises(r.CreditNotInPolicy):
        story.do(c.Propose(by=AGENT, terms=credit(), reasons="Un bon d'achat."))
    with pytest.raises(r.CreditNotInPolicy):
        credit_term(NOW, rules)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (credit(0), r.AmountMissing),
        (Terms(remedy=Remedy.CREDIT), r.AmountMissing),
        (credit(8991), r.AmountTooHigh),
        (Terms(remedy=Remedy.CREDIT, amount=Money(5000, "USD")), r.WrongCurrency),
    ],
)
def test_credit_is_capped_like_money(terms: Terms, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Story().dispute().do(c.MakeOffer(by=SELLER, terms=terms, reasons=""))


def test_credit_that_was_not_agreed_is_not_issued() -> None:
    story = Story().dispute().do(c.Accept(by=SELLER))

    with pytest.raises(r.CreditNotAgreed):
        issue(story)


def test_credit_of_more_than_was_agreed_is_not_issued() -> None:
    with pytest.raises(r.PaidTooMuch):
        issue(accepted(), 5001)


def test_credit_in_two_parts_closes_with_the_second() -> None:
    story = issue(accepted(), 3000)
    assert (story.now_claim.state, owed_amount(story.now_claim)) == (State.REFUND_DUE, Money(2000, "EUR"))

    assert issue(story, 2000, 2).now_claim.resolution is Resolution.CREDITED


# -- taken back, and opened again ------------------------------------------------------------------------------


def test_credit_taken_back_goes_to_the_platform_with_nothing_owed() -> None:
    claim = void(issue(accepted())).now_claim

    assert (claim.state, claim.resolution, claim.agreed) == (State.WITH_PLATFORM, None, None)
    assert claim.credited is None
    assert claim.refunded.is_zero
    assert remaining(claim) == Money(8990, "EUR")


def test_more_than_was_credited_is_not_taken_back() -> None:
    with pytest.raises(r.MoreThanWasCredited):
        void(issue(accepted()), 5001)
    with pytest.raises(r.MoreThanWasCredited):
        void(Story().dispute().do(c.Accept(by=SELLER)).pay())


def test_money_after_credit_never_adds_up_to_more_than_was_paid() -> None:
    story = issue(accepted()).do(c.Reopen(by=BUYER, reasons="Le défaut était pire que je ne croyais."))

    with pytest.raises(r.AmountTooHigh):
        story.do(c.Rule(by=AGENT, rule="refund.not_after", reasons="Tout.", terms=refund(3991)))
    story.do(c.Rule(by=AGENT, rule="refund.not_after", reasons="Le reste.", terms=refund(3990))).silence()

    assert owed_amount(story.now_claim) == Money(3990, "EUR")
    claim = story.pay(3990).now_claim
    assert (claim.refunded, claim.refunded_in_money) == (Money(8990, "EUR"), Money(3990, "EUR"))
    assert claim.was_refunded


def test_buyer_who_misses_money_is_asked_about_money_alone() -> None:
    story = issue(accepted()).do(c.Reopen(by=BUYER, reasons="Le défaut était pire."))
    story.do(
        c.Rule(by=AGENT, rule="refund.not_after", reasons="Le reste.", terms=refund(3990))
    ).silence().pay(3990)

    with pytest.raises(r.ArrivedWhole):
        story.do(c.ReportRefundMissing(by=BUYER, missing=Missing.LESS, arrived=Money(3990, "EUR")))


def test_credit_lasts_as_long_as_the_policy_says_and_explains_it() -> None:
    dated = credit_term(dt.datetime(2026, 11, 30, 22, 59, tzinfo=dt.UTC), RULES)

    assert dated.due_at == dt.datetime(2028, 11, 30, 23, 0, tzinfo=dt.UTC)
    assert any("offers.credit_valid" in str(step.params) for step in dated.trace)


def test_history_of_credit_replays_to_the_claim() -> None:
    story = void(issue(accepted()))
    claim = None

    for event in story.events:
        claim = evolve(claim, event)

    assert claim == story.now_claim
    assert [type(event) for event in story.events[-2:]] == [e.CreditIssued, e.CreditVoided]


def test_withdrawal_is_never_settled_with_credit_unheard() -> None:
    wanted = credit(8990)

    with pytest.raises(r.CreditIsOffered):
        Story().do(c.OpenDispute(by=BUYER, opening=opening(Ground.DEFECTIVE, wanted)))
