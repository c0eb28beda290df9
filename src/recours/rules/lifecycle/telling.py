"""Who is told of what happened to a claim, and as what kind of news: one line per event.

Nobody is told of their own act. What only the desk does (taking a claim, giving it back) is no party's business. The
agent who holds a claim is told of what needs them, and of nothing else: the queue shows the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.vocabulary import Role, State

PARTIES = (Role.BUYER, Role.SELLER)


class Matter(StrEnum):
    """What kind of news it is; each is one of `notices.kinds.Kind`, by which readers choose their mails."""

    OFFER = "offer"
    CLAIM = "claim"
    DEADLINE = "deadline"
    RULING = "ruling"
    REFUND = "refund"


class Telling(Struct, frozen=True):
    """One role is told. `detail` is a key under `notices.detail`: the event in that reader's words."""

    role: Role
    matter: Matter
    detail: str


class Line(Struct, frozen=True, kw_only=True):
    """What each role is told of one event: a detail, or nothing."""

    matter: Matter = Matter.CLAIM
    buyer: str = ""
    seller: str = ""
    agent: str = ""


TOLD_TO_THEIR_OWN = (e.Assigned, e.ResponseExtended)
"""Events that the side which acted is told of too: who is given a claim, and a shop's people of one more date."""


def tellings(event: e.Event) -> tuple[Telling, ...]:
    """Return who is told of `event`. Whether the claim has a seller, and an agent who holds it, is for the caller."""
    found = TOLD[type(event)]
    line = found(event) if callable(found) else found
    words = {Role.BUYER: line.buyer, Role.SELLER: line.seller, Role.AGENT: line.agent}
    return tuple(
        Telling(role, line.matter, detail)
        for role, detail in words.items()
        if detail and (role is not event.by.role or isinstance(event, TOLD_TO_THEIR_OWN))
    )


def _by(event: e.Event, detail: str, *, matter: Matter = Matter.CLAIM, agent: str = "") -> Line:
    """What either party can do: the other is told who did it."""
    return Line(
        matter=matter, buyer=f"{detail}_by_seller", seller=f"{detail}_by_buyer", agent=agent and f"{agent}"
    )


def _offered(event: e.OfferMade) -> Line:
    if event.by.role is Role.AGENT:
        return Line(matter=Matter.RULING, buyer="proposal_made", seller="proposal_made")
    return Line(matter=Matter.OFFER, buyer="offer_made")


def _withdrawn(event: e.ContractWithdrawn) -> Line:
    """One that contests what the seller excludes is born at the platform: the seller has a case to make there."""
    contested = event.to is State.WITH_PLATFORM
    return Line(seller="contract_withdrawn_contested" if contested else "contract_withdrawn")


def _asked(event: e.EvidenceRequested) -> Line:
    if event.of is Role.BUYER:
        return Line(buyer="evidence_requested", seller="evidence_requested_of_buyer")
    return Line(buyer="evidence_requested_of_seller", seller="evidence_requested")


def _registered(event: e.LetterRegistered) -> Line:
    if event.sender is Role.BUYER:
        return Line(buyer="letter_registered")
    return Line(seller="letter_registered") if event.sender is Role.SELLER else Line()


def _quiet(event: e.LetterWentQuiet) -> Line:
    """Who wrote it is told what to do next; the desk too, which has the account, where its provider is silent."""
    if event.standing == "submitted":
        return Line(
            buyer="letter_unanswered" if event.side is Role.BUYER else "", agent="letter_unanswered_desk"
        )
    return Line(buyer="letter_quiet") if event.side is Role.BUYER else Line(agent="letter_quiet")


def _assigned(event: e.Assigned) -> Line:
    return Line(agent="claim_given" if event.agent != event.by.id else "")


TOLD: dict[type[e.Event], Line | Callable[[Any], Line]] = {
    # Before the platform
    e.SellerContacted: Line(seller="seller_contacted"),
    e.SellerAnswered: Line(buyer="seller_answered"),
    e.ContactUnanswered: Line(buyer="contact_unanswered", seller="contact_unanswered_seller"),
    e.DisputeOpened: Line(seller="dispute_opened"),
    e.ContractWithdrawn: _withdrawn,
    e.RequestAccepted: Line(buyer="request_accepted"),
    e.RequestRefused: Line(buyer="request_refused"),
    e.QuestionAsked: Line(buyer="question_asked"),
    e.QuestionAnswered: Line(seller="question_answered"),
    e.ResponseExtended: Line(buyer="response_extended", seller="response_extended_seller"),
    # Not an offer, although it proposes something: the seller's silence would grant it, so nobody switches it off.
    e.RequestChanged: Line(seller="request_changed", agent="request_changed"),
    e.GroundChanged: Line(seller="ground_changed", agent="ground_changed"),
    e.GrantedBySilence: Line(buyer="granted_by_silence", seller="granted_by_silence_seller"),
    # Offers; one that was accepted is owed, and so a matter of the claim
    e.OfferMade: _offered,
    e.OfferApproved: lambda event: _by(event, "offer_approved", matter=Matter.OFFER),
    e.OfferAccepted: lambda event: _by(event, "offer_accepted"),
    e.OfferRefused: lambda event: _by(event, "offer_refused", matter=Matter.OFFER, agent="offer_refused"),
    # The platform
    e.Escalated: lambda event: _by(event, "escalated", agent="escalated"),
    e.EscalatedBySilence: Line(
        buyer="escalated_by_silence", seller="escalated_by_silence", agent="escalated"
    ),
    e.Assigned: _assigned,
    e.Released: Line(),
    # The claim that stays says nothing more: each party is told once, where their own claim was
    e.ClaimMerged: Line(buyer="claim_merged", seller="claim_merged"),
    e.ClaimTakenIn: Line(),
    # So is a claim of which a part goes on in another, where the whole of it was
    e.ClaimSplit: Line(buyer="claim_split", seller="claim_split"),
    e.ClaimSplitOff: Line(),
    # Either party is told: a file that disappears without a word would be believed lost, or stolen
    e.ExhibitSealed: Line(buyer="exhibit_sealed", seller="exhibit_sealed"),
    e.ExhibitRedacted: Line(buyer="exhibit_redacted", seller="exhibit_redacted"),
    e.ExhibitRestored: Line(buyer="exhibit_restored", seller="exhibit_restored"),
    # A letter is its writer's affair until it is posted; the platform then waits for it, and answers what came
    e.LetterPrepared: Line(),
    e.LetterPosted: Line(buyer="letter_posted", agent="letter_posted"),
    e.LetterFollowed: Line(buyer="letter_followed", agent="letter_followed"),
    e.LetterCorrected: Line(buyer="letter_corrected", agent="letter_corrected"),
    e.LetterWentQuiet: _quiet,
    e.LetterRegistered: _registered,
    e.EvidenceRequested: _asked,
    e.EvidenceGiven: lambda event: _by(event, "evidence_given", agent="evidence_given"),
    e.EvidenceRequestLapsed: Line(buyer="evidence_lapsed", seller="evidence_lapsed", agent="evidence_lapsed"),
    e.ProposalOverdue: Line(buyer="proposal_overdue", seller="proposal_overdue", agent="proposal_overdue"),
    e.RulingOverdue: Line(buyer="ruling_overdue", seller="ruling_overdue", agent="ruling_overdue"),
    e.RulingMade: Line(matter=Matter.RULING, buyer="ruling_made", seller="ruling_made"),
    e.RulingAppealed: lambda event: _by(
        event, "ruling_appealed", matter=Matter.RULING, agent="ruling_appealed"
    ),
    e.RulingBecameFinal: Line(matter=Matter.RULING, buyer="ruling_final", seller="ruling_final"),
    # Goods
    e.ShipBackReminded: Line(matter=Matter.DEADLINE, buyer="due_ship_back"),
    e.ReturnShipped: Line(seller="return_shipped"),
    e.ReturnTrackingCorrected: Line(seller="return_tracking_corrected", agent="return_tracking_corrected"),
    e.ReturnArrived: Line(buyer="return_arrived", seller="return_arrived_seller"),
    e.ReturnRefused: Line(buyer="return_refused", seller="return_refused_seller"),
    e.ReturnReportedLost: Line(
        buyer="return_reported_lost", seller="return_reported_lost", agent="return_lost"
    ),
    e.ReturnAccepted: Line(buyer="return_accepted"),
    e.ReturnContested: Line(buyer="return_contested", agent="return_contested"),
    e.ReturnAcceptedBySilence: Line(buyer="return_accepted_by_silence", seller="return_accepted_by_silence"),
    e.ReturnLapsed: Line(buyer="return_lapsed", seller="return_lapsed_seller"),
    e.ReturnLost: Line(buyer="return_lost", seller="return_lost", agent="return_lost"),
    e.ReplacementShipped: Line(buyer="replacement_shipped"),
    e.ReplacementConfirmed: Line(seller="replacement_confirmed"),
    e.ReplacementReportedMissing: Line(seller="replacement_missing", agent="replacement_missing"),
    e.ReplacementTermPassed: Line(buyer="replacement_term_passed", seller="replacement_term_passed_seller"),
    e.ReplacementOverdue: Line(
        buyer="replacement_overdue", seller="replacement_overdue_seller", agent="replacement_overdue"
    ),
    e.ReplacementCheckAsked: Line(buyer="replacement_check"),
    # Money; its payer is the marketplace, so that its being late is nothing the seller could mend
    e.RefundPaid: Line(matter=Matter.REFUND, buyer="refund_paid", seller="refund_paid_seller"),
    e.RefundBecameOverdue: Line(matter=Matter.REFUND, buyer="refund_overdue"),
    e.RefundReversed: Line(matter=Matter.REFUND, buyer="refund_reversed", agent="refund_reversed_desk"),
    e.CreditIssued: Line(matter=Matter.REFUND, buyer="credit_issued", seller="credit_issued_seller"),
    e.CreditVoided: Line(
        matter=Matter.REFUND, buyer="credit_voided", seller="credit_voided_seller", agent="credit_voided_desk"
    ),
    e.ChargebackOpened: Line(
        matter=Matter.REFUND,
        buyer="chargeback_opened",
        seller="chargeback_opened_seller",
        agent="chargeback_opened_desk",
    ),
    e.ChargebackWon: Line(
        matter=Matter.REFUND,
        buyer="chargeback_won",
        seller="chargeback_won_seller",
        agent="chargeback_won_desk",
    ),
    e.ChargebackLost: Line(
        matter=Matter.REFUND,
        buyer="chargeback_lost",
        seller="chargeback_lost_seller",
        agent="chargeback_lost_desk",
    ),
    # Whether it came is between the buyer and who paid
    e.RefundCheckAsked: Line(matter=Matter.REFUND, buyer="refund_check"),
    e.RefundConfirmed: Line(),
    e.RefundReportedMissing: Line(agent="refund_missing"),
    e.RefundTraced: Line(matter=Matter.REFUND, buyer="refund_traced"),
    e.RefundTraceOverdue: Line(
        matter=Matter.REFUND, buyer="refund_trace_overdue", agent="refund_trace_overdue"
    ),
    # The end, and not the end
    e.ClaimWithdrawn: Line(seller="claim_withdrawn"),
    e.WithdrawalUndone: Line(seller="withdrawal_undone", agent="withdrawal_undone"),
    e.ProblemSolved: Line(seller="problem_solved"),
    e.ClaimReopened: Line(seller="claim_reopened", agent="claim_reopened"),
}
"""Every event has its line; an empty one says that nobody is told."""
