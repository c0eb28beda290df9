"""One claim that becomes two: articles that have nothing to do with each other go on apart, and nobody waits longer.

The counterpart of `merging`, under the same condition: the claim is with the platform, and nothing has come of it. What
runs on the claim runs on both, from the same instants; what is disputed and wanted is shared, and adds up to what it
was. A line of the order stays whole: it is disputed in one claim, as ever.
"""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim, ClaimedLine, Running
from recours.rules.lifecycle.decide.context import Context, must_hold, text_given
from recours.rules.lifecycle.decide.merging import is_untouched
from recours.rules.lifecycle.vocabulary import Ground, Role, State
from recours.rules.money import Money


class Part(Struct, frozen=True, kw_only=True):
    """What a claim gives up: some of its lines, what is disputed for them, and what of it is wanted."""

    lines: tuple[ClaimedLine, ...]
    disputed: Money
    amount: Money | None = None


def split(claim: Claim, command: c.Split, context: Context) -> e.Event:
    """Give a part of a claim up to a claim of its own. Raises what `part_of` does, AssignedToAnother, TextMissing."""
    must_hold(claim, command.by)
    part = part_of(claim, command.lines, context.now)
    return e.ClaimSplit(
        at=context.now,
        by=command.by,
        into=command.into,
        reference=command.reference,
        reason=text_given(command.reason),
        lines=part.lines,
        disputed=part.disputed,
        amount=part.amount,
    )


def split_off(command: c.SplitOff, context: Context) -> e.Event:
    """Open a claim with a part of another. Raises what `part_of` raises, AssignedToAnother, TextMissing."""
    origin = command.origin
    must_hold(origin, command.by)
    part = part_of(origin, command.lines, context.now)
    return e.ClaimSplitOff(
        at=context.now,
        by=command.by,
        to=State.WITH_PLATFORM,
        opening=replace(
            origin.opening,
            claim_id=command.claim_id,
            reference=command.reference,
            ground=origin.ground,
            lines=part.lines,
            shipping=None,
            disputed=part.disputed,
            wanted=replace(origin.wanted, amount=part.amount),
        ),
        origin=origin.opening.claim_id,
        reference=origin.reference,
        reason=text_given(command.reason),
        running=Running(
            opened_at=origin.opened_at,
            state_since=origin.state_since,
            disputed_formally=origin.disputed_formally,
            seller_answered=origin.seller_answered,
            extended_at=origin.extended_at,
            pauses=origin.pauses,
            fired=origin.fired,
            assigned_to=origin.assigned_to,
        ),
        before=command.before,
    )


def part_of(claim: Claim, line_ids: tuple[int, ...], now: dt.datetime) -> Part:
    """Return what a claim gives up with these lines.

    Shipping, which is owed for an order that comes back whole, stays with the rest. What is wanted is shared in
    proportion to what is disputed, to the minor unit, so that neither part asks for more than is disputed for it.
    Raises TooFarToSplit, NothingToSplit, SplitIncomplete, TooLittleToShare.
    """
    must_be_divisible(claim, now)
    lines = claim.opening.lines
    chosen = tuple(line for line in lines if line.line_id in line_ids)
    if not chosen or len(chosen) == len(lines) or len(chosen) != len(set(line_ids)):
        raise r.SplitIncomplete
    disputed = sum((line.paid for line in chosen), start=Money.zero(claim.disputed.currency))
    if claim.wanted.amount is None:
        return Part(lines=chosen, disputed=disputed)
    rest = claim.disputed - disputed
    if not (disputed.is_positive and rest.is_positive):
        raise r.TooLittleToShare
    kept, amount = claim.wanted.amount.split((rest.minor, disputed.minor))
    if not (kept.is_positive and amount.is_positive):
        raise r.TooLittleToShare
    return Part(lines=chosen, disputed=disputed, amount=amount)


def must_be_divisible(claim: Claim, now: dt.datetime) -> None:
    """Some lines of a claim could go on in a claim of their own. Raises NothingToSplit, TooFarToSplit."""
    if len(claim.opening.lines) < 2:
        raise r.NothingToSplit
    if not _is_early(claim, now):
        raise r.TooFarToSplit(reference=claim.reference)


def is_divisible(claim: Claim, now: dt.datetime) -> bool:
    """Whether some lines of a claim could go on in a claim of their own."""
    return len(claim.opening.lines) > 1 and _is_early(claim, now)


def _is_early(claim: Claim, now: dt.datetime) -> bool:
    """Whether nothing has come of a claim: of a proposal that was refused, the window it answered would run again."""
    proposed = any(offer.by is Role.AGENT and offer.made_at >= claim.state_since for offer in claim.offers)
    return is_untouched(claim, now) and not proposed and claim.ground is not Ground.CHANGE_OF_MIND
