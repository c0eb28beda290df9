"""What the clock does when nobody acted: one event per deadline, dated at the instant it fell due."""

from __future__ import annotations

import datetime as dt
from typing import Any

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import CLOCK, Claim, Deadline
from recours.rules.lifecycle.decide.context import Context, checked_terms, owed_state
from recours.rules.lifecycle.decide.effects import with_deadlines
from recours.rules.lifecycle.decide.platform import goods_are_back
from recours.rules.lifecycle.decide.returns import after_return
from recours.rules.lifecycle.evolve import evolve
from recours.rules.lifecycle.vocabulary import Act, GrantBasis, Resolution, State

MAX_STEPS = 20
"""More deadlines than any claim can miss in a row (every state once, and its reminders); beyond it, a defect."""


def elapse(claim: Claim, command: c.Elapse, context: Context) -> tuple[e.Event, ...]:
    """Return the events of this deadline's silence, and of those that fell due after it until now.

    Raises SilenceNotDue before the deadline, DeadlineMoved when it is no longer there.
    """
    if context.now < command.due_at:
        raise r.SilenceNotDue(due_at=command.due_at)
    if not any(d.kind is command.kind and d.due_at == command.due_at for d in claim.deadlines):
        raise r.DeadlineMoved
    return all_overdue(claim, context)


def all_overdue(claim: Claim, context: Context) -> tuple[e.Event, ...]:
    """Return what silence did to this claim by now, oldest first; () when nothing is overdue."""
    done: list[e.Event] = []
    while claim.deadlines and claim.deadlines[0].due_at <= context.now:
        if len(done) == MAX_STEPS:
            raise RuntimeError(f"{claim.reference}: silence does not come to rest")
        event = _silence(claim, claim.deadlines[0], context)
        done.append(event)
        claim = evolve(claim, event)
    return tuple(done)


def _silence(claim: Claim, deadline: Deadline, context: Context) -> e.Event:
    # A promise can be past already when it is made (a refund owed after a long appeal); nothing is dated before
    # what led to it.
    at = max(deadline.due_at, claim.state_since)
    event = _consequence(claim, deadline, at, context)
    return with_deadlines(claim, event, context.rules, deadline.otherwise)


def _consequence(claim: Claim, deadline: Deadline, at: dt.datetime, context: Context) -> e.Event:
    base: dict[str, Any] = {"at": at, "by": CLOCK}
    match deadline.otherwise:
        case Act.GRANT_BY_DEFAULT:
            terms = checked_terms(claim, claim.wanted)
            return e.GrantedBySilence(**base, to=owed_state(terms), terms=terms, basis=GrantBasis.SILENCE)
        case Act.FINALISE_RULING:
            return _final(claim, base)
        case Act.REMIND_SHIP_BACK:
            return e.ShipBackReminded(**base, days_left=deadline.days_left or 0)
        case Act.ACCEPT_RETURN_BY_DEFAULT:
            return e.ReturnAcceptedBySilence(**base, to=after_return(claim))
        case act:
            event, to = PLAIN[act]
            return event(**base, to=to)


PLAIN: dict[Act, tuple[type[e.Silence], State | None]] = {
    Act.NOTE_NO_ANSWER: (e.ContactUnanswered, None),
    Act.ESCALATE_BY_DEFAULT: (e.EscalatedBySilence, State.WITH_PLATFORM),
    Act.NOTE_PROPOSAL_OVERDUE: (e.ProposalOverdue, None),
    Act.NOTE_RULING_OVERDUE: (e.RulingOverdue, None),
    Act.RESUME_BY_DEFAULT: (e.EvidenceRequestLapsed, None),
    Act.LAPSE_RETURN: (e.ReturnLapsed, State.CLOSED),
    Act.ESCALATE_LOST_RETURN: (e.ReturnLost, State.WITH_PLATFORM),
    Act.NOTE_REFUND_OVERDUE: (e.RefundBecameOverdue, None),
    Act.ASK_REFUND_CHECK: (e.RefundCheckAsked, None),
    Act.NOTE_TRACE_OVERDUE: (e.RefundTraceOverdue, None),
    Act.NOTE_REPLACEMENT_TERM: (e.ReplacementTermPassed, None),
    Act.ASK_REPLACEMENT_CHECK: (e.ReplacementCheckAsked, None),
    Act.ESCALATE_LATE_REPLACEMENT: (e.ReplacementOverdue, State.WITH_PLATFORM),
}
"""What the clock notes where nothing has to be worked out."""


def _final(claim: Claim, base: dict[str, Any]) -> e.RulingBecameFinal:
    terms = claim.ruling.terms if claim.ruling else None
    if terms is None:
        return e.RulingBecameFinal(**base, to=State.CLOSED, resolution=Resolution.REJECTED)
    return e.RulingBecameFinal(**base, to=owed_state(terms, goods_are_back=goods_are_back(claim)))
