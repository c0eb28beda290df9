"""Whom each event concerns, and in which words: what the rule's table and what is written are held to."""

from typing import Any
from uuid import UUID

from tests.conftest import PRESENT

from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

BUYER, SELLER, AGENT, CLOCK, PAYER = (
    Role.BUYER,
    Role.SELLER,
    Role.AGENT,
    Role.CLOCK,
    Role.MARKETPLACE,
)
ME = UUID(int=1)

EXPECTED: dict[tuple[type[e.Event], Role], dict[Role, str]] = {
    (e.SellerContacted, BUYER): {SELLER: "seller_contacted"},
    (e.DisputeOpened, BUYER): {SELLER: "dispute_opened"},
    (e.ContractWithdrawn, BUYER): {SELLER: "contract_withdrawn"},
    (e.SellerAnswered, SELLER): {BUYER: "seller_answered"},
    (e.RequestAccepted, SELLER): {BUYER: "request_accepted"},
    (e.RequestRefused, SELLER): {BUYER: "request_refused"},
    (e.OfferMade, SELLER): {BUYER: "offer_made"},
    (e.OfferMade, AGENT): {BUYER: "proposal_made", SELLER: "proposal_made"},
    (e.OfferApproved, BUYER): {SELLER: "offer_approved_by_buyer"},
    (e.OfferApproved, SELLER): {BUYER: "offer_approved_by_seller"},
    (e.OfferAccepted, BUYER): {SELLER: "offer_accepted_by_buyer"},
    (e.OfferAccepted, SELLER): {BUYER: "offer_accepted_by_seller"},
    (e.OfferRefused, BUYER): {SELLER: "offer_refused_by_buyer", AGENT: "offer_refused"},
    (e.OfferRefused, SELLER): {BUYER: "offer_refused_by_seller", AGENT: "offer_refused"},
    (e.QuestionAsked, SELLER): {BUYER: "question_asked"},
    (e.QuestionAnswered, BUYER): {SELLER: "question_answered"},
    (e.ResponseExtended, SELLER): {BUYER: "response_extended", SELLER: "response_extended_seller"},
    (e.RequestChanged, BUYER): {SELLER: "request_changed", AGENT: "request_changed"},
    (e.Escalated, BUYER): {SELLER: "escalated_by_buyer", AGENT: "escalated"},
    (e.Escalated, SELLER): {BUYER: "escalated_by_seller", AGENT: "escalated"},
    (e.GroundChanged, BUYER): {SELLER: "ground_changed", AGENT: "ground_changed"},
    (e.Assigned, AGENT): {},
    (e.Released, AGENT): {},
    (e.ClaimMerged, AGENT): {BUYER: "claim_merged", SELLER: "claim_merged"},
    (e.ClaimTakenIn, AGENT): {},
    (e.ClaimSplit, AGENT): {BUYER: "claim_split", SELLER: "claim_split"},
    (e.ClaimSplitOff, AGENT): {},
    (e.ExhibitSealed, AGENT): {BUYER: "exhibit_sealed", SELLER: "exhibit_sealed"},
    (e.ExhibitRedacted, AGENT): {BUYER: "exhibit_redacted", SELLER: "exhibit_redacted"},
    (e.ExhibitRestored, AGENT): {BUYER: "exhibit_restored", SELLER: "exhibit_restored"},
    (e.LetterPrepared, BUYER): {},
    (e.LetterPosted, BUYER): {AGENT: "letter_posted"},
    (e.LetterPosted, PAYER): {BUYER: "letter_posted", AGENT: "letter_posted"},
    (e.LetterFollowed, BUYER): {AGENT: "letter_followed"},
    (e.LetterFollowed, PAYER): {BUYER: "letter_followed", AGENT: "letter_followed"},
    (e.LetterCorrected, BUYER): {AGENT: "letter_corrected"},
    (e.LetterCorrected, PAYER): {BUYER: "letter_corrected", AGENT: "letter_corrected"},
    (e.LetterWentQuiet, PAYER): {BUYER: "letter_quiet"},
    (e.LetterRegistered, AGENT): {BUYER: "letter_registered"},
    (e.EvidenceGiven, BUYER): {SELLER: "evidence_given_by_buyer", AGENT: "evidence_given"},
    (e.EvidenceGiven, SELLER): {BUYER: "evidence_given_by_seller", AGENT: "evidence_given"},
    (e.RulingMade, AGENT): {BUYER: "ruling_made", SELLER: "ruling_made"},
    (e.RulingAppealed, BUYER): {SELLER: "ruling_appealed_by_buyer", AGENT: "ruling_appealed"},
    (e.RulingAppealed, SELLER): {BUYER: "ruling_appealed_by_seller", AGENT: "ruling_appealed"},
    (e.ReturnShipped, BUYER): {SELLER: "return_shipped"},
    (e.ReturnTrackingCorrected, BUYER): {
        SELLER: "return_tracking_corrected",
        AGENT: "return_tracking_corrected",
    },
    (e.ReturnArrived, SELLER): {BUYER: "return_arrived"},
    (e.ReturnArrived, AGENT): {BUYER: "return_arrived", SELLER: "return_arrived_seller"},
    (e.ReturnRefused, BUYER): {SELLER: "return_refused_seller"},
    (e.ReturnRefused, AGENT): {BUYER: "return_refused", SELLER: "return_refused_seller"},
    (e.ReturnReportedLost, BUYER): {SELLER: "return_reported_lost", AGENT: "return_lost"},
    (e.ReturnReportedLost, AGENT): {BUYER: "return_reported_lost", SELLER: "return_reported_lost"},
    (e.ReturnAccepted, SELLER): {BUYER: "return_accepted"},
    (e.ReturnContested, SELLER): {BUYER: "return_contested", AGENT: "return_contested"},
    (e.ReplacementShipped, SELLER): {BUYER: "replacement_shipped"},
    (e.ReplacementConfirmed, BUYER): {SELLER: "replacement_confirmed"},
    (e.ReplacementReportedMissing, BUYER): {SELLER: "replacement_missing", AGENT: "replacement_missing"},
    (e.RefundPaid, PAYER): {BUYER: "refund_paid", SELLER: "refund_paid_seller"},
    (e.RefundReversed, PAYER): {BUYER: "refund_reversed", AGENT: "refund_reversed_desk"},
    (e.CreditIssued, PAYER): {BUYER: "credit_issued", SELLER: "credit_issued_seller"},
    (e.CreditVoided, PAYER): {
        BUYER: "credit_voided",
        SELLER: "credit_voided_seller",
        AGENT: "credit_voided_desk",
    },
    (e.ChargebackOpened, PAYER): {
        BUYER: "chargeback_opened", SELLER: "chargeback_opened_seller", AGENT: "chargeback_opened_desk",
    },
    (e.ChargebackWon, PAYER): {
        BUYER: "chargeback_won", SELLER: "chargeback_won_seller", AGENT: "chargeback_won_desk",
    },
    (e.ChargebackLost, PAYER): {
        BUYER: "chargeback_lost", SELLER: "chargeback_lost_seller", AGENT: "chargeback_lost_desk",
    },
    (e.RefundCheckAsked, CLOCK): {BUYER: "refund_check"},
    (e.RefundConfirmed, BUYER): {},
    (e.RefundReportedMissing, BUYER): {AGENT: "refund_missing"},
    (e.RefundTraced, AGENT): {BUYER: "refund_traced"},
    (e.RefundTraceOverdue, CLOCK): {BUYER: "refund_trace_overdue", AGENT: "refund_trace_overdue"},
    (e.ClaimWithdrawn, BUYER): {SELLER: "claim_withdrawn"},
    (e.WithdrawalUndone, BUYER): {SELLER: "withdrawal_undone", AGENT: "withdrawal_undone"},
    (e.ProblemSolved, BUYER): {SELLER: "problem_solved"},
    (e.ClaimReopened, BUYER): {SELLER: "claim_reopened", AGENT: "claim_reopened"},
    (e.ContactUnanswered, CLOCK): {BUYER: "contact_unanswered", SELLER: "contact_unanswered_seller"},
    (e.GrantedBySilence, CLOCK): {BUYER: "granted_by_silence", SELLER: "granted_by_silence_seller"},
    (e.EscalatedBySilence, CLOCK): {
        BUYER: "escalated_by_silence", SELLER: "escalated_by_silence", AGENT: "escalated",
    },
    (e.ProposalOverdue, CLOCK): dict.fromkeys((BUYER, SELLER, AGENT), "proposal_overdue"),
    (e.RulingOverdue, CLOCK): dict.fromkeys((BUYER, SELLER, AGENT), "ruling_overdue"),
    (e.EvidenceRequestLapsed, CLOCK): dict.fromkeys((BUYER, SELLER, AGENT), "evidence_lapsed"),
    (e.RulingBecameFinal, CLOCK): {BUYER: "ruling_final", SELLER: "ruling_final"},
    (e.ShipBackReminded, CLOCK): {BUYER: "due_ship_back"},
    (e.ReturnLapsed, CLOCK): {BUYER: "return_lapsed", SELLER: "return_lapsed_seller"},
    (e.ReturnLost, CLOCK): dict.fromkeys((BUYER, SELLER, AGENT), "return_lost"),
    (e.ReturnAcceptedBySilence, CLOCK): dict.fromkeys((BUYER, SELLER), "return_accepted_by_silence"),
    (e.RefundBecameOverdue, CLOCK): {BUYER: "refund_overdue"},
    (e.ReplacementTermPassed, CLOCK): {
        BUYER: "replacement_term_passed", SELLER: "replacement_term_passed_seller",
    },
    (e.ReplacementCheckAsked, CLOCK): {BUYER: "replacement_check"},
    (e.ReplacementOverdue, CLOCK): {
        BUYER: "replacement_overdue", SELLER: "replacement_overdue_seller", AGENT: "replacement_overdue",
    },
}  # fmt: skip
ASKED = {
    BUYER: {BUYER: "evidence_requested", SELLER: "evidence_requested_of_buyer"},
    SELLER: {BUYER: "evidence_requested_of_seller", SELLER: "evidence_requested"},
}


def happened(kind: type[e.Event], role: Role, **fields: Any) -> e.Event:
    """An event of which only the time and the actor matter; what else it must hold is empty."""
    others: dict[str, object] = {
        name: None
        for name in kind.__struct_fields__
        if name not in ("at", "by", "to", "deadlines", "return_to")
    }
    if kind is e.LetterRegistered:
        others["sender"] = BUYER
    if kind is e.LetterWentQuiet:
        others["side"] = BUYER
    return kind(at=PRESENT, by=Actor(role, ME), **(others | fields))
