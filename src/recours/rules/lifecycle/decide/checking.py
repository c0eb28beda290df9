"""After a refund was paid: did it come? What the buyer says of it, and what the platform finds."""

from __future__ import annotations

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context, text_given
from recours.rules.lifecycle.vocabulary import Missing


def confirm_refund(claim: Claim, command: c.ConfirmRefund, context: Context) -> e.Event:
    """The money came, whether or not anybody asked yet. Raises ActNotOpen when it was said, or nothing was paid."""
    if not may_confirm(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    return e.RefundConfirmed(at=context.now, by=command.by)


def report_missing(claim: Claim, command: c.ReportRefundMissing, context: Context) -> e.Event:
    """The money did not come, or not all of it; also by who said before that it had, and after a first search.

    Raises ActNotOpen while the platform is searching; and for less than was sent AmountMissing, WrongCurrency,
    AmountTooHigh.
    """
    if not may_report(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    arrived = command.arrived if command.missing is Missing.LESS else None
    if command.missing is Missing.LESS:
        if arrived is None or not arrived.is_positive:
            raise r.AmountMissing
        sent = claim.refunded_in_money
        if arrived.currency != sent.currency:
            raise r.WrongCurrency(given=arrived.currency, expected=sent.currency)
        if arrived >= sent:
            raise r.ArrivedWhole(sent=sent)
    text = text_given(command.text) if command.text.strip() else ""
    return e.RefundReportedMissing(
        at=context.now, by=command.by, missing=command.missing, arrived=arrived, text=text
    )


def trace_refund(claim: Claim, command: c.TraceRefund, context: Context) -> e.Event:
    """Say what was found of a missing refund. Raises ActNotOpen when nobody misses one, TextMissing."""
    if not is_missed(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    return e.RefundTraced(at=context.now, by=command.by, text=text_given(command.text))


def is_missed(claim: Claim) -> bool:
    return claim.refund_check is not None and claim.refund_check.missing_since is not None


def may_confirm(claim: Claim) -> bool:
    check = claim.refund_check
    return claim.was_refunded and (check is None or check.confirmed_at is None)


def may_report(claim: Claim) -> bool:
    return claim.was_refunded and not is_missed(claim)
