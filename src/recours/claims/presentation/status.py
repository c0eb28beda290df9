"""Whose turn it is, where the claim stands on its way, and why a date is what it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from recours.claims.presentation.words import word
from recours.claims.queries import Entry, OpenedClaim
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.claim import Claim, Deadline
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.wording import Until, say
from recours.rules.wording.format import last_day, until_day
from recours.rules.wording.trace import rule_text, source_text, trace_lines
from recours.ui.language import lang


def status(opened: OpenedClaim) -> dict[str, Any]:
    """Return the context of `ui/components/status.html`: the one sentence, its deadline and its trace."""
    standing = opened.standing
    deadline = standing.deadline
    return {
        "turn": standing.turn(lang()),
        "silence": standing.silence(lang()),
        "due_at": deadline.due_at if deadline else None,
        "closed": opened.claim.state is State.CLOSED and deadline is None,
        "yours": is_turn_of(opened.claim, opened.role),
        **(explained(deadline, opened.zone) if deadline else {}),
    }


def is_turn_of(claim: Claim, role: Role) -> bool:
    """Whether this role is the one to act; both parties are while a ruling can be appealed."""
    deadline = claim.next_deadline
    if claim.state is State.RULED:
        return role in (Role.BUYER, Role.SELLER)
    return deadline is not None and deadline.party is role


def explained(deadline: Deadline, zone: str) -> dict[str, Any]:
    """Return `steps` and `basis` for `ui/components/why.html`: how a date was counted, step by step."""
    lines = trace_lines(deadline.trace, zone, lang())
    return {
        "steps": lines,
        "basis": f"{rule_text(deadline.rule, lang())} · {_source(deadline)}",
    }


def _source(deadline: Deadline) -> str:
    sources = [str(step.params["source"]) for step in deadline.trace if "source" in step.params]
    return source_text(sources[0], lang()) if sources else ""


MILESTONES: tuple[type[e.Event], ...] = (
    e.SellerContacted,
    e.DisputeOpened,
    e.ContractWithdrawn,
    e.ClaimSplitOff,
    e.SellerAnswered,
    e.RequestAccepted,
    e.RequestRefused,
    e.OfferAccepted,
    e.Escalated,
    e.RulingMade,
    e.RulingAppealed,
    e.ReturnShipped,
    e.ReturnTrackingCorrected,
    e.ReturnArrived,
    e.ReturnRefused,
    e.ReturnReportedLost,
    e.ReturnAccepted,
    e.ReturnContested,
    e.ReplacementShipped,
    e.ReplacementConfirmed,
    e.ReplacementReportedMissing,
    e.RefundPaid,
    e.RefundReversed,
    e.CreditIssued,
    e.CreditVoided,
    e.ChargebackOpened,
    e.ChargebackWon,
    e.ChargebackLost,
    e.RefundConfirmed,
    e.RefundReportedMissing,
    e.RefundTraced,
    e.ClaimWithdrawn,
    e.ProblemSolved,
    e.ClaimReopened,
    e.GrantedBySilence,
    e.EscalatedBySilence,
    e.RulingBecameFinal,
    e.ReturnLapsed,
    e.ReturnLost,
    e.ReturnAcceptedBySilence,
    e.RefundBecameOverdue,
    e.ReplacementTermPassed,
    e.ReplacementOverdue,
)
"""What belongs on the short timeline; the rest is in the story."""

MILESTONE_NAMES = frozenset(kind.__name__ for kind in MILESTONES)

FORESEEN = dt.timedelta(days=400)
"""How far the timeline looks ahead for what silence alone would do."""


def timeline(opened: OpenedClaim, story: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the steps of `ui/components/timeline.html`: what was done, where the claim is, what comes by itself.

    The steps to come are those that silence would bring, with the dates at which it would.
    """
    claim = opened.claim
    contact = claim.opening.contact
    done = [
        (kind, at)
        for kind, at in happened(story)
        if kind in MILESTONE_NAMES and not (contact is not None and kind == e.SellerContacted.__name__)
    ]
    if contact is not None:
        # The first step was taken before the claim: in the messages that it has taken in.
        done.insert(0, (e.SellerContacted.__name__, contact.at))
    steps: list[dict[str, Any]] = [
        {"label": word("happened", kind), "at": at, "state": "done"} for kind, at in done
    ]
    if claim.state is State.CLOSED:
        return steps
    deadline = claim.next_deadline
    steps.append(
        {
            "label": _now(opened),
            "at": None,
            "note": _before(deadline, opened.zone) if deadline else "",
            "state": "current",
        }
    )
    return steps + _foreseen(opened)


def happened(story: Sequence[Entry]) -> Iterator[tuple[str, dt.datetime]]:
    """Yield the names of a claim's events and when they took effect, those from before it was split off first."""
    for entry in story:
        if isinstance(entry.event, e.ClaimSplitOff):
            yield from ((step.kind, step.at) for step in entry.event.before)
        if entry.event is not None:
            yield type(entry.event).__name__, entry.at


def _now(opened: OpenedClaim) -> str:
    """Name the present step: what is awaited, and from the reader where it is their turn.

    A seller who was written to has an answer to give: "contacted" is the step before, and done.
    """
    state = opened.claim.state
    awaited = State.WITH_SELLER if state is State.CONTACTING_SELLER else state
    own = {State.WITH_BUYER: Role.BUYER, State.WITH_SELLER: Role.SELLER, State.AWAITING_RETURN: Role.BUYER}
    return word("state_own" if own.get(awaited) is opened.role else "state", awaited)


def _foreseen(opened: OpenedClaim) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    claim = opened.claim
    horizon = opened.now + FORESEEN
    for _ in range(4):
        deadline = claim.next_deadline
        if deadline is None or deadline.due_at > horizon:
            break
        after = as_of(claim, opened.rules, deadline.due_at)
        if after.state is claim.state or after.next_deadline is None:
            break
        steps.append(
            {
                "label": word("state", after.state),
                "at": None,
                "note": _before(after.next_deadline, opened.zone),
                "state": "next",
            }
        )
        claim = after
    return steps


def _before(deadline: Deadline, zone: str) -> str:
    """Say by when; with the time where a term ends within a day, which would otherwise seem to last until its end."""
    _on, ends_day = last_day(deadline.due_at, zone)
    if ends_day:
        return say(lang(), "timeline.before", until=until_day(deadline.due_at, zone, lang()))
    return say(lang(), "timeline.before_time", until=Until(deadline.due_at, zone))
