"""What each act leads to, and what is refused."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from tests.rules.lifecycle.people import (
    AGENT,
    BUYER,
    OTHER_AGENT,
    POLICY,
    REPLACEMENT,
    SELLER,
    Story,
    opening,
    refund,
    with_policy,
)

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.allowed import allowed
from recours.rules.lifecycle.vocabulary import (
    Act,
    AppealReason,
    DeadlineKind,
    Ground,
    Resolution,
    Role,
    State,
)
from recours.rules.money import Money

pytestmark = pytest.mark.rules
PARIS = ZoneInfo("Europe/Paris")


def rule(story: Story, terms=None, by=AGENT) -> Story:
    return story.do(c.Rule(by=by, rule="conditions, seller.response", reasons="Photos claires.", terms=terms))


def with_platform() -> Story:
    return Story().dispute().do(c.Refuse(by=SELLER, reasons="Emballage conforme.")).do(c.Escalate(by=BUYER))


def test_dispute_seller_has_five_days_to_the_end_of_the_day():
    story = Story().dispute()

    deadline = story.now_claim.next_deadline

    assert story.now_claim.state is State.WITH_SELLER
    assert deadline.kind is DeadlineKind.SELLER_RESPONSE
    assert deadline.due_at.astimezone(PARIS) == dt.datetime(2026, 11, 25, tzinfo=PARIS)
    assert deadline.otherwise is Act.GRANT_BY_DEFAULT


def test_silence_one_second_early_is_refused():
    story = Story().dispute()
    deadline = story.now_claim.deadlines[0]
    story.now = deadline.due_at - dt.timedelta(seconds=1)

    with pytest.raises(r.SilenceNotDue):
        story.do(c.Elapse(kind=deadline.kind, due_at=deadline.due_at, by=SELLER))


def test_silence_of_the_seller_grants_the_request_at_the_instant_it_fell_due():
    story = Story().dispute()
    due_at = story.now_claim.deadlines[0].due_at
    story.now = due_at + dt.timedelta(hours=9)

    story.do(c.Elapse(kind=DeadlineKind.SELLER_RESPONSE, due_at=due_at, by=SELLER))

    assert story.now_claim.state is State.REFUND_DUE
    assert isinstance(story.events[-1], e.GrantedBySilence)
    assert story.events[-1].at == due_at
    assert story.events[-1].by.role is Role.CLOCK


def test_an_answer_after_the_deadline_finds_that_silence_has_spoken_even_without_a_worker():
    story = Story().dispute()
    story.now = story.now_claim.deadlines[0].due_at

    with pytest.raises(r.ActNotOpen):
        story.do(c.Refuse(by=SELLER, reasons="Trop tard ?"))


def test_an_answer_one_microsecond_before_the_deadline_counts():
    story = Story().dispute()
    story.now = story.now_claim.deadlines[0].due_at - dt.timedelta(microseconds=1)

    story.do(c.Refuse(by=SELLER, reasons="Emballage conforme."))

    assert story.now_claim.state is State.WITH_BUYER


def test_silence_when_the_policy_sends_it_to_the_platform():
    rules = with_policy(seller=replace(POLICY.seller, silence="platform"))

    story = Story(rules).dispute().silence()

    assert story.now_claim.state is State.WITH_PLATFORM
    assert isinstance(story.events[-1], e.EscalatedBySilence)


@pytest.mark.parametrize("ground", [g for g in Ground if g.concerns_marketplace])
def test_grounds_about_the_marketplace_start_with_the_platform(ground):
    assert Story().dispute(ground).now_claim.state is State.WITH_PLATFORM


def test_contact_first_where_the_policy_wants_it_then_open_after_the_window():
    rules = with_policy(contact=replace(POLICY.contact, required=True))
    with pytest.raises(r.ContactSellerFirst):
        Story(rules).dispute()

    story = Story(rules).do(c.ContactSeller(by=BUYER, opening=opening()))
    with pytest.raises(r.ContactSellerFirst):
        story.do(c.OpenDispute(by=BUYER))
    story.later(hours=48).do(c.OpenDispute(by=BUYER))

    assert story.now_claim.state is State.WITH_SELLER
    assert [type(event).__name__ for event in story.events] == [
        "SellerContacted",
        "ContactUnanswered",
        "DisputeOpened",
    ]


def test_payment_grounds_need_no_contact_first():
    rules = with_policy(contact=replace(POLICY.contact, required=True))

    assert Story(rules).dispute(Ground.OVERCHARGE).now_claim.state is State.WITH_PLATFORM


def test_offer_accepted_for_less_ends_partly_refunded():
    story = Story().dispute().do(c.MakeOffer(by=SELLER, terms=refund(2000)))
    story.do(c.AcceptOffer(by=BUYER, number=1))
    assert story.now_claim.state is State.REFUND_DUE

    story.pay(2000)

    assert story.now_claim.state is State.CLOSED
    assert story.now_claim.resolution is Resolution.PARTLY_REFUNDED


def test_offer_after_its_expiry_is_refused():
    story = Story().dispute().do(c.MakeOffer(by=SELLER, terms=refund(2000)))
    story.do(c.Escalate(by=BUYER))
    story.now = story.now_claim.offers[0].expires_at

    with pytest.raises(r.OfferExpired):
        story.do(c.AcceptOffer(by=BUYER, number=1))


def test_the_platforms_proposal_binds_when_both_accept():
    story = with_platform().do(c.Propose(by=AGENT, terms=refund(4500), reasons="Moitié-moitié."))

    story.do(c.AcceptOffer(by=SELLER, number=1))
    assert story.now_claim.state is State.WITH_PLATFORM
    with pytest.raises(r.AlreadyAccepted):
        story.do(c.AcceptOffer(by=SELLER, number=1))
    story.do(c.AcceptOffer(by=BUYER, number=1))

    assert story.now_claim.state is State.REFUND_DUE
    assert story.now_claim.agreed == refund(4500)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (refund(0), r.AmountMissing),
        (refund(-1), r.AmountMissing),
        (refund(8991), r.AmountTooHigh),
        (replace(refund(), amount=None), r.AmountMissing),
        (replace(refund(), amount=Money(minor=100, currency="USD")), r.WrongCurrency),
    ],
)
def test_offer_with_bad_terms_is_refused(terms, refusal):
    with pytest.raises(refusal):
        Story().dispute().do(c.MakeOffer(by=SELLER, terms=terms))


def test_return_of_a_lost_parcel_is_refused():
    with pytest.raises(r.ReturnImpossible):
        Story().dispute(Ground.LOST).do(c.MakeOffer(by=SELLER, terms=refund(goods_return=True)))


def test_return_with_inspection_by_silence_leads_to_the_refund():
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER))
    assert story.now_claim.state is State.AWAITING_RETURN

    story.later(days=1).do(
        c.ShipReturn(
            by=BUYER, shipped_on=dt.date(2026, 11, 20), carrier="Colissimo", tracking="6A12345678901"
        )
    )
    story.later(days=3).do(c.RecordReturnArrival(by=SELLER, arrived_on=dt.date(2026, 11, 23)))
    story.silence()

    assert isinstance(story.events[-1], e.ReturnAcceptedBySilence)
    assert story.now_claim.state is State.REFUND_DUE
    assert story.now_claim.basis == "seller_accepted"


def test_return_never_sent_reminds_twice_then_lapses():
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER))

    story.silence().silence().silence()

    assert [type(event).__name__ for event in story.events[-3:]] == [
        "ShipBackReminded",
        "ShipBackReminded",
        "ReturnLapsed",
    ]
    assert story.now_claim.resolution is Resolution.LAPSED


def test_silence_after_a_night_catches_up_every_missed_deadline_in_order():
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER)).later(days=200)

    story.silence()

    assert [type(event).__name__ for event in story.events[-3:]] == [
        "ShipBackReminded",
        "ShipBackReminded",
        "ReturnLapsed",
    ]
    assert [event.at for event in story.events] == sorted(event.at for event in story.events)


def test_contested_return_goes_to_the_platform():
    story = Story().dispute(wanted=refund(goods_return=True)).do(c.Accept(by=SELLER)).later(days=1)
    story.do(
        c.ShipReturn(
            by=BUYER, shipped_on=dt.date(2026, 11, 20), carrier="Colissimo", tracking="6A12345678901"
        )
    )
    with pytest.raises(r.ActNotOpen):
        story.do(c.ContestReturn(by=BUYER, reasons="…"))
    with pytest.raises(r.ReturnNotArrived):
        story.do(c.ContestReturn(by=SELLER, reasons="Boîte vide."))

    story.do(c.RecordReturnArrival(by=SELLER, arrived_on=dt.date(2026, 11, 20)))
    story.do(c.ContestReturn(by=SELLER, reasons="Boîte vide."))

    assert story.now_claim.state is State.WITH_PLATFORM


def test_evidence_request_pauses_the_platforms_clock():
    story = with_platform()
    ruling_due = next(d for d in story.now_claim.deadlines if d.kind is DeadlineKind.PLATFORM_RULING).due_at

    story.do(c.AskEvidence(by=AGENT, of=Role.BUYER, text="Une photo de l'étiquette ?"))
    assert [deadline.kind for deadline in story.now_claim.deadlines] == [DeadlineKind.EVIDENCE]
    with pytest.raises(r.NotAskedOfYou):
        story.do(c.GiveEvidence(by=SELLER, text="Voici."))
    story.later(days=2).do(c.GiveEvidence(by=BUYER, text="Voici."))

    after = next(d for d in story.now_claim.deadlines if d.kind is DeadlineKind.PLATFORM_RULING).due_at
    assert after - ruling_due == dt.timedelta(days=2)


def test_overdue_platform_is_told_once_and_decides_nothing():
    story = with_platform().silence().silence()

    assert [type(event).__name__ for event in story.events[-2:]] == ["ProposalOverdue", "RulingOverdue"]
    assert story.now_claim.state is State.WITH_PLATFORM
    assert story.now_claim.due_at is None


def test_ruling_without_appeal_becomes_final_by_silence():
    story = rule(with_platform(), refund()).silence()

    assert story.now_claim.state is State.REFUND_DUE
    assert story.now_claim.basis == "ruling"


def test_rejection_without_appeal_closes_and_cannot_be_reopened():
    story = rule(with_platform()).silence()

    assert story.now_claim.resolution is Resolution.REJECTED
    with pytest.raises(r.RulingIsFinal):
        story.do(c.Reopen(by=BUYER, reasons="Mais si."))


def test_appeal_goes_once_to_another_agent_whose_ruling_is_final():
    story = rule(with_platform()).do(
        c.AppealRuling(by=BUYER, reason=AppealReason.NEW_EVIDENCE, text="Voici la vidéo.")
    )
    with pytest.raises(r.AppealNeedsAnotherAgent):
        story.do(c.Take(by=AGENT))
    with pytest.raises(r.AppealNeedsAnotherAgent):
        rule(story, refund())

    rule(story, refund(), by=OTHER_AGENT)

    assert story.now_claim.state is State.REFUND_DUE


def test_a_claim_taken_by_one_agent_is_not_ruled_by_another():
    story = with_platform().do(c.Take(by=AGENT))

    with pytest.raises(r.AssignedToAnother):
        rule(story, refund(), by=OTHER_AGENT)


def test_withdrawal_undone_in_a_day_gives_the_time_back():
    story = Story().dispute()
    before = story.now_claim.deadlines[0].due_at

    story.later(hours=1).do(c.Withdraw(by=BUYER)).later(hours=23).do(c.UndoWithdrawal(by=BUYER))

    assert story.now_claim.state is State.WITH_SELLER
    assert story.now_claim.deadlines[0].due_at == before + dt.timedelta(days=1)


def test_withdrawal_undone_too_late_is_refused():
    story = Story().dispute().do(c.Withdraw(by=BUYER)).later(hours=24)

    with pytest.raises(r.WithdrawalFinal):
        story.do(c.UndoWithdrawal(by=BUYER))


def test_reopening_within_thirty_days_only():
    story = Story().dispute().do(c.MarkSolved(by=BUYER))
    late = Story()
    late.claim, late.now = story.claim, story.now + dt.timedelta(days=32)

    with pytest.raises(r.ReopeningTooLate):
        late.do(c.Reopen(by=BUYER, reasons="Le casque grésille."))
    story.later(days=29).do(c.Reopen(by=BUYER, reasons="Le casque grésille."))

    assert story.now_claim.state is State.WITH_PLATFORM


def test_change_of_ground_keeps_the_claim_and_gives_the_seller_a_full_window():
    story = Story().dispute(Ground.LOST).later(days=3)

    story.do(c.ChangeGround(by=BUYER, ground=Ground.DAMAGED, explanation="Reçu, mais cassé."))

    assert story.now_claim.state is State.WITH_SELLER
    assert story.now_claim.ground is Ground.DAMAGED
    due = story.now_claim.deadlines[0].due_at.astimezone(PARIS)
    assert due == dt.datetime(2026, 11, 28, tzinfo=PARIS)


def test_refund_late_is_noted_once_and_stays_due():
    story = Story().dispute().do(c.Accept(by=SELLER)).silence()

    assert isinstance(story.events[-1], e.RefundBecameOverdue)
    assert story.now_claim.state is State.REFUND_DUE
    assert story.now_claim.due_at is None
    assert story.pay().now_claim.resolution is Resolution.REFUNDED


def test_payment_of_more_than_is_owed_is_refused():
    story = Story().dispute().do(c.Accept(by=SELLER))

    with pytest.raises(r.PaidTooMuch):
        story.pay(8991)


def test_replacement_not_sent_goes_to_the_platform():
    story = Story().dispute(wanted=REPLACEMENT).do(c.Accept(by=SELLER)).silence()

    assert isinstance(story.events[-1], e.ReplacementOverdue)
    assert story.now_claim.state is State.WITH_PLATFORM


POST = (Act.PREPARE_LETTER, Act.POST_LETTER, Act.FOLLOW_LETTER, Act.CORRECT_LETTER)


def test_allowed_lists_the_acts_of_the_moment_and_no_others():
    story = Story().dispute().do(c.MakeOffer(by=SELLER, terms=refund(2000)))

    assert allowed(story.now_claim, BUYER, story.rules, story.now) == (
        Act.ACCEPT_OFFER,
        Act.REFUSE_OFFER,
        Act.COUNTER,
        Act.ESCALATE,
        Act.CHANGE_GROUND,
        Act.MARK_SOLVED,
        Act.WITHDRAW,
        *POST,
    )
    assert allowed(story.now_claim, SELLER, story.rules, story.now) == (Act.ACCEPT, Act.MAKE_OFFER)
    assert allowed(story.now_claim, AGENT, story.rules, story.now) == (
        Act.SEAL_EXHIBIT,
        Act.REDACT_EXHIBIT,
        *POST,
        Act.REGISTER_LETTER,
    )


@pytest.mark.parametrize("text", ["", "   \n"])
def test_refusal_without_reasons_is_refused(text):
    with pytest.raises(r.TextMissing):
        Story().dispute().do(c.Refuse(by=SELLER, reasons=text))


def test_five_thousand_emoji_are_kept_and_one_more_is_refused():
    Story().dispute().do(c.Refuse(by=SELLER, reasons="📦" * 5000))

    with pytest.raises(r.TextTooLong):
        Story().dispute().do(c.Refuse(by=SELLER, reasons="📦" * 5001))
