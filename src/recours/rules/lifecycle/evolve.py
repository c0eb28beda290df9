"""`evolve(claim, event) -> claim`: what an event means. No decision is taken here, so old histories always replay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, cast

from msgspec.structs import asdict, replace

from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import (
    Appeal,
    Chargeback,
    Claim,
    EvidenceRequest,
    Offer,
    RefundCheck,
    ReturnTrip,
    Ruling,
    Seal,
    Withdrawal,
)
from recours.rules.lifecycle.vocabulary import DeadlineKind, GrantBasis, Resolution, State
from recours.rules.money import Money
from recours.rules.windows import Pause

Changes = dict[str, Any]


def evolve(claim: Claim | None, event: e.Event) -> Claim:
    """Return the claim after `event`. Raises ValueError when the history does not begin with its opening."""
    if claim is None:
        return _sent_to(event, _born(event))
    meaning = MEANINGS.get(type(event))
    changes: Changes = meaning(claim, event) if meaning else {}
    if event.to is not None and event.to is not claim.state:
        changes = {
            "state": event.to,
            "state_since": event.at,
            "pauses": (),
            "fired": (),
            "request": None,
            "refund_check": None,
            "assigned_to": claim.assigned_to if event.to in STAYS_WITH_AGENT else None,
        } | changes
    if event.to is State.CLOSED:
        changes.setdefault("closed_at", event.at)
    if event.deadlines is not None:
        changes["deadlines"] = event.deadlines
    return _sent_to(event, replace(claim, seq=claim.seq + 1, **changes))


def _sent_to(event: e.Event, claim: Claim) -> Claim:
    if not event.return_to or claim.trip is None:
        return claim
    return replace(claim, trip=replace(claim.trip, address=event.return_to))


def replay(events: Iterable[e.Event]) -> Claim | None:
    """Return the claim that these events make, in order; None for no events."""
    claim: Claim | None = None
    for event in events:
        claim = evolve(claim, event)
    return claim


STAYS_WITH_AGENT = frozenset({State.WITH_PLATFORM})


def _born(event: e.Event) -> Claim:
    births = e.SellerContacted | e.DisputeOpened | e.ContractWithdrawn | e.ClaimSplitOff
    opening = event.opening if isinstance(event, births) else None
    if opening is None or event.to is None:
        raise ValueError("a history begins with the opening of its claim")
    claim = Claim(
        opening=opening,
        opened_at=event.at,
        seq=1,
        state=event.to,
        state_since=event.at,
        ground=opening.ground,
        wanted=opening.wanted,
        disputed=opening.disputed,
        refunded=Money.zero(opening.disputed.currency),
        disputed_formally=isinstance(event, e.DisputeOpened),
        deadlines=event.deadlines or (),
    )
    if isinstance(event, e.ClaimSplitOff):
        return replace(claim, split_from=event.reference, **asdict(event.running))
    return replace(claim, **_withdrawn_from(event)) if isinstance(event, e.ContractWithdrawn) else claim


def _withdrawn_from(event: e.ContractWithdrawn) -> Changes:
    """What a withdrawal makes owed at once; nothing yet while it is disputed that the goods can be given back."""
    if event.to is State.WITH_PLATFORM:
        return {}
    owed: Changes = {"agreed": event.opening.wanted, "basis": GrantBasis.CHANGE_OF_MIND}
    if event.to is State.AWAITING_RETURN:
        owed["trip"] = ReturnTrip(authorised_at=event.at)
    return owed


def _granted(claim: Claim, event: e.Event) -> Changes:
    granted = cast(e.Granted, event)
    changes: Changes = {
        "agreed": granted.terms,
        "basis": granted.basis,
        "paid_before": claim.refunded if claim.refunded.minor else None,
    }
    if granted.to is State.AWAITING_RETURN:
        changes["trip"] = ReturnTrip(authorised_at=granted.at)
    return changes


def _disputed(claim: Claim, event: e.Event) -> Changes:
    return {"disputed_formally": True}


def _seller_answered(claim: Claim, event: e.Event) -> Changes:
    return {"seller_answered": True}


def _asked(claim: Claim, event: e.Event) -> Changes:
    return {"seller_asked": True}


def _answered(claim: Claim, event: e.Event) -> Changes:
    return {"seller_asked": False}


def _extended(claim: Claim, event: e.Event) -> Changes:
    return {"extended_at": event.at}


def _offered(claim: Claim, event: e.Event) -> Changes:
    made = cast(e.OfferMade, event)
    offer = Offer(
        number=made.number,
        by=made.by.role,
        terms=made.terms,
        made_at=made.at,
        expires_at=made.expires_at,
        reasons=made.reasons,
    )
    return {"offers": (*claim.offers, offer)}


def _marked(claim: Claim, number: int, mark: Callable[[Offer], Offer]) -> Changes:
    return {"offers": tuple(mark(offer) if offer.number == number else offer for offer in claim.offers)}


def _approved(claim: Claim, event: e.Event) -> Changes:
    approved = cast(e.OfferApproved, event)
    return _marked(
        claim,
        approved.number,
        lambda offer: replace(offer, accepted_by=(*offer.accepted_by, approved.by.role)),
    )


def _accepted(claim: Claim, event: e.Event) -> Changes:
    accepted = cast(e.OfferAccepted, event)
    marked = _marked(
        claim,
        accepted.number,
        lambda offer: replace(offer, accepted_by=(*offer.accepted_by, accepted.by.role)),
    )
    return _granted(claim, event) | marked


def _refused(claim: Claim, event: e.Event) -> Changes:
    refused = cast(e.OfferRefused, event)
    return _marked(
        claim, refused.number, lambda offer: replace(offer, refused_by=(*offer.refused_by, refused.by.role))
    )


def _request_changed(claim: Claim, event: e.Event) -> Changes:
    changed = cast(e.RequestChanged, event)
    restarted: Changes = {"wanted": changed.terms, "seller_asked": False}
    return restarted | _restart(claim, event)


def _restart(claim: Claim, event: e.Event) -> Changes:
    """An event that moves a claim to the state it is in already starts that state's window anew."""
    return {"state_since": event.at, "pauses": (), "fired": ()} if event.to is claim.state else {}


def _ground_changed(claim: Claim, event: e.Event) -> Changes:
    ground = cast(e.GroundChanged, event).ground
    changes: Changes = {"ground": ground}
    if claim.wanted.goods_return and not ground.goods_received:
        # Goods that never came are not sent back; the rest of the request stands.
        changes["wanted"] = replace(claim.wanted, goods_return=False, return_paid_by=None)
    return changes | _restart(claim, event)


def _assigned(claim: Claim, event: e.Event) -> Changes:
    return {"assigned_to": cast(e.Assigned, event).agent}


def _released(claim: Claim, event: e.Event) -> Changes:
    return {"assigned_to": None}


def _merged(claim: Claim, event: e.Event) -> Changes:
    # What was in dispute is in dispute there: here nothing is left that anybody could be paid.
    return {
        "resolution": Resolution.MERGED,
        "merged_into": cast(e.ClaimMerged, event).reference,
        "disputed": Money.zero(claim.disputed.currency),
    }


def _taken_in(claim: Claim, event: e.Event) -> Changes:
    taken = cast(e.ClaimTakenIn, event)
    opening = replace(
        claim.opening,
        lines=(*claim.opening.lines, *taken.lines),
        shipping=claim.opening.shipping or taken.shipping,
        disputed=claim.opening.disputed + taken.disputed,
    )
    changes: Changes = {
        "opening": opening,
        "disputed": claim.disputed + taken.disputed,
        "took_in": (*claim.took_in, taken.reference),
    }
    if claim.wanted.amount is not None and taken.amount is not None:
        changes["wanted"] = replace(claim.wanted, amount=claim.wanted.amount + taken.amount)
    return changes


def _split(claim: Claim, event: e.Event) -> Changes:
    part = cast(e.ClaimSplit, event)
    gone = {line.line_id for line in part.lines}
    changes: Changes = {
        "opening": replace(
            claim.opening,
            lines=tuple(line for line in claim.opening.lines if line.line_id not in gone),
            disputed=claim.opening.disputed - part.disputed,
        ),
        "disputed": claim.disputed - part.disputed,
        "split_into": (*claim.split_into, part.reference),
    }
    if claim.wanted.amount is not None and part.amount is not None:
        changes["wanted"] = replace(claim.wanted, amount=claim.wanted.amount - part.amount)
    return changes


def _sealed(claim: Claim, event: e.Event) -> Changes:
    sealed = cast(e.ExhibitSealed, event)
    before = claim.seal(sealed.exhibit) or Seal(exhibit=sealed.exhibit)
    return {"seals": (*_other_seals(claim, before.exhibit), replace(before, hidden_from=sealed.hidden_from))}


def _redacted(claim: Claim, event: e.Event) -> Changes:
    redacted = cast(e.ExhibitRedacted, event)
    # Who may see a copy may see it whole: it was made for that.
    return {
        "seals": (
            *_other_seals(claim, redacted.exhibit),
            Seal(exhibit=redacted.exhibit, copy=redacted.copy),
        )
    }


def _restored(claim: Claim, event: e.Event) -> Changes:
    return {"seals": _other_seals(claim, cast(e.ExhibitRestored, event).exhibit)}


def _other_seals(claim: Claim, exhibit: str) -> tuple[Seal, ...]:
    return tuple(seal for seal in claim.seals if seal.exhibit != exhibit)


def _evidence_requested(claim: Claim, event: e.Event) -> Changes:
    asked = cast(e.EvidenceRequested, event)
    return {"request": EvidenceRequest(of=asked.of, text=asked.text, asked_at=asked.at)}


def _evidence_settled(claim: Claim, event: e.Event) -> Changes:
    started_at = claim.request.asked_at if claim.request else event.at
    return {"request": None, "pauses": (*claim.pauses, Pause(started_at, event.at))}


def _ruled(claim: Claim, event: e.Event) -> Changes:
    made = cast(e.RulingMade, event)
    changes: Changes = {
        "ruling": Ruling(
            by=made.by.id, made_at=made.at, rule=made.rule, reasons=made.reasons, terms=made.terms
        ),
        "assigned_to": None,
    }
    return changes | _owed_by_ruling(claim, made.to, made.at, made.terms) | _ended(made.resolution)


def _final(claim: Claim, event: e.Event) -> Changes:
    final = cast(e.RulingBecameFinal, event)
    terms = claim.ruling.terms if claim.ruling else None
    return _owed_by_ruling(claim, final.to, final.at, terms) | _ended(final.resolution)


def _owed_by_ruling(claim: Claim, to: State | None, at: dt.datetime, terms: object) -> Changes:
    if terms is None or to in (State.RULED, None):
        return {}
    changes: Changes = {
        "agreed": terms,
        "basis": GrantBasis.RULING,
        "paid_before": claim.refunded if claim.refunded.minor else None,
    }
    if to is State.AWAITING_RETURN:
        changes["trip"] = ReturnTrip(authorised_at=at)
    return changes


def _ended(resolution: Resolution | None) -> Changes:
    return {"resolution": resolution} if resolution else {}


def _appealed(claim: Claim, event: e.Event) -> Changes:
    appealed = cast(e.RulingAppealed, event)
    first_agent = claim.ruling.by if claim.ruling else None
    return {
        "appeal": Appeal(by=appealed.by.role, at=appealed.at, reason=appealed.reason, first_agent=first_agent)
    }


def _trip(claim: Claim, **changes: object) -> Changes:
    return {"trip": replace(claim.trip, **changes) if claim.trip else None}


def _return_shipped(claim: Claim, event: e.Event) -> Changes:
    shipped = cast(e.ReturnShipped, event)
    changes = _trip(
        claim,
        shipped_on=shipped.shipped_on,
        carrier=shipped.carrier,
        tracking=shipped.tracking,
        looks=shipped.looks,
        sent=shipped.sent,
    )
    if shipped.amount is not None and claim.agreed is not None:
        changes["agreed"] = replace(claim.agreed, amount=shipped.amount)
    if claim.state is State.CLOSED:
        # It was sent in time, and lapsed before its buyer said so.
        changes |= {"resolution": None, "closed_at": None}
    return changes


def _tracking_corrected(claim: Claim, event: e.Event) -> Changes:
    corrected = cast(e.ReturnTrackingCorrected, event)
    return _trip(claim, carrier=corrected.carrier, tracking=corrected.tracking, looks=corrected.looks)


def _return_arrived(claim: Claim, event: e.Event) -> Changes:
    arrived = cast(e.ReturnArrived, event)
    return _trip(claim, arrived_on=arrived.arrived_on, condition=arrived.condition)


def _return_refused(claim: Claim, event: e.Event) -> Changes:
    return _trip(claim, arrived_on=cast(e.ReturnRefused, event).refused_on, refused=True)


def _return_contested(claim: Claim, event: e.Event) -> Changes:
    contested = cast(e.ReturnContested, event)
    changes: Changes = _trip(claim, came=contested.came) if contested.came else {}
    if contested.offer is not None:
        changes["offers"] = (*claim.offers, contested.offer)
    return changes


def _replaced(claim: Claim, event: e.Event) -> Changes:
    return {"replacement_came_at": None} | _ended(cast(e.ReplacementShipped, event).resolution)


def _replacement_came(claim: Claim, event: e.Event) -> Changes:
    return {"replacement_came_at": event.at}


def _paid(claim: Claim, event: e.Event) -> Changes:
    paid = cast(e.RefundPaid, event)
    return {"refunded": claim.refunded + paid.amount} | _ended(paid.resolution)


def _reversed(claim: Claim, event: e.Event) -> Changes:
    back = cast(e.RefundReversed, event)
    changes: Changes = {"refunded": claim.refunded - back.amount}
    if claim.state is State.CLOSED:
        changes |= {"resolution": None, "reason": "", "closed_at": None, "withdrawal": None}
    if event.to is State.WITH_PLATFORM:
        changes |= {"agreed": None, "basis": None}
    if event.to is not None:
        changes |= {"refund_overdue": False}
    return changes | _restart(claim, event)


def _credited(claim: Claim, event: e.Event) -> Changes:
    issued = cast(e.CreditIssued, event)
    credited = claim.credited + issued.amount if claim.credited else issued.amount
    return {"refunded": claim.refunded + issued.amount, "credited": credited} | _ended(issued.resolution)


def _credit_voided(claim: Claim, event: e.Event) -> Changes:
    voided = cast(e.CreditVoided, event)
    left = claim.credited - voided.amount if claim.credited else None
    changes: Changes = {
        "refunded": claim.refunded - voided.amount,
        "credited": left if left and left.is_positive else None,
    }
    if claim.state is State.CLOSED:
        changes |= {
            "resolution": None, "reason": "", "closed_at": None, "withdrawal": None, "agreed": None, "basis": None,
        }  # fmt: skip
    return changes


def _charged_back(claim: Claim, event: e.Event) -> Changes:
    opened = cast(e.ChargebackOpened, event)
    begun = Chargeback(id=opened.chargeback_id, opened_at=opened.at, amount=opened.amount)
    return {"chargebacks": (*claim.chargebacks, begun)}


def _chargeback_over(claim: Claim, event: e.Event) -> Changes:
    ended = cast(e.ChargebackWon | e.ChargebackLost, event)
    return {"chargebacks": tuple(each for each in claim.chargebacks if each.id != ended.chargeback_id)}


def _chargeback_lost(claim: Claim, event: e.Event) -> Changes:
    lost = cast(e.ChargebackLost, event)
    refunded = claim.refunded + lost.amount
    changes: Changes = {"refunded": refunded} | _ended(lost.resolution)
    left = claim.disputed - refunded
    if claim.wanted.amount is not None and claim.wanted.amount > left:
        # What the bank gave back is not asked of the seller any more, and their silence cannot grant it.
        changes["wanted"] = replace(claim.wanted, amount=left)
    return changes | _chargeback_over(claim, event) | _restart(claim, event)


def _withdrawn(claim: Claim, event: e.Event) -> Changes:
    withdrawn = cast(e.ClaimWithdrawn, event)
    return {
        "withdrawal": Withdrawal(at=event.at, state=claim.state, state_since=claim.state_since),
        "resolution": Resolution.WITHDRAWN,
        "reason": withdrawn.reason,
        "pauses": claim.pauses,
        "fired": claim.fired,
        "request": claim.request,
        "assigned_to": claim.assigned_to,
    }


def _withdrawal_undone(claim: Claim, event: e.Event) -> Changes:
    withdrawal = claim.withdrawal
    if withdrawal is None:
        raise ValueError("a withdrawal that was not made cannot be undone")
    return {
        "withdrawal": None,
        "resolution": None,
        "reason": "",
        "closed_at": None,
        "state_since": withdrawal.state_since,
        "pauses": (*claim.pauses, Pause(withdrawal.at, event.at)),
        "fired": claim.fired,
        "request": claim.request
        and replace(claim.request, asked_at=claim.request.asked_at + (event.at - withdrawal.at)),
        "assigned_to": claim.assigned_to,
    }


def _solved(claim: Claim, event: e.Event) -> Changes:
    return {"resolution": Resolution.SETTLED}


def _lapsed(claim: Claim, event: e.Event) -> Changes:
    return {"resolution": Resolution.LAPSED}


def _reopened(claim: Claim, event: e.Event) -> Changes:
    return {
        "resolution": None,
        "reason": "",
        "closed_at": None,
        "withdrawal": None,
        "agreed": None,
        "basis": None,
        "refund_overdue": False,
    }


def _fired(kind: DeadlineKind) -> Callable[[Claim, e.Event], Changes]:
    def meaning(claim: Claim, event: e.Event) -> Changes:
        return {"fired": (*claim.fired, kind.value)}

    return meaning


def _reminded(claim: Claim, event: e.Event) -> Changes:
    days_left = cast(e.ShipBackReminded, event).days_left
    return {"fired": (*claim.fired, f"{DeadlineKind.SHIP_BACK_REMINDER.value}:{days_left}")}


def _refund_overdue(claim: Claim, event: e.Event) -> Changes:
    return {"refund_overdue": True, "fired": (*claim.fired, DeadlineKind.REFUND.value)}


def _check_asked(claim: Claim, event: e.Event) -> Changes:
    return {"refund_check": RefundCheck(asked_at=event.at)}


def _refund_confirmed(claim: Claim, event: e.Event) -> Changes:
    check = claim.refund_check or RefundCheck()
    return {"refund_check": replace(check, confirmed_at=event.at, missing_since=None)}


def _refund_missing(claim: Claim, event: e.Event) -> Changes:
    check = claim.refund_check or RefundCheck()
    return {"refund_check": replace(check, confirmed_at=None, missing_since=event.at), "fired": ()}


def _refund_traced(claim: Claim, event: e.Event) -> Changes:
    check = claim.refund_check or RefundCheck()
    return {"refund_check": replace(check, missing_since=None)}


MEANINGS: dict[type[e.Event], Callable[[Claim, e.Event], Changes]] = {
    e.DisputeOpened: _disputed,
    e.SellerAnswered: _seller_answered,
    e.RequestAccepted: _granted,
    e.OfferMade: _offered,
    e.OfferApproved: _approved,
    e.OfferAccepted: _accepted,
    e.OfferRefused: _refused,
    e.QuestionAsked: _asked,
    e.QuestionAnswered: _answered,
    e.ResponseExtended: _extended,
    e.RequestChanged: _request_changed,
    e.GroundChanged: _ground_changed,
    e.Assigned: _assigned,
    e.Released: _released,
    e.ClaimMerged: _merged,
    e.ClaimTakenIn: _taken_in,
    e.ClaimSplit: _split,
    e.ExhibitSealed: _sealed,
    e.ExhibitRedacted: _redacted,
    e.ExhibitRestored: _restored,
    e.EvidenceRequested: _evidence_requested,
    e.EvidenceGiven: _evidence_settled,
    e.EvidenceRequestLapsed: _evidence_settled,
    e.RulingMade: _ruled,
    e.RulingBecameFinal: _final,
    e.RulingAppealed: _appealed,
    e.ReturnShipped: _return_shipped,
    e.ReturnTrackingCorrected: _tracking_corrected,
    e.ReturnArrived: _return_arrived,
    e.ReturnRefused: _return_refused,
    e.ReturnContested: _return_contested,
    e.ReplacementShipped: _replaced,
    e.ReplacementConfirmed: _replacement_came,
    e.ReplacementReportedMissing: _reopened,
    e.RefundPaid: _paid,
    e.RefundReversed: _reversed,
    e.CreditIssued: _credited,
    e.CreditVoided: _credit_voided,
    e.ChargebackOpened: _charged_back,
    e.ChargebackWon: _chargeback_over,
    e.ChargebackLost: _chargeback_lost,
    e.RefundCheckAsked: _check_asked,
    e.RefundConfirmed: _refund_confirmed,
    e.RefundReportedMissing: _refund_missing,
    e.RefundTraced: _refund_traced,
    e.RefundTraceOverdue: _fired(DeadlineKind.REFUND_TRACE),
    e.ClaimWithdrawn: _withdrawn,
    e.WithdrawalUndone: _withdrawal_undone,
    e.ProblemSolved: _solved,
    e.ClaimReopened: _reopened,
    e.GrantedBySilence: _granted,
    e.ReturnLapsed: _lapsed,
    e.ContactUnanswered: _fired(DeadlineKind.CONTACT_ANSWER),
    e.ProposalOverdue: _fired(DeadlineKind.PLATFORM_PROPOSAL),
    e.RulingOverdue: _fired(DeadlineKind.PLATFORM_RULING),
    e.ShipBackReminded: _reminded,
    e.RefundBecameOverdue: _refund_overdue,
    e.ReplacementTermPassed: _fired(DeadlineKind.REPLACEMENT_TERM),
    e.ReplacementCheckAsked: _fired(DeadlineKind.REPLACEMENT_CHECK),
}
