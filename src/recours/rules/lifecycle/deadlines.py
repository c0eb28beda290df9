"""`deadlines(claim, rulebook)`: who must act, by when, on what basis, in the claim's present state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from msgspec import Struct

from recours.rules.entitlement import (
    RefundWindow,
    ReplacementWindow,
    SendBackWindow,
    refund_window,
    replacement_window,
    send_back_window,
)
from recours.rules.law import Law
from recours.rules.lifecycle.claim import Claim, Deadline
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Remedy, Resolution, Role, State
from recours.rules.policy import Policy
from recours.rules.windows import Calendar, Dated, TraceStep, Unit, Window, due_after, earlier_of


class Rulebook(Struct, frozen=True, kw_only=True):
    """What a claim is judged by: the policy version it was opened under, the buyer's law, and how days are counted."""

    policy: Policy
    law: Law | None
    calendar: Calendar


OTHERWISE: dict[DeadlineKind, Act] = {
    DeadlineKind.CONTACT_ANSWER: Act.NOTE_NO_ANSWER,
    DeadlineKind.BUYER_RESPONSE: Act.ESCALATE_BY_DEFAULT,
    DeadlineKind.PLATFORM_PROPOSAL: Act.NOTE_PROPOSAL_OVERDUE,
    DeadlineKind.PLATFORM_RULING: Act.NOTE_RULING_OVERDUE,
    DeadlineKind.EVIDENCE: Act.RESUME_BY_DEFAULT,
    DeadlineKind.APPEAL: Act.FINALISE_RULING,
    DeadlineKind.SHIP_BACK: Act.LAPSE_RETURN,
    DeadlineKind.SHIP_BACK_REMINDER: Act.REMIND_SHIP_BACK,
    DeadlineKind.RETURN_TRANSIT: Act.ESCALATE_LOST_RETURN,
    DeadlineKind.INSPECTION: Act.ACCEPT_RETURN_BY_DEFAULT,
    DeadlineKind.REFUND: Act.NOTE_REFUND_OVERDUE,
    DeadlineKind.REFUND_CHECK: Act.ASK_REFUND_CHECK,
    DeadlineKind.REFUND_TRACE: Act.NOTE_TRACE_OVERDUE,
    DeadlineKind.REPLACEMENT: Act.ESCALATE_LATE_REPLACEMENT,
    DeadlineKind.REPLACEMENT_TERM: Act.NOTE_REPLACEMENT_TERM,
    DeadlineKind.REPLACEMENT_CHECK: Act.ASK_REPLACEMENT_CHECK,
}
"""What silence does, per kind of deadline; for the seller's response the policy says."""


def deadlines(claim: Claim, rules: Rulebook) -> tuple[Deadline, ...]:
    """Return what is due in the claim's present state, earliest first; instants in UTC, exclusive.

    Pauses of the present state lengthen its windows. A deadline whose silence has already done its work (`fired`)
    is not due again. Sources: the policy's windows, and the law's where it gives the party more.
    """
    return tuple(sorted(_due(claim, rules), key=lambda deadline: deadline.due_at))


def _due(claim: Claim, rules: Rulebook) -> Iterator[Deadline]:
    policy = rules.policy
    match claim.state:
        case State.CONTACTING_SELLER:
            contact = claim.opening.contact
            if not claim.seller_answered and DeadlineKind.CONTACT_ANSWER not in claim.fired:
                yield _window(
                    claim, rules, DeadlineKind.CONTACT_ANSWER, Role.SELLER, policy.contact.seller_answers,
                    "contact.seller_answers", since=contact.at if contact else None, event="contact_sent",
                )  # fmt: skip
        case State.WITH_SELLER:
            # Where the bank has given everything back there is nothing left that silence could grant.
            is_left = claim.wanted.amount is None or claim.wanted.amount.is_positive
            granted = policy.seller.silence == "granted" and is_left
            yield _deadline(
                DeadlineKind.SELLER_RESPONSE, Role.SELLER, response_term(claim, rules), "seller.response",
                otherwise=Act.GRANT_BY_DEFAULT if granted else Act.ESCALATE_BY_DEFAULT,
            )  # fmt: skip
        case State.WITH_BUYER:
            yield _window(
                claim, rules, DeadlineKind.BUYER_RESPONSE, Role.BUYER, policy.buyer.response, "buyer.response"
            )
        case State.WITH_PLATFORM:
            yield from _with_platform(claim, rules)
        case State.RULED:
            yield _window(
                claim, rules, DeadlineKind.APPEAL, Role.BUYER, policy.appeal.window, "appeal.window"
            )
        case State.AWAITING_RETURN:
            yield from _awaiting_return(claim, rules)
        case State.RETURN_IN_TRANSIT:
            yield _in_transit(claim, rules)
        case State.REFUND_DUE:
            if not claim.refund_overdue:
                yield _refund(claim, rules)
        case State.REPLACEMENT_DUE:
            yield from _replacement(claim, rules)
        case State.CLOSED:
            yield from _closed(claim, rules)


def _window(
    claim: Claim, rules: Rulebook, kind: DeadlineKind, party: Role, window: Window, rule: str,
    *, since: dt.datetime | dt.date | None = None, event: str | None = None, otherwise: Act | None = None,
) -> Deadline:  # fmt: skip
    """Count one window of the policy from the start of the state, or from another event."""
    dated = due_after(
        since or claim.state_since,
        window,
        rules.calendar,
        rule=rule,
        source=rules.policy.label,
        event=event or f"entered_{claim.state}",
        pauses=claim.pauses,
    )
    return _deadline(kind, party, dated, rule, otherwise=otherwise)


def _deadline(
    kind: DeadlineKind,
    party: Role,
    dated: Dated,
    rule: str,
    *,
    days_left: int | None = None,
    otherwise: Act | None = None,
) -> Deadline:
    return Deadline(
        kind=kind,
        party=party,
        due_at=dated.due_at,
        otherwise=otherwise or OTHERWISE[kind],
        rule=rule,
        trace=dated.trace,
        days_left=days_left,
    )


def response_term(claim: Claim, rules: Rulebook) -> Dated:
    """Return by when the seller must answer: the policy's window from the start of their turn, and where they took more
    time in it (`extended_at`), that much longer, but never past a term of the law.

    The extension is counted from the end of the window. Source: the policy's [seller].
    """
    policy = rules.policy
    first = due_after(
        claim.state_since, policy.seller.response, rules.calendar, rule="seller.response",
        source=policy.label, event=f"entered_{claim.state}", pauses=claim.pauses,
    )  # fmt: skip
    more = policy.seller.extension
    if more is None or claim.extended_at is None or claim.extended_at < claim.state_since:
        return first
    added = due_after(
        first.due_at if policy.seller.response.unit is Unit.HOURS else first.last_on, more, rules.calendar,
        rule="seller.extension", source=policy.label, event="response_extended",
        pauses=[pause for pause in claim.pauses if pause.started_at >= first.due_at],
    )  # fmt: skip
    longer = Dated(due_at=added.due_at, trace=(*first.trace, *added.trace), zone=added.zone)
    by_law = law_term(claim, rules)
    if by_law is None or by_law.due_at >= longer.due_at or by_law.due_at <= first.due_at:
        return longer
    step = TraceStep(kind="choice", code="law_first", at=by_law.due_at)
    return Dated(due_at=by_law.due_at, trace=(*longer.trace, *by_law.trace, step), zone=longer.zone)


def law_term(claim: Claim, rules: Rulebook) -> Dated | None:
    """Return by when the law would have done what the buyer asks for, had it been owed since the claim; None where no
    text of ours says. No agreement between platform and seller reaches past it (L217-10, L216-7, L221-24).
    """
    if claim.wanted.remedy is not Remedy.REFUND:
        return replacement_term(claim, rules).law
    return refund_window(
        ground=claim.ground,
        claimed_at=claim.opened_at,
        goods_back_at=None,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
        delivered_on=claim.opening.delivered_on,
        told=not claim.opening.untold,
    ).law_latest


def _with_platform(claim: Claim, rules: Rulebook) -> Iterator[Deadline]:
    platform = rules.policy.platform
    if claim.request is not None:
        # The platform's own windows stand still while it waits: they are not due, and come back longer.
        yield _window(
            claim, rules, DeadlineKind.EVIDENCE, claim.request.of, platform.evidence, "platform.evidence",
            since=claim.request.asked_at, event="evidence_requested",
        )  # fmt: skip
        return
    proposed = any(offer.by is Role.AGENT and offer.made_at >= claim.state_since for offer in claim.offers)
    if not proposed and DeadlineKind.PLATFORM_PROPOSAL not in claim.fired:
        yield _window(
            claim, rules, DeadlineKind.PLATFORM_PROPOSAL, Role.AGENT, platform.proposal, "platform.proposal"
        )
    if DeadlineKind.PLATFORM_RULING not in claim.fired:
        yield _window(
            claim, rules, DeadlineKind.PLATFORM_RULING, Role.AGENT, platform.ruling, "platform.ruling"
        )


def ship_back_term(claim: Claim, rules: Rulebook) -> SendBackWindow:
    """Return by when the goods must be on their way back: by policy, by law, and so in fact."""
    return send_back_window(
        received_on=claim.opening.delivered_on,
        authorised_at=claim.trip.authorised_at if claim.trip else claim.state_since,
        ground=claim.ground,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
    )


def _awaiting_return(claim: Claim, rules: Rulebook) -> Iterator[Deadline]:
    counted = ship_back_term(claim, rules).counted
    rule = "returns.ship_back"
    yield _deadline(DeadlineKind.SHIP_BACK, Role.BUYER, counted, rule)
    for window in rules.policy.returns.reminders:
        days_left = window.count
        remind_at = counted.due_at - dt.timedelta(days=days_left)
        key = f"{DeadlineKind.SHIP_BACK_REMINDER.value}:{days_left}"
        if remind_at > claim.state_since and key not in claim.fired:
            reminder = Dated(due_at=remind_at, trace=counted.trace, zone=counted.zone)
            yield _deadline(DeadlineKind.SHIP_BACK_REMINDER, Role.BUYER, reminder, rule, days_left=days_left)


def _in_transit(claim: Claim, rules: Rulebook) -> Deadline:
    returns = rules.policy.returns
    if claim.trip and claim.trip.arrived_on:
        return _window(
            claim, rules, DeadlineKind.INSPECTION, Role.SELLER, returns.inspect, "returns.inspect",
            since=claim.trip.arrived_on, event="return_arrived",
        )  # fmt: skip
    shipped_on = claim.trip.shipped_on if claim.trip else None
    return _window(
        claim, rules, DeadlineKind.RETURN_TRANSIT, Role.SELLER, returns.transit, "returns.transit",
        since=shipped_on, event="return_shipped",
    )  # fmt: skip


def _refund(claim: Claim, rules: Rulebook) -> Deadline:
    # A refund that becomes owed late in the claim (a long appeal) may be past its promise at once: it is then
    # due immediately, and the meter counts from the true date.
    return _deadline(
        DeadlineKind.REFUND, Role.MARKETPLACE, refund_term(claim, rules).latest, "refund.not_after"
    )


def _replacement(claim: Claim, rules: Rulebook) -> Iterator[Deadline]:
    """The seller's days under the policy, then the platform; and before them the law's term, where it ends sooner.

    The law's can be past when the goods are granted, at the end of a long claim. It is then shown and not due: a seller
    who has just been told to send goods has the policy's days to do so, and the clock calls nobody before their end.
    """
    term = replacement_term(claim, rules)
    if term.policy is None:
        return
    law_first = term.law is not None and term.law.due_at < term.policy.due_at
    trace = term.policy if law_first or term.counted is None else term.counted
    yield _deadline(DeadlineKind.REPLACEMENT, Role.SELLER, trace, "replacement.ship")
    if term.law is None or not law_first or DeadlineKind.REPLACEMENT_TERM in claim.fired:
        return
    if term.law.due_at > claim.state_since:
        sooner = earlier_of(term.law, term.policy)
        yield _deadline(DeadlineKind.REPLACEMENT_TERM, Role.SELLER, sooner, "law.conformity_repair")


def replacement_term(claim: Claim, rules: Rulebook) -> ReplacementWindow:
    """Return by when the goods are to be sent again, owed since the state began: by policy, by law, and so in fact.

    Before they are owed the policy has no date, and the law's, from the claim, has.
    """
    return replacement_window(
        ground=claim.ground,
        claimed_at=claim.opened_at,
        granted_at=claim.state_since if claim.state is State.REPLACEMENT_DUE else None,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
    )


def _closed(claim: Claim, rules: Rulebook) -> Iterator[Deadline]:
    """Nothing, but when the buyer is asked whether what was sent came, and when they are told where a refund is."""
    check, refund = claim.refund_check, rules.policy.refund
    if claim.resolution is Resolution.REPLACED:
        if claim.replacement_came_at is None and DeadlineKind.REPLACEMENT_CHECK not in claim.fired:
            yield _window(
                claim, rules, DeadlineKind.REPLACEMENT_CHECK, Role.BUYER, rules.policy.replacement.confirm_after,
                "replacement.confirm_after", since=claim.closed_at, event="goods_sent_again",
            )  # fmt: skip
        return
    if not claim.was_refunded:
        return
    if check is None:
        yield _window(
            claim, rules, DeadlineKind.REFUND_CHECK, Role.BUYER, refund.confirm_after, "refund.confirm_after",
            since=claim.closed_at, event="refund_paid",
        )  # fmt: skip
    elif check.missing_since is not None and DeadlineKind.REFUND_TRACE not in claim.fired:
        yield _window(
            claim, rules, DeadlineKind.REFUND_TRACE, Role.AGENT, refund.trace, "refund.trace",
            since=check.missing_since, event="refund_missing",
        )  # fmt: skip


def refund_term(claim: Claim, rules: Rulebook) -> RefundWindow:
    """Return when the refund is due by policy, by law, and so in fact, as if owed since the present state began."""
    return refund_window(
        ground=claim.ground,
        claimed_at=claim.opened_at,
        goods_back_at=goods_back_at(claim),
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
        delivered_on=claim.opening.delivered_on,
        owed_at=claim.state_since,
        told=not claim.opening.untold,
    )


def goods_back_at(claim: Claim) -> dt.date | None:
    """The day on which the goods were on their way back with proof, None while no goods had to go back."""
    return claim.trip.shipped_on if claim.trip else None
