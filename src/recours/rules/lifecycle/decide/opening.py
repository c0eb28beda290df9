"""How a claim is born, and how a first contact becomes a dispute."""

from __future__ import annotations

from msgspec.structs import replace

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim, Opening
from recours.rules.lifecycle.decide.context import Context, checked_terms, owed_state, stage_of, text_given
from recours.rules.lifecycle.evolve import evolve
from recours.rules.lifecycle.vocabulary import About, DeadlineKind, Ground, State


def contact_seller(command: c.ContactSeller, context: Context) -> e.Event:
    """Open a claim by writing to its seller. Raises NoSuchParty for grounds that concern the marketplace."""
    opening = command.opening
    if opening.ground.concerns_marketplace or opening.about is not About.ORDER:
        raise r.NoSuchParty
    event = e.SellerContacted(
        at=context.now, by=command.by, to=State.CONTACTING_SELLER, opening=_checked(opening, context)
    )
    _terms_fit(event)
    return event


def open_dispute(command: c.OpenDispute, context: Context) -> e.Event:
    """Open a claim as a dispute at once.

    Raises ContactSellerFirst when the policy wants the seller to be asked first and the messages taken in do not
    show that they were; never for grounds that concern the marketplace.
    """
    opening = command.opening
    if opening is None:
        raise ValueError("a dispute that opens a claim carries its opening")
    has_seller = opening.about is About.ORDER and not opening.ground.concerns_marketplace
    contact = opening.contact
    if (
        has_seller
        and context.rules.policy.contact.required
        and not (contact and contact.is_over(context.now))
    ):
        raise r.ContactSellerFirst(**({"until": contact.answer_due_at} if contact else {}))
    event = e.DisputeOpened(
        at=context.now,
        by=command.by,
        to=stage_of(opening.ground, has_seller=has_seller),
        opening=_checked(opening, context),
    )
    _terms_fit(event)
    return event


def withdraw_from_contract(command: c.WithdrawFromContract, context: Context) -> e.Event:
    """Withdraw from a contract: what is owed for it is owed at once, by nobody's leave (art. L221-18).

    Goods that came go back first; for goods that did not, the refund is due. Where the seller says that some of the
    goods are excluded and the buyer that they are not, the declaration is made all the same, and the platform judges.
    Whether the term still runs is `rules.withdrawing`'s to say. Raises TextMissing, and what is wrong with the terms.
    """
    opening = command.opening
    if opening.about is not About.ORDER or opening.ground is not Ground.CHANGE_OF_MIND:
        raise ValueError("a withdrawal is from the contract of an order, and for no other reason")
    text_given(command.declaration.text)
    contested = command.declaration.contests_exclusion
    event = e.ContractWithdrawn(
        at=context.now,
        by=command.by,
        to=State.WITH_PLATFORM if contested else owed_state(opening.wanted),
        opening=opening,
        declaration=command.declaration,
    )
    _terms_fit(event)
    return event


def open_after_contact(claim: Claim, command: c.OpenDispute, context: Context) -> e.Event:
    """Turn a first contact into a dispute: after the seller's answer, or after their time to give one.

    A policy that does not require the contact never makes the buyer wait. Raises ContactSellerFirst.
    """
    waiting = not claim.seller_answered and DeadlineKind.CONTACT_ANSWER not in claim.fired
    if waiting and context.rules.policy.contact.required and not claim.ground.concerns_marketplace:
        until = claim.due_at
        raise r.ContactSellerFirst(**({"until": until} if until else {}))
    return e.DisputeOpened(
        at=context.now, by=command.by, to=stage_of(claim.ground, has_seller=claim.has_seller)
    )


def _checked(opening: Opening, context: Context) -> Opening:
    if opening.ground is Ground.CHANGE_OF_MIND:
        raise r.WithdrawalIsDeclared
    if opening.disputed.minor < 0:
        raise r.AmountMissing
    return replace(opening, explanation=text_given(opening.explanation))


def _terms_fit(event: e.SellerContacted | e.DisputeOpened | e.ContractWithdrawn) -> None:
    claim = evolve(None, event)
    if claim.opening.about is not About.PURCHASE or claim.disputed.minor > 0:
        checked_terms(claim, claim.wanted)
