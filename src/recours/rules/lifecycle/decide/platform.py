"""What the desk does: take, ask, propose, rule; and the appeal that brings a ruling before another agent."""

from __future__ import annotations

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import (
    Context,
    checked_terms,
    must_be_impartial,
    must_have_seller,
    must_hold,
    owed_state,
    text_given,
)
from recours.rules.lifecycle.decide.crediting import must_be_in_policy
from recours.rules.lifecycle.decide.parties import expiry
from recours.rules.lifecycle.vocabulary import Resolution, Role, State


def take(claim: Claim, command: c.Take, context: Context) -> e.Event:
    """An agent takes a claim that nobody has. Raises AssignedToAnother, ActNotOpen, AppealNeedsAnotherAgent."""
    must_hold(claim, command.by)
    if claim.assigned_to is not None:
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    must_be_impartial(claim, command.by.id)
    if command.by.id is None:
        raise ValueError("an agent has an id")
    return e.Assigned(at=context.now, by=command.by, agent=command.by.id)


def assign(claim: Claim, command: c.Assign, context: Context) -> e.Event:
    """Give a claim to an agent, whoever has it now. Raises AppealNeedsAnotherAgent."""
    must_be_impartial(claim, command.agent)
    return e.Assigned(at=context.now, by=command.by, agent=command.agent)


def release(claim: Claim, command: c.Release, context: Context) -> e.Event:
    """Give a claim back to the queue. Raises NotAssigned, AssignedToAnother."""
    if claim.assigned_to is None:
        raise r.NotAssigned
    must_hold(claim, command.by)
    return e.Released(at=context.now, by=command.by)


def ask_evidence(claim: Claim, command: c.AskEvidence, context: Context) -> e.Event:
    """Ask a party for something; the platform's clock stands still.

    Asking is part of judging: who ruled first does not do it on the appeal. Raises EvidenceAlreadyAsked, NoSuchParty,
    AssignedToAnother, AppealNeedsAnotherAgent.
    """
    must_hold(claim, command.by)
    must_be_impartial(claim, command.by.id)
    if claim.request is not None:
        raise r.EvidenceAlreadyAsked
    if command.of is Role.SELLER:
        must_have_seller(claim)
    return e.EvidenceRequested(at=context.now, by=command.by, of=command.of, text=text_given(command.text))


def give_evidence(claim: Claim, command: c.GiveEvidence, context: Context) -> e.Event:
    """The asked party answers; the clock runs again. Raises NothingAsked, NotAskedOfYou."""
    if claim.request is None:
        raise r.NothingAsked
    if claim.request.of is not command.by.role:
        raise r.NotAskedOfYou
    return e.EvidenceGiven(at=context.now, by=command.by, text=text_given(command.text))


def propose(claim: Claim, command: c.Propose, context: Context) -> e.Event:
    """Put the platform's own proposal beside the parties'.

    Raises CreditNotInPolicy, AssignedToAnother, AppealNeedsAnotherAgent, and what is wrong with the terms.
    """
    must_be_in_policy(command.terms, context)
    must_hold(claim, command.by)
    must_be_impartial(claim, command.by.id)
    return e.OfferMade(
        at=context.now,
        by=command.by,
        number=len(claim.offers) + 1,
        terms=checked_terms(claim, command.terms, offered=True),
        expires_at=expiry(context),
        reasons=text_given(command.reasons),
    )


def rule(claim: Claim, command: c.Rule, context: Context) -> e.Event:
    """Decide, with reasons that name the rule. Open to one appeal; the ruling on an appeal is final at once.

    Raises AssignedToAnother, AppealNeedsAnotherAgent, TextMissing, and what is wrong with the terms.
    """
    must_hold(claim, command.by)
    must_be_impartial(claim, command.by.id)
    terms = checked_terms(claim, command.terms) if command.terms else None
    if claim.appeal is None:
        to, resolution = State.RULED, None
    elif terms is None:
        to, resolution = State.CLOSED, Resolution.REJECTED
    else:
        to, resolution = owed_state(terms, goods_are_back=goods_are_back(claim)), None
    return e.RulingMade(
        at=context.now,
        by=command.by,
        to=to,
        rule=text_given(command.rule),
        reasons=text_given(command.reasons),
        terms=terms,
        resolution=resolution,
    )


def appeal(claim: Claim, command: c.AppealRuling, context: Context) -> e.Event:
    """Contest the ruling, once, for new evidence or an error of rule. Raises AppealUsed, NoSuchParty."""
    if claim.appeal is not None:
        raise r.AppealUsed
    if command.by.role is Role.SELLER:
        must_have_seller(claim)
    return e.RulingAppealed(
        at=context.now,
        by=command.by,
        to=State.WITH_PLATFORM,
        reason=command.reason,
        text=text_given(command.text),
    )


def goods_are_back(claim: Claim) -> bool:
    """The goods have arrived at the seller, so that no return is awaited again."""
    return claim.trip is not None and claim.trip.arrived_on is not None
