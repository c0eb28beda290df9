"""The comparison that readers are shown: policy, law, and the better of the two, line by line."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from recours.rules.entitlement.replacement import replacement_window
from recours.rules.entitlement.terms import (
    CHANGE_OF_MIND,
    FAULTY,
    PAYMENT,
    UNDELIVERED,
    Payer,
    by_the_law,
    claim_window,
    refund_right,
    refund_window,
    return_payer,
    send_back_window,
)
from recours.rules.law import Law, Right
from recours.rules.policy.model import Policy
from recours.rules.windows import Calendar, Dated, Window, due_after, later_of
from recours.rules.written_windows import nominal_days


class Kind(StrEnum):
    """What policy and law are compared on."""

    CLAIM = "claim"
    SEND_BACK = "send_back"
    REFUND = "refund"
    RETURN_COST = "return_cost"
    REPLACEMENT = "replacement"


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a purchase. Days are the marketplace's; `ground` None is a plain withdrawal.

    `claimed_at` is when the claim was made, or the withdrawal notified. `distance_sale`: only a contract
    made at a distance can be withdrawn from. `replacement`: the goods are wanted again, or owed again since
    `replacement_at`.
    """

    delivered_on: date | None = None
    claimed_at: datetime | date | None = None
    ground: str | None = None
    ordered_at: datetime | date | None = None
    promised_on: date | None = None
    authorised_at: datetime | date | None = None
    goods_back_at: datetime | date | None = None
    distance_sale: bool = True
    replacement: bool = False
    replacement_at: datetime | date | None = None


class Side(Struct, frozen=True, kw_only=True):
    """What one side gives: windows with the dates they lead to (none while their start is unknown), or a payer.

    `articles` are references that `wording.trace.source_text` reads; `verified` is false when one of them is
    still to be checked.
    """

    windows: tuple[Window, ...] = ()
    dates: tuple[Dated, ...] = ()
    payer: Payer | None = None
    articles: tuple[str, ...] = ()
    verified: bool = True

    @property
    def dated(self) -> Dated | None:
        """The date that the side leads to in the end."""
        return self.dates[-1] if self.dates else None


class Entitlement(Struct, frozen=True, kw_only=True):
    """One line of the comparison. `law` is None where no text of ours speaks; `counted` is the better date."""

    kind: Kind
    policy: Side
    law: Side | None
    better: Literal["policy", "law", "same"]
    counted: Dated | None = None
    payer: Payer | None = None


def entitlements(policy: Policy, law: Law | None, facts: Facts) -> tuple[Entitlement, ...]:
    """Compare policy and law on time to claim, time to send back, latest refund, who pays the return, and by when
    goods are sent again.

    Days are counted in the policy's calendar. Lines that make no sense for the ground (sending back what
    never came) or for what is wanted are left out.
    """
    if facts.ground in CHANGE_OF_MIND and not facts.distance_sale:
        law = None
    calendar = policy.calendar
    claim = _claim(policy, law, facts, calendar)
    refund = _refund(policy, law, facts, calendar)
    again = (_replacement(policy, law, facts, calendar),) if facts.replacement else ()
    if facts.ground in PAYMENT or facts.ground == "lost":
        return (claim, refund, *again)
    return (claim, _send_back(policy, law, facts, calendar), refund, _return_cost(policy, law, facts), *again)


def _claim(policy: Policy, law: Law | None, facts: Facts, calendar: Calendar) -> Entitlement:
    opening = policy.claim
    windows = {
        "lost": opening.open_not_received,
        "late": opening.open_late,
        **dict.fromkeys(PAYMENT, opening.open_payment),
    }
    window = windows.get(facts.ground or "", opening.open_after_delivery)
    start = facts.ordered_at or facts.promised_on or facts.delivered_on
    if start is None:
        right = _right(law, _claim_right(facts.ground), facts)
        return _line(Kind.CLAIM, _side(policy, window), _law_side(right), more_is_better=True)
    found = claim_window(facts.ground, start, facts.promised_on, facts.delivered_on, policy, law, calendar)
    right = found.right or _right(law, _claim_right(facts.ground), facts)
    return _line(
        Kind.CLAIM,
        _side(policy, window, found.policy_until),
        _law_side(right, found.law_until),
        more_is_better=True,
        counted=found.until,
    )


def _claim_right(ground: str | None) -> str | None:
    if ground in FAULTY:
        return "conformity"
    if ground in PAYMENT or ground == "lost":
        return "unauthorised_payment" if ground == "unauthorised_charge" else None
    return "withdrawal"


def _send_back(policy: Policy, law: Law | None, facts: Facts, calendar: Calendar) -> Entitlement:
    """Compare the two terms to send back.

    Before a notice of withdrawal, the law's is two terms one after the other: withdraw by the end of the
    first, send back by the end of the second. A claim on a ground is not such a notice unless the buyer makes
    it one: as long as they may still withdraw, they may still send back that long.
    """
    side = _side(policy, policy.returns.ship_back)
    if facts.delivered_on is not None or facts.authorised_at is not None:
        found = send_back_window(facts.delivered_on, facts.authorised_at, facts.ground, policy, law, calendar)
        side = _side(policy, policy.returns.ship_back, found.policy)
    by_law = _law_send_back(law, facts, calendar)
    counted = side.dated
    if counted is not None and by_law is not None and by_law.dated is not None:
        counted = later_of(counted, by_law.dated)
    return _line(Kind.SEND_BACK, side, by_law, more_is_better=True, counted=counted)


def _law_send_back(law: Law | None, facts: Facts, calendar: Calendar) -> Side | None:
    send_back = _right(law, "send_back", facts)
    withdrawal = _right(law, "withdrawal", facts)
    if law is None or send_back is None or send_back.window is None or withdrawal is None:
        return None
    if facts.ground in CHANGE_OF_MIND and facts.claimed_at is not None:
        notice, _ = by_the_law(law, "send_back", facts.claimed_at, calendar)
        return _law_side(send_back, notice)
    if facts.authorised_at is not None:
        authorised, _ = by_the_law(law, "send_back", facts.authorised_at, calendar, event="return_authorised")
        return _law_side(send_back, authorised)
    if withdrawal.window is None:
        return None
    first, _ = by_the_law(law, "withdrawal", facts.delivered_on, calendar)
    articles, verified = (withdrawal.ref, send_back.ref), withdrawal.verified and send_back.verified
    windows = (withdrawal.window, send_back.window)
    if first is None:
        return Side(windows=windows, articles=articles, verified=verified)
    second = due_after(
        first.last_on,
        send_back.window,
        calendar,
        rule="law.send_back",
        source=send_back.ref,
        event="withdrawal_notified",
    )
    both = Dated(due_at=second.due_at, trace=(*first.trace, *second.trace), zone=second.zone)
    return Side(windows=windows, dates=(first, both), articles=articles, verified=verified)


def _refund(policy: Policy, law: Law | None, facts: Facts, calendar: Calendar) -> Entitlement:
    least, most = policy.refund.not_before, policy.refund.not_after
    windows = (least, most) if least.count else (most,)
    if facts.claimed_at is None:
        key = refund_right(facts.ground, _today(facts), facts.delivered_on, law, calendar)
        side = Side(windows=windows, articles=(policy.label,))
        return _line(Kind.REFUND, side, _law_side(_right(law, key, facts)), more_is_better=False)
    found = refund_window(
        facts.ground, facts.claimed_at, facts.goods_back_at, policy, law, calendar, facts.delivered_on
    )
    return _line(
        Kind.REFUND,
        Side(windows=windows, dates=(found.policy_latest,), articles=(policy.label,)),
        _law_side(found.right, found.law_latest),
        more_is_better=False,
        counted=found.latest,
    )


def _replacement(policy: Policy, law: Law | None, facts: Facts, calendar: Calendar) -> Entitlement:
    """Compare the two terms to send goods again: the law's runs from the request, the policy's only from the grant.

    Until then the law's is the one with a date, and the better; without a law, the policy's has none either.
    """
    found = replacement_window(facts.ground, facts.claimed_at, facts.replacement_at, policy, law, calendar)
    by_policy = _side(policy, policy.replacement.ship, found.policy)
    by_law = _law_side(found.right, found.law)
    if by_law is None:
        return Entitlement(
            kind=Kind.REPLACEMENT, policy=by_policy, law=None, better="policy", counted=found.counted
        )
    if found.policy is None:
        return Entitlement(
            kind=Kind.REPLACEMENT, policy=by_policy, law=by_law, better="law", counted=found.counted
        )
    return _line(Kind.REPLACEMENT, by_policy, by_law, more_is_better=False, counted=found.counted)


def _return_cost(policy: Policy, law: Law | None, facts: Facts) -> Entitlement:
    """Compare who pays the return: the seller where the goods are faulty (L217-9), the buyer who withdraws
    and was told so (L221-23); the law says nothing for goods that came late.
    """
    payer = return_payer(facts.ground, policy)
    by_policy = Side(payer=payer, articles=(policy.label,))
    if facts.ground in UNDELIVERED:
        return Entitlement(kind=Kind.RETURN_COST, policy=by_policy, law=None, better="policy", payer=payer)
    faulty = facts.ground in FAULTY
    right = _right(law, "return_cost_conformity" if faulty else "return_cost_withdrawal", facts)
    if right is None:
        return Entitlement(kind=Kind.RETURN_COST, policy=by_policy, law=None, better="policy", payer=payer)
    law_payer: Payer = "seller" if faulty else "buyer"
    by_law = Side(payer=law_payer, articles=(right.ref,), verified=right.verified)
    if payer == law_payer:
        better: Literal["policy", "law", "same"] = "same"
    else:
        better = "law" if law_payer == "seller" else "policy"
    return Entitlement(
        kind=Kind.RETURN_COST,
        policy=by_policy,
        law=by_law,
        better=better,
        payer=law_payer if better == "law" else payer,
    )


def _side(policy: Policy, window: Window, dated: Dated | None = None) -> Side:
    return Side(windows=(window,), dates=() if dated is None else (dated,), articles=(policy.label,))


def _law_side(right: Right | None, dated: Dated | None = None) -> Side | None:
    if right is None or right.window is None:
        return None
    return Side(
        windows=(right.window,),
        dates=() if dated is None else (dated,),
        articles=(right.ref,),
        verified=right.verified,
    )


def _right(law: Law | None, key: str | None, facts: Facts) -> Right | None:
    return None if law is None or key is None else law.find(key, _today(facts))


def _today(facts: Facts) -> date:
    """The day whose law is looked up: the claim's, or the last thing known to have happened."""
    for at in (facts.claimed_at, facts.delivered_on, facts.promised_on, facts.ordered_at):
        if at is not None:
            return at.date() if isinstance(at, datetime) else at
    raise ValueError("nothing is known of the purchase: not one day")


def _line(
    kind: Kind,
    policy: Side,
    law: Side | None,
    *,
    more_is_better: bool,
    counted: Dated | None = None,
) -> Entitlement:
    if law is None:
        return Entitlement(kind=kind, policy=policy, law=None, better="policy", counted=counted)
    if policy.dated is not None and law.dated is not None:
        gap = Fraction((law.dated.due_at - policy.dated.due_at).total_seconds())
    else:
        lengths = [
            sum((nominal_days(window) for window in side.windows), Fraction()) for side in (law, policy)
        ]
        gap = (
            lengths[0] - lengths[1]
            if more_is_better
            else nominal_days(law.windows[-1]) - nominal_days(policy.windows[-1])
        )
    better: Literal["policy", "law", "same"] = "same"
    if gap:
        better = "law" if (gap > 0) == more_is_better else "policy"
    return Entitlement(kind=kind, policy=policy, law=law, better=better, counted=counted)
