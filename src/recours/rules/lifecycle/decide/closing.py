"""Payment, withdrawal and its undoing, a problem solved, a claim reopened."""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context, refund_resolution, text_given
from recours.rules.lifecycle.vocabulary import Resolution, State
from recours.rules.money import Money
from recours.rules.windows import Window, due_after

UNDOABLE = frozenset({State.CONTACTING_SELLER, State.WITH_SELLER, State.WITH_BUYER, State.WITH_PLATFORM})


def pay_refund(claim: Claim, command: c.PayRefund, context: Context) -> e.Event:
    """Record money that reached the buyer; the claim closes when all that is owed has. Raises PaidTooMuch."""
    owed = owed_amount(claim)
    if command.amount > owed:
        raise r.PaidTooMuch(owed=owed)
    done = command.amount == owed
    return e.RefundPaid(
        at=context.now,
        by=command.by,
        to=State.CLOSED if done else None,
        amount=command.amount,
        refund_id=command.refund_id,
        resolution=refund_resolution(claim, claim.refunded + command.amount) if done else None,
    )


def owed_amount(claim: Claim) -> Money:
    """What is agreed and not yet paid, never more than what is left of the disputed sum."""
    if claim.agreed is None or claim.agreed.amount is None:
        return Money.zero(claim.disputed.currency)
    paid = claim.refunded - claim.paid_before if claim.paid_before else claim.refunded
    return min(claim.agreed.amount - paid, claim.disputed - claim.refunded)


def withdraw(claim: Claim, command: c.Withdraw, context: Context) -> e.Event:
    """The buyer gives up, until a ruling; undoable for the policy's `withdrawal.undo`."""
    return e.ClaimWithdrawn(at=context.now, by=command.by, to=State.CLOSED, reason=command.reason.strip())


def undo_withdrawal(claim: Claim, command: c.UndoWithdrawal, context: Context) -> e.Event:
    """Go on as if the claim had not been withdrawn. Raises WithdrawalFinal."""
    if claim.withdrawal is None or claim.withdrawal.state not in UNDOABLE:
        raise r.WithdrawalFinal
    if context.now >= end_of(claim, context.rules.policy.withdrawal.undo, context):
        raise r.WithdrawalFinal
    return e.WithdrawalUndone(at=context.now, by=command.by, to=claim.withdrawal.state)


def mark_solved(claim: Claim, command: c.MarkSolved, context: Context) -> e.Event:
    return e.ProblemSolved(at=context.now, by=command.by, to=State.CLOSED)


def reopen(claim: Claim, command: c.Reopen, context: Context) -> e.Event:
    """Bring a closed claim before the platform again, with a reason.

    What a final ruling rejected stays so, and what goes on elsewhere goes on there. Raises ReopeningTooLate,
    RulingIsFinal, GoesOnElsewhere, TextMissing.
    """
    if claim.resolution is Resolution.MERGED:
        raise r.GoesOnElsewhere(reference=claim.merged_into)
    if claim.resolution is Resolution.REJECTED:
        raise r.RulingIsFinal
    if context.now >= end_of(claim, context.rules.policy.closed.reopen, context):
        raise r.ReopeningTooLate
    return e.ClaimReopened(
        at=context.now, by=command.by, to=State.WITH_PLATFORM, reasons=text_given(command.reasons)
    )


def end_of(claim: Claim, window: Window, context: Context) -> dt.datetime:
    """The instant (UTC, exclusive) at which a window that began when the claim closed is over."""
    return due_after(
        claim.closed_at or claim.state_since,
        window,
        context.rules.calendar,
        rule="closed",
        source=context.rules.policy.label,
        event="closed",
    ).due_at
