"""Goods on their way back, and goods sent again."""

from __future__ import annotations

import datetime as dt

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim, Offer, Pieces, Terms
from recours.rules.lifecycle.deadlines import ship_back_term
from recours.rules.lifecycle.decide.closing import end_of
from recours.rules.lifecycle.decide.context import (
    Context,
    checked_parcel,
    owed_state,
    remaining,
    text_given,
)
from recours.rules.lifecycle.decide.parties import expiry
from recours.rules.lifecycle.vocabulary import Act, Remedy, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.returns import Line, owed_for


def ship_return(claim: Claim, command: c.ShipReturn, context: Context) -> e.Event:
    """The buyer sent the goods back, or a part of them, with proof; the rest of what was agreed then lapses.

    What counts is the day of sending: a return that lapsed before its buyer said so goes on, if it was sent in time.
    Raises DateInFuture, DateBeforeReceipt, ReturnTooLate, NothingSent, PiecesUnknown, and what is wrong with the
    parcel's number.
    """
    if claim.state is State.CLOSED:
        _must_have_been_in_time(claim, command.shipped_on, context)
    _not_tomorrow(command.shipped_on, context)
    came_on = claim.opening.delivered_on or claim.opening.ordered_on
    if came_on is not None and command.shipped_on < came_on:
        # The law's time to refund runs from this day: it is not the buyer's to put back at will.
        raise r.DateBeforeReceipt(came_on=came_on)
    parcel = checked_parcel(command.carrier, command.tracking, sure=command.sure)
    sent = some_of(command.sent, to_send_back(claim))
    amount = owed_for_pieces(claim, sent) if sent else None
    if amount is not None and not amount.is_positive:
        raise r.NothingSent
    return e.ReturnShipped(
        at=context.now,
        by=command.by,
        to=State.RETURN_IN_TRANSIT,
        shipped_on=command.shipped_on,
        carrier=parcel.carrier,
        tracking=parcel.number,
        looks=parcel.verdict,
        sent=sent,
        amount=amount,
    )


def _must_have_been_in_time(claim: Claim, shipped_on: dt.date, context: Context) -> None:
    if claim.resolution is not Resolution.LAPSED or claim.agreed is None:
        raise r.ActNotOpen(act=Act.SHIP_RETURN, state=claim.state, role=Role.BUYER)
    if context.now >= end_of(claim, context.rules.policy.closed.reopen, context):
        raise r.ReopeningTooLate
    last_on = ship_back_term(claim, context.rules).counted.last_on
    if shipped_on > last_on:
        raise r.ReturnTooLate(last_on=last_on)


def correct_tracking(claim: Claim, command: c.CorrectTracking, context: Context) -> e.Event:
    """The number was typed wrongly: another takes its place until the parcel has arrived, and nothing else changes.

    Also once the platform looks for it: a wrong number is why a parcel seems lost. The day of sending stays as it was
    said, and so does every clock. Raises ActNotOpen, TrackingUnchanged, and what is wrong with the parcel's number.
    """
    trip = claim.trip
    if not is_on_its_way(claim) or trip is None:
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    parcel = checked_parcel(command.carrier, command.tracking, sure=command.sure)
    if (parcel.carrier, parcel.number) == (trip.carrier, trip.tracking):
        raise r.TrackingUnchanged(tracking=parcel.number)
    return e.ReturnTrackingCorrected(
        at=context.now, by=command.by, carrier=parcel.carrier, tracking=parcel.number, looks=parcel.verdict
    )


def is_on_its_way(claim: Claim) -> bool:
    """Whether goods have left, and nobody has said that they came."""
    return claim.trip is not None and claim.trip.shipped_on is not None and claim.trip.arrived_on is None


def record_arrival(claim: Claim, command: c.RecordReturnArrival, context: Context) -> e.Event:
    """Say, once, on which day the return arrived; the time to inspect it runs from there.

    Raises ActNotOpen, DateInFuture, DateBeforeShipping.
    """
    if claim.trip and claim.trip.arrived_on:
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    _not_tomorrow(command.arrived_on, context)
    if claim.trip and claim.trip.shipped_on and command.arrived_on < claim.trip.shipped_on:
        raise r.DateBeforeShipping(shipped_on=claim.trip.shipped_on)
    condition = text_given(command.condition) if command.condition.strip() else ""
    return e.ReturnArrived(at=context.now, by=command.by, arrived_on=command.arrived_on, condition=condition)


def report_refused(claim: Claim, command: c.ReportReturnRefused, context: Context) -> e.Event:
    """The seller did not take the parcel: it counts as arrived on that day, and the time to inspect it runs.

    Who refuses what they are owed bears what comes of it (ADR 0023). Raises ActNotOpen, DateInFuture,
    DateBeforeShipping, TextMissing.
    """
    _must_be_on_its_way(claim, command)
    _not_tomorrow(command.refused_on, context)
    if claim.trip and claim.trip.shipped_on and command.refused_on < claim.trip.shipped_on:
        raise r.DateBeforeShipping(shipped_on=claim.trip.shipped_on)
    return e.ReturnRefused(
        at=context.now, by=command.by, refused_on=command.refused_on, text=text_given(command.text)
    )


def report_lost(claim: Claim, command: c.ReportReturnLost, context: Context) -> e.Event:
    """Somebody knows that the return is lost: the platform need not wait for its time to pass.

    Raises ActNotOpen, TextMissing.
    """
    _must_be_on_its_way(claim, command)
    return e.ReturnReportedLost(
        at=context.now, by=command.by, to=State.WITH_PLATFORM, text=text_given(command.text)
    )


def _must_be_on_its_way(claim: Claim, command: c.Command) -> None:
    if claim.trip and claim.trip.arrived_on:
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)


def accept_return(claim: Claim, command: c.AcceptReturn, context: Context) -> e.Event:
    return e.ReturnAccepted(at=context.now, by=command.by, to=after_return(claim))


def contest_return(claim: Claim, command: c.ContestReturn, context: Context) -> e.Event:
    """The goods that came back are not as agreed; the platform looks into it.

    Where pieces are missing, the refund of those that came is offered to the buyer at once: to take it ends the matter,
    and not to leaves it to the platform. Raises ReturnNotArrived, TextMissing, PiecesUnknown.
    """
    if claim.trip is None or claim.trip.arrived_on is None:
        raise r.ReturnNotArrived
    reasons = text_given(command.reasons)
    expected = claim.trip.sent or to_send_back(claim)
    came = some_of(command.came, expected, least=0)
    return e.ReturnContested(
        at=context.now,
        by=command.by,
        to=State.WITH_PLATFORM,
        reasons=reasons,
        came=came,
        offer=_offer_for(claim, came, reasons, context) if came else None,
    )


def _offer_for(claim: Claim, came: tuple[Pieces, ...], reasons: str, context: Context) -> Offer | None:
    amount = owed_for_pieces(claim, came)
    if amount is None or not amount.is_positive:
        return None
    return Offer(
        number=len(claim.offers) + 1,
        by=Role.SELLER,
        terms=Terms(remedy=Remedy.REFUND, amount=min(amount, remaining(claim))),
        made_at=context.now,
        expires_at=expiry(context),
        reasons=reasons,
    )


def to_send_back(claim: Claim) -> tuple[Pieces, ...]:
    """Return all the pieces that the claim is about."""
    return tuple(Pieces(line_id=line.line_id, quantity=line.quantity) for line in claim.opening.lines)


def some_of(given: tuple[Pieces, ...], expected: tuple[Pieces, ...], *, least: int = 1) -> tuple[Pieces, ...]:
    """Return the pieces given where they are fewer than those expected, and nothing where they are all of them.

    Lines that are not named have none; none given at all is all. Raises PiecesUnknown, NothingSent.
    """
    if not given:
        return ()
    most = {one.line_id: one.quantity for one in expected}
    counted = {one.line_id: one.quantity for one in given}
    if len(counted) < len(given) or any(
        quantity < 0 or quantity > most.get(line, 0) for line, quantity in counted.items()
    ):
        raise r.PiecesUnknown
    if sum(counted.values()) < least:
        raise r.NothingSent
    if all(counted.get(line, 0) == quantity for line, quantity in most.items()):
        return ()
    return tuple(Pieces(line_id=line, quantity=counted.get(line, 0)) for line in most)


def owed_for_pieces(claim: Claim, pieces: tuple[Pieces, ...]) -> Money | None:
    """Return the part of what is agreed that follows these pieces; None where no money is.

    Once a part was sent, what is agreed is that part's refund: fewer pieces are then counted among those sent.
    """
    if claim.agreed is None or claim.agreed.amount is None:
        return None
    coming = {one.line_id: one.quantity for one in pieces}
    sent = claim.trip.sent if claim.trip and claim.trip.shipped_on else ()
    out = {one.line_id: one.quantity for one in sent or to_send_back(claim)}
    lines = [
        Line(
            paid=Money(line.paid.minor * out.get(line.line_id, 0) // line.quantity, line.paid.currency),
            pieces=out.get(line.line_id, 0),
            coming=coming.get(line.line_id, 0),
        )
        for line in claim.opening.lines
    ]
    return owed_for(claim.agreed.amount, lines, None if sent else claim.opening.shipping)


def after_return(claim: Claim) -> State:
    """What is owed once the goods are back."""
    if claim.agreed is None:
        raise ValueError("a return without agreed terms")
    return owed_state(claim.agreed, goods_are_back=True)


def _not_tomorrow(day: dt.date, context: Context) -> None:
    if day > context.today:
        raise r.DateInFuture(date=day)
