"""By when to claim, to send back and to refund: by the policy, by the law, and what counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from recours.rules.law import Law, Right
from recours.rules.policy.model import Policy
from recours.rules.windows import Calendar, Dated, TraceStep, Window, due_after, earlier_of, later_of, one_day

FAULTY = frozenset({"damaged", "defective", "not_as_described", "wrong_item"})
UNDELIVERED = frozenset({"lost", "late"})
PAYMENT = frozenset({"unauthorised_charge", "overcharge", "payment_error", "technical_fault"})

CHANGE_OF_MIND = frozenset({None, "change_of_mind"})
"""A withdrawal from the contract: declared, or only thought of by who reads the comparison."""

Payer = Literal["buyer", "seller"]


class ClaimWindow(Struct, frozen=True, kw_only=True):
    """When a claim may be made: from `opens_at` (at once when None) until the better of policy and law.

    `until` is None only where the day it is counted from is not known.
    """

    opens_at: datetime | None
    until: Dated | None
    policy_until: Dated | None
    law_until: Dated | None
    right: Right | None = None


class SendBackWindow(Struct, frozen=True, kw_only=True):
    """By when goods must be on their way back: the later of policy and law is counted."""

    counted: Dated
    policy: Dated
    law: Dated | None
    right: Right | None = None


class RefundWindow(Struct, frozen=True, kw_only=True):
    """When a refund is paid: not before `earliest` (an inclusive start), by `latest` (exclusive, as always).

    `earliest` is None where the policy does not wait, or where the law makes the refund due no later; what the policy
    alone would wait for is `policy_earliest`.
    """

    earliest: Dated | None
    latest: Dated
    policy_latest: Dated
    law_latest: Dated | None
    right: Right | None = None
    policy_earliest: Dated | None = None


def claim_window(
    ground: str | None,
    ordered_at: datetime | date,
    promised_on: date | None,
    delivered_on: date | None,
    policy: Policy,
    law: Law | None,
    calendar: Calendar,
) -> ClaimWindow:
    """Return when a ground may be claimed; None as ground is withdrawal, without a reason.

    Goods in hand: from receipt, by the policy's window, or the law's for withdrawal (L221-18) or lack of
    conformity (L217-3). Late and lost: from the end of the promised day, or of the thirtieth day after the
    order where none was promised (L216-1). Payments: from the order, or thirteen months where unauthorised
    (CMF L133-24). Sources: the policy's [claim]; the articles named.
    """
    if ground in UNDELIVERED:
        return _claim_undelivered(str(ground), ordered_at, promised_on, delivered_on, policy, law, calendar)
    if ground in PAYMENT:
        by_policy = by_the_policy(
            ordered_at, policy.claim.open_payment, "claim.open_payment", "payment_made", policy, calendar
        )
        key = "unauthorised_payment" if ground == "unauthorised_charge" else None
        return _claim(None, by_policy, *by_the_law(law, key, ordered_at, calendar))
    if delivered_on is None:
        return ClaimWindow(opens_at=None, until=None, policy_until=None, law_until=None)
    by_policy = by_the_policy(
        delivered_on,
        policy.claim.open_after_delivery,
        "claim.open_after_delivery",
        "parcel_received",
        policy,
        calendar,
    )
    key = "conformity" if ground in FAULTY else "withdrawal"
    return _claim(None, by_policy, *by_the_law(law, key, delivered_on, calendar))


def send_back_window(
    received_on: date | None,
    authorised_at: datetime | date | None,
    ground: str | None,
    policy: Policy,
    law: Law | None,
    calendar: Calendar,
) -> SendBackWindow:
    """Return by when goods must be sent back.

    Policy: its window from receiving the parcel and from the authorisation, the later. Law: fourteen days
    from the buyer's notice (L221-23), counted here from the authorisation, since nobody can send goods back
    before knowing where to: a floor on every ground, as the law gives no shorter term on any. One of the two
    events must be known: raises ValueError.
    """
    starts = [
        (start, event)
        for start, event in ((received_on, "parcel_received"), (authorised_at, "return_authorised"))
        if start is not None
    ]
    if not starts:
        raise ValueError("sending back is counted from receipt or authorisation: neither is known")
    by_policy = later_of(
        *(
            by_the_policy(start, policy.returns.ship_back, "returns.ship_back", event, policy, calendar)
            for start, event in starts
        )
    )
    if authorised_at is None:
        return SendBackWindow(counted=by_policy, policy=by_policy, law=None)
    by_law, right = by_the_law(law, "send_back", authorised_at, calendar, event="return_authorised")
    counted = by_policy if by_law is None else later_of(by_policy, by_law)
    return SendBackWindow(counted=counted, policy=by_policy, law=by_law, right=right)


def refund_window(
    ground: str | None,
    claimed_at: datetime | date,
    goods_back_at: datetime | date | None,
    policy: Policy,
    law: Law | None,
    calendar: Calendar,
    delivered_on: date | None = None,
    owed_at: datetime | date | None = None,
    *,
    told: bool = True,
) -> RefundWindow:
    """Return when a refund is due: the earlier of the policy's last day and the law's.

    Policy: its two windows from the claim. Law: fourteen days, from the claim (L221-24 while `delivered_on`
    puts it within the term of withdrawal, or without ground; L216-7 late or lost) but not before the goods
    or the proof of their sending, which L221-24 lets the seller wait for; from the goods themselves
    (L217-17) for faulty ones later on. "Not before" gives way where the law makes the refund due no later.
    `goods_back_at` is None while no goods have to go back. `owed_at` is when the refund was agreed, ruled or
    granted: but for a withdrawal, which needs nobody's consent, the law's term does not run before that. `told`: the
    buyer was told of the right to withdraw.
    """
    claimed_on = _day(claimed_at, calendar)
    by_policy = by_the_policy(
        claimed_at, policy.refund.not_after, "refund.not_after", "claimed", policy, calendar
    )
    key = refund_right(ground, claimed_on, delivered_on, law, calendar, told=told)
    by_law: Dated | None = None
    right: Right | None = None
    if key == "refund_conformity" and goods_back_at is not None:
        by_law, right = by_the_law(law, key, goods_back_at, calendar)
    elif key is not None:
        from_claim = key == "refund_withdrawal" or owed_at is None
        start, event = (claimed_at, "claimed") if from_claim else (owed_at, "entered_refund_due")
        by_law, right = by_the_law(law, key, start, calendar, event=event, on=claimed_on)
        if by_law is not None and goods_back_at is not None:
            by_law = _not_before_goods(by_law, goods_back_at, law, calendar)
    earliest = policy_earliest = _earliest(claimed_at, policy, calendar)
    if earliest is not None and by_law is not None and by_law.due_at <= earliest.due_at:
        earliest = None
    return RefundWindow(
        earliest=earliest,
        latest=by_policy if by_law is None else earlier_of(by_policy, by_law),
        policy_latest=by_policy,
        law_latest=by_law,
        right=right,
        policy_earliest=policy_earliest,
    )


def refund_right(
    ground: str | None,
    claimed_on: date,
    delivered_on: date | None,
    law: Law | None,
    calendar: Calendar,
    *,
    told: bool = True,
) -> str | None:
    """Return the key of the right that governs a refund, None where no text of ours does.

    A withdrawal that only the policy's longer window allows is the policy's to pay back, and not L221-24's.
    """
    if law is None or ground in PAYMENT:
        return None
    if ground in UNDELIVERED:
        return "refund_termination"
    if ground is None:
        return "refund_withdrawal"
    withdrawal, _ = withdrawal_by_law(delivered_on, law, calendar, told=told)
    if ground in CHANGE_OF_MIND:
        in_time = withdrawal is None or claimed_on <= withdrawal.last_on
        return "refund_withdrawal" if in_time else None
    if withdrawal is not None and claimed_on <= withdrawal.last_on:
        return "refund_withdrawal"
    return "refund_conformity"


def withdrawal_by_law(
    delivered_on: date | None, law: Law | None, calendar: Calendar, *, told: bool = True
) -> tuple[Dated, Right] | tuple[None, None]:
    """Return until when the law lets a contract be withdrawn from, None before the goods came and without a law.

    Fourteen days from the receipt of the last parcel (L221-18); twelve months more, from the end of those, where the
    buyer was not `told` of the right (L221-20).
    """
    first, right = by_the_law(law, "withdrawal", delivered_on, calendar)
    if first is None or right is None:
        return None, None
    if told:
        return first, right
    more, longer = by_the_law(
        law, "withdrawal_not_informed", first.last_on, calendar, event="withdrawal_over"
    )
    if more is None or longer is None:
        return first, right
    return Dated(due_at=more.due_at, trace=(*first.trace, *more.trace), zone=more.zone), longer


def late_refund_table(right: str | None) -> str | None:
    """Return the key of the surcharge table of a refund right, None where the law sets none."""
    tables = {
        "refund_withdrawal": "late_refund_withdrawal",
        "refund_termination": "late_refund_termination",
    }
    return tables.get(right) if right is not None else None


def return_payer(ground: str | None, policy: Policy) -> Payer:
    """Return who pays for sending back, by the policy: at fault or late, the seller, unless it names one."""
    if policy.returns.paid_by != "by_ground":
        return policy.returns.paid_by
    return "seller" if ground in FAULTY or ground in UNDELIVERED else "buyer"


def counted_payer(ground: str, policy: Policy, law: Law | None, *, told: bool = True) -> Payer:
    """Return who pays for sending back once the law has spoken.

    Faulty goods never cost the buyer (L217-9), nor does a withdrawal that they were not `told` to bear (L221-23).
    """
    free = ground in FAULTY or (ground in CHANGE_OF_MIND and not told)
    return "seller" if law is not None and free else return_payer(ground, policy)


def _claim_undelivered(
    ground: str,
    ordered_at: datetime | date,
    promised_on: date | None,
    delivered_on: date | None,
    policy: Policy,
    law: Law | None,
    calendar: Calendar,
) -> ClaimWindow:
    if promised_on is not None:
        promised = one_day(promised_on, calendar, rule="claim.promised", source="")
    else:
        by_default, _ = by_the_law(law, "delivery_default", ordered_at, calendar)
        # Without a law of ours, an order without a promised day may be complained about at once.
        promised = by_default or one_day(
            _day(ordered_at, calendar), calendar, rule="claim.promised", source=""
        )
    window, rule = (
        (policy.claim.open_late, "claim.open_late")
        if ground == "late"
        else (policy.claim.open_not_received, "claim.open_not_received")
    )
    by_policy = by_the_policy(promised.last_on, window, rule, "promised_day", policy, calendar)
    by_law = by_the_law(law, "withdrawal", delivered_on, calendar)
    opens_at = promised.due_at if promised_on is not None or law is not None else None
    return _claim(opens_at, by_policy, *by_law)


def _claim(
    opens_at: datetime | None, by_policy: Dated, by_law: Dated | None, right: Right | None
) -> ClaimWindow:
    return ClaimWindow(
        opens_at=opens_at,
        until=by_policy if by_law is None else later_of(by_policy, by_law),
        policy_until=by_policy,
        law_until=by_law,
        right=right,
    )


def by_the_policy(
    start: datetime | date, window: Window, rule: str, event: str, policy: Policy, calendar: Calendar
) -> Dated:
    return due_after(start, window, calendar, rule=rule, source=policy.label, event=event)


def by_the_law(
    law: Law | None,
    key: str | None,
    start: datetime | date | None,
    calendar: Calendar,
    *,
    event: str | None = None,
    on: date | None = None,
) -> tuple[Dated, Right] | tuple[None, None]:
    """Count a right from an event; nothing where there is no law, no such right then, or no event."""
    if law is None or key is None or start is None:
        return None, None
    right = law.find(key, on or _day(start, calendar))
    if right is None or right.window is None:
        return None, None
    dated = due_after(
        start,
        right.window,
        calendar,
        rule=f"law.{key}",
        source=right.ref,
        event=event or right.starts or key,
    )
    return dated, right


def _not_before_goods(
    by_law: Dated, goods_back_at: datetime | date, law: Law | None, calendar: Calendar
) -> Dated:
    """The seller may wait for the goods or the proof of their sending: due that day at the earliest."""
    back_on = _day(goods_back_at, calendar)
    right = law.find("refund_withdrawal_may_wait", back_on) if law is not None else None
    if right is None or calendar.day_end(back_on) <= by_law.due_at:
        return by_law
    return later_of(
        by_law, one_day(back_on, calendar, rule="law.refund_withdrawal_may_wait", source=right.ref)
    )


def _earliest(claimed_at: datetime | date, policy: Policy, calendar: Calendar) -> Dated | None:
    """Return the start of the policy's first day of payment; None where it does not wait.

    "Not before 33 days" is the start of the thirty-third day after the claim's.
    """
    window = policy.refund.not_before
    if window.count == 0:
        return None
    counted = by_the_policy(claimed_at, window, "refund.not_before", "claimed", policy, calendar)
    at = calendar.day_start(counted.last_on)
    step = TraceStep(kind="end", code="opens", at=at)
    return Dated(due_at=at, trace=(*counted.trace[:-1], step), zone=counted.zone)


def _day(at: datetime | date, calendar: Calendar) -> date:
    return calendar.local_date(at) if isinstance(at, datetime) else at
