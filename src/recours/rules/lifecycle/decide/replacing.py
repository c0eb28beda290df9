"""Goods sent again: the seller ships them, and the buyer says whether they came."""

from __future__ import annotations

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.closing import end_of
from recours.rules.lifecycle.decide.context import Context, checked_parcel, text_given
from recours.rules.lifecycle.vocabulary import DeadlineKind, Resolution, State


def ship_replacement(claim: Claim, command: c.ShipReplacement, context: Context) -> e.Event:
    """The seller sent the goods again. Raises what is wrong with the parcel's number."""
    parcel = checked_parcel(command.carrier, command.tracking, sure=command.sure)
    return e.ReplacementShipped(
        at=context.now,
        by=command.by,
        to=State.CLOSED,
        carrier=parcel.carrier,
        tracking=parcel.number,
        looks=parcel.verdict,
        resolution=Resolution.REPLACED,
    )


def confirm_replacement(claim: Claim, command: c.ConfirmReplacement, context: Context) -> e.Event:
    """The goods came. Raises ActNotOpen when that was said, or nothing was sent again."""
    if not may_confirm(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    return e.ReplacementConfirmed(at=context.now, by=command.by)


def report_missing(claim: Claim, command: c.ReportReplacementMissing, context: Context) -> e.Event:
    """The goods did not come, or came wrong: the platform decides what is owed instead. As long as a claim can be
    opened again; what came and broke later is said by opening it again.

    Raises ActNotOpen when nothing was sent again or the buyer said that it came, ReopeningTooLate, TextMissing.
    """
    if not may_confirm(claim):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    if context.now >= end_of(claim, context.rules.policy.closed.reopen, context):
        raise r.ReopeningTooLate
    return e.ReplacementReportedMissing(
        at=context.now, by=command.by, to=State.WITH_PLATFORM, text=text_given(command.text)
    )


def may_escalate(claim: Claim) -> bool:
    """Whether a buyer need not wait any longer for goods that are owed again: the law's term passed meanwhile.

    One that had passed before they were granted is left to the platform's own judgement: who granted them knew.
    """
    return claim.state is not State.REPLACEMENT_DUE or DeadlineKind.REPLACEMENT_TERM in claim.fired


def may_confirm(claim: Claim) -> bool:
    return claim.resolution is Resolution.REPLACED and claim.replacement_came_at is None


def may_report(claim: Claim, context: Context) -> bool:
    return may_confirm(claim) and context.now < end_of(claim, context.rules.policy.closed.reopen, context)
