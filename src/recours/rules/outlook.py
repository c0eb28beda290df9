"""What a buyer can do about a purchase today, and until when: every ground judged, and the whole in one answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from recours.rules.eligibility import (
    Facts,
    NothingLeftToRefund,
    NotReceivedYet,
    StillOnItsWay,
    TooLateToClaim,
    check_eligible,
    window_of,
)
from recours.rules.entitlement import ClaimWindow, claim_window
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.claim import FirstContact
from recours.rules.lifecycle.vocabulary import COMPLAINTS, About, Ground
from recours.rules.policy import Policy
from recours.rules.refusals import Refusal
from recours.rules.windows import Dated


class Option(Struct, frozen=True, kw_only=True):
    """One ground today: open, or refused with the reason. `window` is None where the rules set none."""

    ground: Ground
    window: ClaimWindow | None
    refusal: Refusal | None = None

    @property
    def needs_delivery_day(self) -> bool:
        """Nothing stands against this ground but a day that the buyer can tell."""
        return isinstance(self.refusal, NotReceivedYet)

    @property
    def is_open(self) -> bool:
        return self.refusal is None


class Outlook(Struct, frozen=True, kw_only=True):
    """The whole of it: at most one of `until`, `opens_at`, `over` is set.

    `until`: a dispute about the goods can be opened, and this is the last date of all grounds. `opens_at`: none can
    yet, and the first can from then. `over`: none can any more, and why. `change_of_mind` is the end of withdrawal,
    None when it is over or not begun. `expected_by` is the exclusive end of the promised day, or of the law's.
    `payment_open`: a ground that concerns the marketplace is open.
    """

    until: Dated | None = None
    opens_at: dt.datetime | None = None
    over: Refusal | None = None
    change_of_mind: Dated | None = None
    expected_by: dt.datetime | None = None
    payment_open: bool = False


def options(facts: Facts, rules: Rulebook, now: dt.datetime) -> tuple[Option, ...]:
    """Judge every ground that makes sense for what is claimed about, in the vocabulary's order, at `now` (aware UTC).

    The ground that `facts` carries does not matter.
    """
    grounds = [ground for ground in COMPLAINTS if facts.about is About.ORDER or ground.concerns_marketplace]
    return tuple(_option(replace(facts, ground=ground), rules, now) for ground in grounds)


def _option(facts: Facts, rules: Rulebook, now: dt.datetime) -> Option:
    window = window_of(facts, rules)
    try:
        check_eligible(facts, rules, now)
    except Refusal as refusal:
        return Option(ground=facts.ground, window=window, refusal=refusal)
    return Option(ground=facts.ground, window=window)


def outlook(facts: Facts, rules: Rulebook, now: dt.datetime) -> Outlook:
    """Sum up what can be done about goods: by policy or by law, whichever gives more."""
    found = options(facts, rules, now)
    about_goods = [one for one in found if not one.ground.concerns_marketplace]
    lost = next((one.window for one in about_goods if one.ground is Ground.LOST), None)
    until, opens_at, over = _summed(about_goods)
    return Outlook(
        until=until,
        opens_at=opens_at,
        over=over,
        change_of_mind=change_of_mind(facts, rules, now),
        expected_by=lost.opens_at if lost else None,
        payment_open=any(one.is_open for one in found if one.ground.concerns_marketplace),
    )


def _summed(found: Sequence[Option]) -> tuple[Dated | None, dt.datetime | None, Refusal | None]:
    ends = [one.window.until for one in found if one.is_open and one.window and one.window.until]
    if ends:
        return max(ends, key=lambda end: end.due_at), None, None
    starts = [
        one.window.opens_at
        for one in found
        if isinstance(one.refusal, StillOnItsWay) and one.window and one.window.opens_at
    ]
    if starts:
        return None, min(starts), None
    refusals = [one.refusal for one in found if one.refusal is not None]
    # The reason that says most: everything paid back, else the last term that ran out.
    paid_back = next((one for one in refusals if isinstance(one, NothingLeftToRefund)), None)
    late = [
        one
        for one in found
        if isinstance(one.refusal, TooLateToClaim) and one.window and one.window.until is not None
    ]
    last = max(late, key=lambda one: one.window.until.due_at, default=None)  # type: ignore[union-attr]
    return None, None, paid_back or (last.refusal if last else next(iter(refusals), None))


def change_of_mind(facts: Facts, rules: Rulebook, now: dt.datetime) -> Dated | None:
    """Return until when goods in hand may be sent back without a reason: the better of policy and law (L221-18).

    None when that is over, or when nobody knows the day of receipt.
    """
    if facts.about is not About.ORDER or facts.ordered_on is None:
        return None
    end = claim_window(
        ground=None,
        ordered_at=facts.ordered_on,
        promised_on=facts.promised_on,
        delivered_on=facts.delivered_on,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
    ).until
    return None if end is None or end.is_over(now) else end


def contacts_seller_first(
    policy: Policy, ground: Ground, about: About, contact: FirstContact | None, now: dt.datetime
) -> bool:
    """Must the buyer wait for the seller's answer before a dispute? Never for what concerns the marketplace, and no
    more once the messages already exchanged (`contact`) have been answered, or have waited long enough."""
    if not policy.contact.required or about is not About.ORDER or ground.concerns_marketplace:
        return False
    return contact is None or not contact.is_over(now)
