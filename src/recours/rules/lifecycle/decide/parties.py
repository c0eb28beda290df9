"""What buyer and seller do: answer, offer, agree, disagree, go to the platform."""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim, Offer
from recours.rules.lifecycle.decide import replacing
from recours.rules.lifecycle.decide.context import (
    Context,
    checked_terms,
    must_have_seller,
    owed_state,
    stage_of,
    text_given,
)
from recours.rules.lifecycle.decide.crediting import must_be_in_policy
from recours.rules.lifecycle.vocabulary import About, GrantBasis, Ground, Role, State
from recours.rules.windows import due_after


def accept(claim: Claim, command: c.Accept, context: Context) -> e.Event:
    """The seller gives the buyer what they ask for. Raises NoSuchParty, and what is wrong with the terms."""
    must_have_seller(claim)
    terms = checked_terms(claim, claim.wanted)
    return e.RequestAccepted(
        at=context.now, by=command.by, to=owed_state(terms), terms=terms, basis=GrantBasis.SELLER_ACCEPTED
    )


def refuse(claim: Claim, command: c.Refuse, context: Context) -> e.Event:
    return e.RequestRefused(
        at=context.now, by=command.by, to=State.WITH_BUYER, reasons=text_given(command.reasons)
    )


def make_offer(claim: Claim, command: c.MakeOffer, context: Context) -> e.Event:
    """The seller proposes something else. It binds the seller until it expires.

    In the seller's own turn the buyer is next; at other times the offer stands beside the others and no clock moves.
    Raises NoSuchParty, CreditNotInPolicy, and what is wrong with the terms.
    """
    must_have_seller(claim)
    must_be_in_policy(command.terms, context)
    return e.OfferMade(
        at=context.now,
        by=command.by,
        to=State.WITH_BUYER if claim.state is State.WITH_SELLER else None,
        number=len(claim.offers) + 1,
        terms=checked_terms(claim, command.terms, offered=True),
        expires_at=expiry(context),
        reasons=command.reasons.strip(),
    )


def ask(claim: Claim, command: c.Ask, context: Context) -> e.Event:
    return e.QuestionAsked(at=context.now, by=command.by, to=State.WITH_BUYER, text=text_given(command.text))


def answer(claim: Claim, command: c.Answer, context: Context) -> e.Event:
    """The seller's one answer to a first message, or the buyer's to a seller's question.

    Raises NothingAsked, ActNotOpen.
    """
    text = text_given(command.text)
    if command.by.role is Role.SELLER:
        if claim.seller_answered:
            raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
        return e.SellerAnswered(at=context.now, by=command.by, text=text)
    if not claim.seller_asked:
        raise r.NothingAsked
    return e.QuestionAnswered(at=context.now, by=command.by, to=State.WITH_SELLER, text=text)


def accept_offer(claim: Claim, command: c.AcceptOffer, context: Context) -> e.Event:
    """Agree to an offer. The platform's proposal binds only when both parties accepted it.

    Raises NoSuchOffer, OfferExpired, OfferAlreadyRefused, OwnOffer, AlreadyAccepted, NoSuchParty.
    """
    offer = open_offer(claim, command.number, context)
    must_be_to_answer(claim, offer, command.by.role)
    from_platform = offer.by is Role.AGENT
    if from_platform and claim.has_seller and not offer.accepted_by:
        return e.OfferApproved(at=context.now, by=command.by, number=offer.number)
    terms = checked_terms(claim, offer.terms, offered=True)
    return e.OfferAccepted(
        at=context.now,
        by=command.by,
        to=owed_state(terms),
        number=offer.number,
        terms=terms,
        basis=GrantBasis.PLATFORM_PROPOSAL if from_platform else GrantBasis.OFFER,
    )


def refuse_offer(claim: Claim, command: c.RefuseOffer, context: Context) -> e.Event:
    """Say no to one offer; nothing else changes.

    Raises NoSuchOffer, OfferExpired, OfferAlreadyRefused, OwnOffer, AlreadyAccepted, NoSuchParty.
    """
    offer = open_offer(claim, command.number, context)
    must_be_to_answer(claim, offer, command.by.role)
    return e.OfferRefused(at=context.now, by=command.by, number=offer.number, reasons=command.reasons.strip())


def counter(claim: Claim, command: c.Counter, context: Context) -> e.Event:
    """The buyer asks for something else; the seller has a full window to answer, unless the platform has it."""
    must_have_seller(claim)
    return e.RequestChanged(
        at=context.now,
        by=command.by,
        to=None if claim.state is State.WITH_PLATFORM else State.WITH_SELLER,
        terms=checked_terms(claim, command.terms),
        text=command.text.strip(),
    )


def escalate(claim: Claim, command: c.Escalate, context: Context) -> e.Event:
    """Either party brings the claim before the platform, inside its own window; a buyer whose goods were not sent again
    within the law's term does too (L217-14). Raises ActNotOpen before that.
    """
    if not replacing.may_escalate(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    return e.Escalated(at=context.now, by=command.by, to=State.WITH_PLATFORM, reasons=command.reasons.strip())


def change_ground(claim: Claim, command: c.ChangeGround, context: Context) -> e.Event:
    """Go on under another ground, without closing: the seller gets a full window to answer the new one.

    A ground that concerns the marketplace goes to the platform. Raises SameGround, WithdrawalIsDeclared,
    GroundNeedsOrder, GroundNeedsDispute.
    """
    if command.ground is claim.ground:
        raise r.SameGround
    if command.ground is Ground.CHANGE_OF_MIND:
        raise r.WithdrawalIsDeclared
    about_order = claim.opening.about is About.ORDER
    if not about_order and not command.ground.concerns_marketplace:
        raise r.GroundNeedsOrder
    stage = stage_of(command.ground, has_seller=about_order)
    if claim.state is State.CONTACTING_SELLER and stage is State.WITH_PLATFORM:
        raise r.GroundNeedsDispute
    stays = claim.state in (State.WITH_PLATFORM, State.CONTACTING_SELLER)
    return e.GroundChanged(
        at=context.now,
        by=command.by,
        to=None if stays else stage,
        ground=command.ground,
        explanation=text_given(command.explanation),
    )


def open_offer(claim: Claim, number: int, context: Context) -> Offer:
    """Return the offer while it can still be answered. Raises NoSuchOffer, OfferExpired, OfferAlreadyRefused."""
    offer = claim.offer(number)
    if offer is None:
        raise r.NoSuchOffer
    if offer.refused_by:
        raise r.OfferAlreadyRefused
    if not offer.is_open(context.now):
        raise r.OfferExpired(expired_at=offer.expires_at)
    return offer


def must_be_to_answer(claim: Claim, offer: Offer, role: Role) -> None:
    """An offer is answered once, by whom it was made to. Raises NoSuchParty, OwnOffer, AlreadyAccepted."""
    if role is Role.SELLER:
        must_have_seller(claim)
    if offer.by is role or (role is Role.SELLER and offer.by is not Role.AGENT):
        raise r.OwnOffer
    if role in offer.accepted_by:
        raise r.AlreadyAccepted


def expiry(context: Context) -> dt.datetime:
    """The instant (UTC, exclusive) from which an offer made now is void. Source: the policy's `offers.expire`."""
    policy = context.rules.policy
    return due_after(
        context.now,
        policy.offers.expire,
        context.rules.calendar,
        rule="offers.expire",
        source=policy.label,
        event="offer_made",
    ).due_at
