"""The four clocks of a return: sending back, carriage, inspection, refund; by the policy, by the law, as it counts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.entitlement import refund_right
from recours.rules.law import Right
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.deadlines import Rulebook, refund_term, ship_back_term
from recours.rules.lifecycle.vocabulary import Remedy, Role, State
from recours.rules.windows import Dated, Window, due_after


class ClockKind(StrEnum):
    """What a clock of a return counts to."""

    SHIP_BACK = "ship_back"
    TRANSIT = "transit"
    INSPECTION = "inspection"
    REFUND = "refund"


class ReturnClock(Struct, frozen=True, kw_only=True):
    """One clock: who is waited for, and by when. `done_on` is the day on which it stopped.

    `counted` is None while the event it starts from has not come; `window` then says how long it will run. `policy` and
    `law` are given where both speak.
    """

    kind: ClockKind
    party: Role
    counted: Dated | None = None
    window: Window | None = None
    policy: Dated | None = None
    law: Dated | None = None
    right: Right | None = None
    done_on: dt.date | None = None


class Risk(Struct, frozen=True):
    """Whether a loss on the way back stops the refund: not where an article lets proof of shipment start its term."""

    right: Right | None


def return_clocks(claim: Claim, rules: Rulebook) -> tuple[ReturnClock, ...]:
    """Return the clocks of a claim's return, in their order; none where no goods had to go back.

    Sources: the policy's `returns.ship_back`, `returns.transit`, `returns.inspect` and `[refund]`; L221-23 and L221-24,
    L217-17 (to be checked) where they count.
    """
    trip = claim.trip
    if trip is None:
        return ()
    policy, back = rules.policy.returns, ship_back_term(claim, rules)
    clocks = [
        ReturnClock(
            kind=ClockKind.SHIP_BACK,
            party=Role.BUYER,
            counted=back.counted,
            policy=back.policy,
            law=back.law,
            right=back.right,
            done_on=trip.shipped_on,
        ),
        ReturnClock(
            kind=ClockKind.TRANSIT,
            party=Role.SELLER,
            counted=_counted(trip.shipped_on, policy.transit, "returns.transit", "return_shipped", rules),
            window=policy.transit,
            done_on=trip.arrived_on,
        ),
        ReturnClock(
            kind=ClockKind.INSPECTION,
            party=Role.SELLER,
            counted=_counted(trip.arrived_on, policy.inspect, "returns.inspect", "return_arrived", rules),
            window=policy.inspect,
            done_on=_inspected_on(claim, rules),
        ),
    ]
    if claim.agreed is not None and claim.agreed.remedy is Remedy.REFUND:
        clocks.append(_refund(claim, rules))
    return tuple(clocks)


def return_risk(claim: Claim, rules: Rulebook) -> Risk:
    """Return the article by which proof of shipment is enough for the refund, though the goods were lost.

    L221-24 for who withdrew, or claimed within that time; L217-17 (to be checked) for faulty goods later on. None for
    others: no text that we have read says who bears a loss, and the platform decides (ADR 0023).
    """
    shipped_on = claim.trip.shipped_on if claim.trip else None
    if rules.law is None or shipped_on is None:
        return Risk(None)
    claimed_on = rules.calendar.local_date(claim.opened_at)
    key = refund_right(
        claim.ground,
        claimed_on,
        claim.opening.delivered_on,
        rules.law,
        rules.calendar,
        told=not claim.opening.untold,
    )
    proof = {"refund_withdrawal": "refund_withdrawal_may_wait", "refund_conformity": "refund_conformity"}
    return Risk(rules.law.find(proof[key], shipped_on) if key in proof else None)


def _refund(claim: Claim, rules: Rulebook) -> ReturnClock:
    if claim.trip is None or claim.trip.shipped_on is None:
        # The law's term may wait for the goods or the proof of their sending: neither is there yet.
        return ReturnClock(kind=ClockKind.REFUND, party=Role.MARKETPLACE)
    term = refund_term(claim, rules)
    return ReturnClock(
        kind=ClockKind.REFUND,
        party=Role.MARKETPLACE,
        counted=term.latest,
        policy=term.policy_latest,
        law=term.law_latest,
        right=term.right,
    )


def _counted(start: dt.date | None, window: Window, rule: str, event: str, rules: Rulebook) -> Dated | None:
    if start is None:
        return None
    return due_after(start, window, rules.calendar, rule=rule, source=rules.policy.label, event=event)


def _inspected_on(claim: Claim, rules: Rulebook) -> dt.date | None:
    over = claim.state in (State.REFUND_DUE, State.REPLACEMENT_DUE)
    arrived = claim.trip is not None and claim.trip.arrived_on is not None
    return rules.calendar.local_date(claim.state_since) if over and arrived else None
