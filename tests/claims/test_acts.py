"""The table of acts is whole, and the forms that only the desk shows build what they say."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from tests import factories as f

from recours.claims.acts import ACTS, command_of, form_for, perform, rehearsed
from recours.claims.commands import act
from recours.claims.forms import ActForm
from recours.claims.models import Claim
from recours.claims.presentation.acts import act_button, act_done, act_label, act_title, consequences
from recours.claims.queries import OpenedClaim, claim_for
from recours.people.models import DeskRole, User
from recours.people.queries import identity_of
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Remedy, Resolution, Role, State

PEOPLE = (Role.BUYER, Role.SELLER, Role.AGENT)


def test_every_act_of_a_person_has_a_form() -> None:
    theirs = {act for (state, act, role) in TRANSITIONS if state is not None and role in PEOPLE}

    # What the desk withholds concerns one exhibit, and has a page of its own (tests/desk and test_withholding).
    of_an_exhibit = {Act.SEAL_EXHIBIT, Act.REDACT_EXHIBIT, Act.RESTORE_EXHIBIT}
    # So have letters (tests/posting).
    of_letters = {
        Act.PREPARE_LETTER,
        Act.POST_LETTER,
        Act.FOLLOW_LETTER,
        Act.CORRECT_LETTER,
        Act.REGISTER_LETTER,
    }
    # And what concerns two claims (tests/desk/test_relating.py and test_splitting.py).
    of_two_claims = {Act.MERGE_INTO, Act.TAKE_IN, Act.SPLIT}
    assert theirs == ACTS.keys() | of_an_exhibit | of_letters | of_two_claims


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("act", ACTS)
def test_every_act_has_its_words(act: Act, language: str) -> None:
    with translation.override(language):
        for role in PEOPLE:
            assert act_label(act, role)
            assert act_title(act, role)
            assert act_button(act, role)
            assert act_done(act, role)


def with_platform() -> tuple[OpenedClaim, User]:
    claim = f.a_claim()
    act(claim.pk, c.Escalate(by=Actor(Role.SELLER)))
    agent = f.an_agent(claim.marketplace)
    return seen(claim, agent), agent


def seen(claim: Claim, user: User) -> OpenedClaim:
    return claim_for(identity_of(user), claim.reference)


def filled(opened: OpenedClaim, act: Act, **data: Any) -> ActForm:
    form = form_for(opened, act, data)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.django_db
def test_a_ruling_can_grant_what_is_asked() -> None:
    opened, agent = with_platform()
    form = filled(
        opened, Act.RULE, kind="wanted", goods_return="no", rule="law:FR:conso:L217-3", reasons="Vu."
    )

    perform(opened, Act.RULE, form, by=agent)

    ruling = seen(opened.row, agent).claim.ruling
    assert ruling is not None
    assert ruling.terms == opened.claim.wanted
    assert ruling.rule == "law:FR:conso:L217-3"


@pytest.mark.django_db
def test_a_ruling_can_grant_a_part() -> None:
    opened, agent = with_platform()
    form = filled(
        opened, Act.RULE, kind="part", amount="30", goods_return="buyer", other_rule="CGV 4.2", reasons="Vu."
    )

    perform(opened, Act.RULE, form, by=agent)

    ruling = seen(opened.row, agent).claim.ruling
    assert ruling is not None
    assert ruling.rule == "CGV 4.2"
    assert ruling.terms == Terms(
        remedy=Remedy.REFUND, amount=f.euros(3000), goods_return=True, return_paid_by=Role.BUYER
    )


@pytest.mark.django_db
def test_a_ruling_can_reject() -> None:
    opened, _ = with_platform()
    form = filled(opened, Act.RULE, kind="reject", goods_return="no", rule="returns.ship_back", reasons="Vu.")

    command = command_of(opened, Act.RULE, form)

    assert isinstance(command, c.Rule)
    assert command.terms is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "reject", "reasons": "Vu."}, "rule"),
        (
            {"kind": "reject", "rule": "returns.ship_back", "other_rule": "CGV", "reasons": "Vu."},
            "other_rule",
        ),
        ({"kind": "reject", "rule": "returns.ship_back", "reasons": " "}, "reasons"),
        ({"kind": "reject", "rule": "returns.ship_back", "reasons": "Vu.", "amount": "5"}, "amount"),
        ({"kind": "part", "rule": "returns.ship_back", "reasons": "Vu."}, "amount"),
        ({"rule": "returns.ship_back", "reasons": "Vu."}, "kind"),
    ],
)
def test_a_ruling_that_lacks_something_says_where(data: dict[str, str], field: str) -> None:
    opened, _ = with_platform()

    form = form_for(opened, Act.RULE, {"goods_return": "no", **data})

    assert list(form.errors) == [field]


@pytest.mark.django_db
def test_evidence_is_asked_of_a_party_that_exists() -> None:
    payment = f.a_payment()
    claim = f.a_claim(payment=payment)
    opened = seen(claim, f.an_agent(claim.marketplace))

    form = form_for(opened, Act.ASK_EVIDENCE, {"of": "seller", "text": "Quoi ?"})

    assert list(form.errors) == ["of"]


@pytest.mark.django_db
def test_an_appeal_is_not_assigned_to_who_ruled_first() -> None:
    opened, agent = with_platform()
    other = f.an_agent(opened.row.marketplace, role=DeskRole.ADMINISTRATOR)
    buyer = Actor(Role.BUYER, opened.row.buyer.user_id)
    act(opened.row.pk, c.Rule(by=opened.actor, rule="x", reasons="y"))
    act(opened.row.pk, c.AppealRuling(by=buyer, reason="new_evidence", text="z"))  # type: ignore[arg-type]

    form = form_for(seen(opened.row, other), Act.ASSIGN)

    assert [key for key, _ in form.fields["agent"].choices] == [str(other.pk)]  # type: ignore[attr-defined]
    assert str(agent.pk) not in str(form)


@pytest.mark.django_db
def test_the_seller_is_told_what_accepting_entails() -> None:
    claim = f.a_claim()
    opened = seen(claim, f.a_seller(claim.shop))

    lines = consequences(opened, Act.ACCEPT, rehearsed(opened, Act.ACCEPT))

    assert lines[0] == "Remboursement de 89,90\u00a0€, sans retour."
    assert "rembourser 89,90\u00a0€" in lines[-1]
    assert seen(claim, f.a_seller(claim.shop)).claim.state is State.WITH_SELLER


@pytest.mark.django_db
def test_the_same_act_twice_is_done_once() -> None:
    claim = f.a_claim()
    buyer = User.objects.get(pk=claim.buyer.user_id)
    form = filled(seen(claim, buyer), Act.WITHDRAW, reason="")

    row = perform(seen(claim, buyer), Act.WITHDRAW, form, by=buyer, expected_seq=1)
    again = perform(seen(claim, buyer), Act.WITHDRAW, form, by=buyer, expected_seq=1)

    assert (row.resolution, again.seq) == (Resolution.WITHDRAWN, row.seq)
