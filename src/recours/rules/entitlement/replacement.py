"""By when goods are to be sent again: by the policy, by the law, and what counts."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from recours.rules.entitlement.terms import FAULTY, by_the_law, by_the_policy
from recours.rules.law import Law, Right
from recours.rules.policy.model import Policy
from recours.rules.windows import Calendar, Dated, earlier_of


class ReplacementWindow(Struct, frozen=True, kw_only=True):
    """When goods are to be sent again: `policy` from the grant, `law` from the request; the earlier is counted.

    `policy` is None before anything was granted, and `counted` where neither side has a date.
    """

    counted: Dated | None
    policy: Dated | None
    law: Dated | None
    right: Right | None = None


def replacement_window(
    ground: str | None,
    claimed_at: datetime | date | None,
    granted_at: datetime | date | None,
    policy: Policy,
    law: Law | None,
    calendar: Calendar,
) -> ReplacementWindow:
    """Return by when goods are to be sent again; `granted_at` is when that was agreed, ruled or granted by silence.

    Policy: its window from the grant. Law: thirty days from the buyer's request for what is not in conformity
    (L217-10), whenever it was granted, so that a long claim can leave that day behind before anything is agreed: it is
    counted all the same, because the buyer's rights of L217-14 date from it. Goods that never came are no lack of
    conformity: the policy's window is then the only one.
    """
    by_policy = (
        by_the_policy(
            granted_at,
            policy.replacement.ship,
            "replacement.ship",
            "entered_replacement_due",
            policy,
            calendar,
        )
        if granted_at is not None
        else None
    )
    key = "conformity_repair" if ground in FAULTY else None
    by_law, right = by_the_law(law, key, claimed_at, calendar)
    dates = [dated for dated in (by_policy, by_law) if dated is not None]
    return ReplacementWindow(
        counted=earlier_of(*dates) if dates else None, policy=by_policy, law=by_law, right=right
    )
