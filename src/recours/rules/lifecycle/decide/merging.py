"""Two claims that become one: what one was about goes on within the other, and no promise is dropped for it.

Only while both are with the platform and nothing has come of either: an offer, a question, a ruling, goods on their way
or money name a claim that somebody counts on. What is due then is the platform's own. It keeps it where the claim that
stays has each promise of the other at least as early: nothing is counted anew.
"""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context, must_hold, text_given
from recours.rules.lifecycle.vocabulary import About, State


def merge_into(claim: Claim, command: c.MergeInto, context: Context) -> e.Event:
    """Close a claim that goes on within another. Raises what `check_joinable` does, AssignedToAnother, TextMissing."""
    must_hold(claim, command.by)
    check_joinable(command.into, claim, context.now)
    return e.ClaimMerged(
        at=context.now,
        by=command.by,
        to=State.CLOSED,
        into=command.into.opening.claim_id,
        reference=command.into.reference,
        reason=text_given(command.reason),
    )


def take_in(claim: Claim, command: c.TakeIn, context: Context) -> e.Event:
    """Take in what another claim is about. Raises what `check_joinable` raises, AssignedToAnother, TextMissing."""
    must_hold(claim, command.by)
    other = command.other
    check_joinable(claim, other, context.now)
    return e.ClaimTakenIn(
        at=context.now,
        by=command.by,
        claim=other.opening.claim_id,
        reference=other.reference,
        reason=text_given(command.reason),
        lines=other.opening.lines,
        shipping=other.opening.shipping,
        disputed=other.disputed,
        amount=other.wanted.amount,
    )


def check_joinable(kept: Claim, other: Claim, now: dt.datetime) -> None:
    """Raise why `other` cannot go on within `kept`; that they have one buyer and one order is for the caller.

    Raises MergedWithItself, TooFarToMerge, NotTheSameMatter, MergingWouldDelay.
    """
    if kept.opening.claim_id == other.opening.claim_id:
        raise r.MergedWithItself
    for claim in (kept, other):
        if not is_untouched(claim, now):
            raise r.TooFarToMerge(reference=claim.reference)
    if _matter(kept) != _matter(other) or (kept.opening.shipping and other.opening.shipping):
        raise r.NotTheSameMatter
    if {line.line_id for line in kept.opening.lines} & {line.line_id for line in other.opening.lines}:
        raise r.NotTheSameMatter
    kept_by = {deadline.kind: deadline.due_at for deadline in kept.deadlines}
    for deadline in other.deadlines:
        if kept_by.get(deadline.kind) is None or kept_by[deadline.kind] > deadline.due_at:
            raise r.MergingWouldDelay(kept=kept.reference, other=other.reference)


def is_untouched(claim: Claim, now: dt.datetime) -> bool:
    """Whether a claim is with the platform, and nothing has come of it yet."""
    return (
        claim.state is State.WITH_PLATFORM
        and claim.opening.about is About.ORDER
        and not claim.refunded.is_positive
        and not any(offer.is_open(now) for offer in claim.offers)
        and not (claim.request or claim.agreed or claim.ruling or claim.appeal or claim.trip)
        and not (claim.credited or claim.chargebacks or claim.seals)
    )


def _matter(claim: Claim) -> tuple[object, ...]:
    opening, wanted = claim.opening, claim.wanted
    return (
        claim.ground, wanted.remedy, wanted.goods_return, wanted.return_paid_by, claim.disputed.currency,
        opening.policy_version, opening.country, opening.ordered_on, opening.delivered_on, opening.promised_on,
        opening.untold,
    )  # fmt: skip
