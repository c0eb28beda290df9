"""What banks do after the fact: money that came back to the marketplace, or that the buyer's bank took back itself."""

from __future__ import annotations

from msgspec.structs import replace

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import PAID_OUT, Claim
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.decide.context import Context, refund_resolution, remaining
from recours.rules.lifecycle.vocabulary import State


def reverse_refund(claim: Claim, command: c.ReverseRefund, context: Context) -> e.Event:
    """Owe again what came back. A claim that had ended with its payment is due anew; one that had ended otherwise
    since goes to the platform, which alone can say what is owed now. Raises MoreThanWasRefunded.
    """
    if command.amount > claim.refunded_in_money:
        raise r.MoreThanWasRefunded(refunded=claim.refunded_in_money)
    to = None
    if claim.state is State.REFUND_DUE:
        to = State.REFUND_DUE
    elif claim.state is State.CLOSED:
        after = replace(claim, refunded=claim.refunded - command.amount)
        is_owed = claim.resolution in PAID_OUT and owed_amount(after).is_positive
        to = State.REFUND_DUE if is_owed else State.WITH_PLATFORM
    return e.RefundReversed(
        at=context.now,
        by=command.by,
        to=to,
        amount=command.amount,
        refund_id=command.refund_id,
        reason=command.reason.strip(),
    )


def open_chargeback(claim: Claim, command: c.OpenChargeback, context: Context) -> e.Event:
    """Note that the bank looks into a payment. Raises ChargebackKnown."""
    if _is_open(claim, command.chargeback_id):
        raise r.ChargebackKnown
    return e.ChargebackOpened(
        at=context.now, by=command.by, amount=command.amount, chargeback_id=command.chargeback_id
    )


def win_chargeback(claim: Claim, command: c.WinChargeback, context: Context) -> e.Event:
    """Go on as before the bank asked. Raises ChargebackUnknown."""
    if not _is_open(claim, command.chargeback_id):
        raise r.ChargebackUnknown
    return e.ChargebackWon(at=context.now, by=command.by, chargeback_id=command.chargeback_id)


def lose_chargeback(claim: Claim, command: c.LoseChargeback, context: Context) -> e.Event:
    """Count what the bank gave back as refunded; the claim closes when nothing is left to owe or to dispute.

    Where something is still owed it is owed anew: what had been prepared went with the chargeback. Raises
    ChargebackUnknown, PaidTooMuch.
    """
    if not _is_open(claim, command.chargeback_id):
        raise r.ChargebackUnknown
    if command.amount > remaining(claim):
        raise r.PaidTooMuch(owed=remaining(claim))
    after = replace(claim, refunded=claim.refunded + command.amount)
    to: State | None = None
    if claim.state is State.REFUND_DUE:
        to = State.REFUND_DUE if owed_amount(after).is_positive else State.CLOSED
    elif claim.state is not State.CLOSED and remaining(after).is_zero:
        to = State.CLOSED
    return e.ChargebackLost(
        at=context.now,
        by=command.by,
        to=to,
        amount=command.amount,
        chargeback_id=command.chargeback_id,
        resolution=refund_resolution(claim, after.refunded) if to is State.CLOSED else None,
    )


def _is_open(claim: Claim, chargeback_id: object) -> bool:
    return any(each.id == chargeback_id for each in claim.chargebacks)
