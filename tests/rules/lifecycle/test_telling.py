"""Whom each event concerns; nobody is told of their own act."""

import tomllib
from importlib.resources import files
from typing import get_args
from uuid import UUID

import pytest
from tests.rules.lifecycle.told import AGENT, ASKED, BUYER, EXPECTED, ME, PAYER, SELLER, happened

from recours.notices.kinds import Kind
from recours.rules import wording
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.telling import TOLD, TOLD_TO_THEIR_OWN, Matter, tellings
from recours.rules.lifecycle.vocabulary import DeadlineKind, Role, State


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
    assert role not in found or kind in TOLD_TO_THEIR_OWN


@pytest.mark.parametrize("asked", [BUYER, SELLER])
def test_who_is_asked_for_evidence_is_told_so(asked: Role) -> None:
    assert told(happened(e.EvidenceRequested, AGENT, of=asked, text="Une photo ?")) == ASKED[asked]


def test_withdrawal_that_goes_to_the_platform_at_once_says_so_to_the_seller() -> None:
    born = happened(e.ContractWithdrawn, BUYER, to=State.WITH_PLATFORM)

    assert told(born) == {SELLER: "contract_withdrawn_contested"}


def test_who_sent_a_letter_is_told_that_it_came() -> None:
    assert told(happened(e.LetterRegistered, AGENT, sender=SELLER)) == {SELLER: "letter_registered"}


def test_who_wrote_a_letter_without_news_is_told_and_the_desk_of_one_left_unanswered() -> None:
    def quiet(side: Role, standing: str) -> dict[Role, str]:
        return told(happened(e.LetterWentQuiet, PAYER, side=side, standing=standing))

    assert quiet(AGENT, "presented") == {AGENT: "letter_quiet"}
    assert quiet(BUYER, "submitted") == {BUYER: "letter_unanswered", AGENT: "letter_unanswered_desk"}
    assert quiet(AGENT, "submitted") == {AGENT: "letter_unanswered_desk"}


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


def details_in(lang: str) -> set[str]:
    source = (files(wording) / lang / "news.toml").read_text("utf-8")
    return set(tomllib.loads(source)["notices"]["detail"])


def test_details_are_worded_and_none_is_left_over() -> None:
    due = {f"due_{kind.value}" for kind in DeadlineKind} - {
        # The platform's own, the payer's, and the reminder of another.
        "due_platform_proposal", "due_platform_ruling", "due_refund", "due_ship_back_reminder",
            "due_refund_check", "due_refund_trace", "due_replacement_check",
    }  # fmt: skip
    details = {detail for line in [*EXPECTED.values(), *ASKED.values()] for detail in line.values()}
    # Told by what no event of a claim says, or by a case of one: a provider that does not answer, a surcharge, an
    # account that a transfer waits for, store credit that ends soon, a claim given to an agent, a withdrawal that goes
    # to the platform.
    expected = (
        details
        | due
        | {"account_wanted", "account_wanted_again", "credit_expiring", "surcharge_due", "surcharge_paid"}
        | {"claim_given", "contract_withdrawn_contested", "refund_stuck_desk"}
        | {"letter_unanswered", "letter_unanswered_desk"}
    )

    assert details_in("fr") == details_in("en") == expected
