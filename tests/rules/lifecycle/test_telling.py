"""Whom each event concerns; nobody is told of their own act."""

from typing import Any, get_args
from uuid import UUID

import pytest
from tests.conftest import PRESENT

from recours.notices.kinds import Kind
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.telling import TOLD, Matter, tellings
from recours.rules.lifecycle.vocabulary import DeadlineKind, Role
from recours.rules.wording import has, keys

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
    (e.RequestChanged, BUYER): {SELLER: "request_changed", AGENT: "request_changed"},
    (e.Escalated, BUYER): {SELLER: "escalated_by_buyer", AGENT: "escalated"},
    (e.Escalated, SELLER): {BUYER: "escalated_by_seller", AGENT: "escalated"},
    (e.GroundChanged, BUYER): {SELLER: "ground_changed", AGENT: "ground_changed"},
    (e.Assigned, AGENT): {},
    (e.Released, AGENT): {},
    (e.EvidenceGiven, BUYER): {SELLER: "evidence_given_by_buyer", AGENT: "evidence_given"},
    (e.EvidenceGiven, SELLER): {BUYER: "evidence_given_by_seller", AGENT: "evidence_given"},
    (e.RulingMade, AGENT): {BUYER: "ruling_made", SELLER: "ruling_made"},
    (e.RulingAppealed, BUYER): {SELLER: "ruling_appealed_by_buyer", AGENT: "ruling_appealed"},
    (e.RulingAppealed, SELLER): {BUYER: "ruling_appealed_by_seller", AGENT: "ruling_appealed"},
    (e.ReturnShipped, BUYER): {SELLER: "return_shipped"},
    (e.ReturnArrived, SELLER): {BUYER: "return_arrived"},
    (e.ReturnArrived, AGENT): {BUYER: "return_arrived", SELLER: "return_arrived_seller"},
    (e.ReturnAccepted, SELLER): {BUYER: "return_accepted"},
    (e.ReturnContested, SELLER): {BUYER: "return_contested", AGENT: "return_contested"},
    (e.ReplacementShipped, SELLER): {BUYER: "replacement_shipped"},
    (e.RefundPaid, PAYER): {BUYER: "refund_paid", SELLER: "refund_paid_seller"},
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
    others = {name: None for name in kind.__struct_fields__ if name not in ("at", "by", "to", "deadlines")}
    return kind(at=PRESENT, by=Actor(role, ME), **(others | fields))


def told(event: e.Event) -> dict[Role, str]:
    return {one.role: one.detail for one in tellings(event)}


def test_every_event_has_its_line() -> None:
    assert set(TOLD) == set(get_args(e.AnyEvent))
    assert {kind for kind, _ in EXPECTED} | {e.EvidenceRequested} == set(TOLD)


@pytest.mark.parametrize(("kind", "role"), EXPECTED)
def test_each_role_is_told_in_its_own_words(kind: type[e.Event], role: Role) -> None:
    fields = {"agent": ME} if kind is e.Assigned else {}

    found = told(happened(kind, role, **fields))

    assert found == EXPECTED[kind, role]
    assert role not in found


@pytest.mark.parametrize("asked", [BUYER, SELLER])
def test_who_is_asked_for_evidence_is_told_so(asked: Role) -> None:
    assert told(happened(e.EvidenceRequested, AGENT, of=asked, text="Une photo ?")) == ASKED[asked]


def test_agent_who_is_given_a_claim_by_another_is_told() -> None:
    assert told(happened(e.Assigned, AGENT, agent=UUID(int=2))) == {AGENT: "claim_given"}


def test_what_protects_a_right_is_never_an_offer() -> None:
    """Mails of offers can be switched off: what follows from an event told as one must not begin with silence."""
    offers = {
        (kind.__name__, one.role)
        for kind, role in EXPECTED
        for one in tellings(happened(kind, role, agent=ME) if kind is e.Assigned else happened(kind, role))
        if one.matter is Matter.OFFER
    }

    assert offers == {
        ("OfferMade", BUYER),
        ("OfferApproved", BUYER),
        ("OfferApproved", SELLER),
        ("OfferRefused", BUYER),
        ("OfferRefused", SELLER),
        ("OfferRefused", AGENT),
    }


def test_each_matter_is_a_kind_of_notice() -> None:
    assert {Kind(matter.value).value for matter in Matter} == {matter.value for matter in Matter}


def test_details_are_worded_and_none_is_left_over() -> None:
    due = {f"due_{kind.value}" for kind in DeadlineKind} - {
        # The platform's own, the payer's, and the reminder of another.
        "due_platform_proposal", "due_platform_ruling", "due_refund", "due_ship_back_reminder",
    }  # fmt: skip
    details = {detail for line in [*EXPECTED.values(), *ASKED.values()] for detail in line.values()}
    expected = {f"notices.detail.{detail}" for detail in details | due | {"claim_given"}}

    assert {key for key in keys("fr") if key.startswith("notices.detail.")} == expected
    assert all(has("en", key) for key in expected)
