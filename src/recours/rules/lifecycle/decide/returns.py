"""Goods on their way back, and goods sent again."""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context, owed_state, text_given
from recours.rules.lifecycle.vocabulary import Resolution, State


def ship_return(claim: Claim, command: c.ShipReturn, context: Context) -> e.Event:
    """The buyer sent the goods back, with proof. Raises DateInFuture, DateBeforeReceipt, TrackingMissing."""
    _not_tomorrow(command.shipped_on, context)
    came_on = claim.opening.delivered_on or claim.opening.ordered_on
    if came_on is not None and command.shipped_on < came_on:
        # The law's time to refund runs from this day: it is not the buyer's to put back at will.
        raise r.DateBeforeReceipt(came_on=came_on)
    carrier, tracking = command.carrier.strip(), command.tracking.strip()
    if not carrier or not tracking:
        raise r.TrackingMissing
    return e.ReturnShipped(
        at=context.now,
        by=command.by,
        to=State.RETURN_IN_TRANSIT,
        shipped_on=command.shipped_on,
        carrier=carrier,
        tracking=tracking,
    )


def record_arrival(claim: Claim, command: c.RecordReturnArrival, context: Context) -> e.Event:
    """Say, once, on which day the return arrived; the time to inspect it runs from there.

    Raises ActNotOpen, DateInFuture, DateBeforeShipping.
    """
    if claim.trip and claim.trip.arrived_on:
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    _not_tomorrow(command.arrived_on, context)
    if claim.trip and claim.trip.shipped_on and command.arrived_on < claim.trip.shipped_on:
        raise r.DateBeforeShipping(shipped_on=claim.trip.shipped_on)
    return e.ReturnArrived(at=context.now, by=command.by, arrived_on=command.arrived_on)


def accept_return(claim: Claim, command: c.AcceptReturn, context: Context) -> e.Event:
    return e.ReturnAccepted(at=context.now, by=command.by, to=after_return(claim))


def contest_return(claim: Claim, command: c.ContestReturn, context: Context) -> e.Event:
    """The goods that came back are not as agreed; the platform looks into it. Raises ReturnNotArrived, TextMissing."""
    if claim.trip is None or claim.trip.arrived_on is None:
        raise r.ReturnNotArrived
    return e.ReturnContested(
        at=context.now, by=command.by, to=State.WITH_PLATFORM, reasons=text_given(command.reasons)
    )


def ship_replacement(claim: Claim, command: c.ShipReplacement, context: Context) -> e.Event:
    """The seller sent the goods again. Raises TrackingMissing."""
    carrier, tracking = command.carrier.strip(), command.tracking.strip()
    if not carrier or not tracking:
        raise r.TrackingMissing
    return e.ReplacementShipped(
        at=context.now,
        by=command.by,
        to=State.CLOSED,
        carrier=carrier,
        tracking=tracking,
        resolution=Resolution.REPLACED,
    )


def after_return(claim: Claim) -> State:
    """What is owed once the goods are back."""
    if claim.agreed is None:
        raise ValueError("a return without agreed terms")
    return owed_state(claim.agreed, goods_are_back=True)


def _not_tomorrow(day: dt.date, context: Context) -> None:
    if day > context.today:
        raise r.DateInFuture(date=day)
