"""Withdrawing from a contract without a reason: until when, from what, and what is paid back.

Not to be confused with a claim that its buyer withdraws, which gives the claim up. Nothing here is legal advice. The
readings, on the side of what can be defended:

- the term runs from the receipt of the *last* parcel of the order (L221-18), so that before it nothing is over; a
  contract can be withdrawn from before anything came;
- the policy's own window counts where it is longer;
- goods that L221-28 excludes are told apart by the marketplace's data; a buyer who disagrees may declare all the
  same, and the platform judges: an exclusion is a defence of the seller's, not a lock on the door;
- shipping goes back with the last of the order (directive 2011/83, art. 13(1): "all payments, including the costs of
  delivery"; that a part withdrawn alone leaves it with the seller is no text that we read, and to be checked), and
  never more of it than the least expensive standard delivery that was on offer (art. 13(2), to be checked).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from recours.rules.entitlement import claim_window, withdrawal_by_law
from recours.rules.lifecycle import Rulebook
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.windows import Dated, later_of
from recours.rules.wording.format import Until


class Exclusion(StrEnum):
    """Why goods or services cannot be withdrawn from, as a marketplace says it of an order line (L221-28)."""

    PERSONALISED = "personalised"
    PERISHABLE = "perishable"
    HYGIENE = "hygiene"
    MEDIA = "media"
    MIXED = "mixed"
    NEWSPAPER = "newspaper"
    DIGITAL = "digital"
    DATED_SERVICE = "dated_service"
    SERVICE_DONE = "service_done"
    URGENT_REPAIR = "urgent_repair"
    PRICE_FLUCTUATES = "price_fluctuates"
    ALCOHOL = "alcohol"
    AUCTION = "auction"

    @property
    def only_if_unsealed(self) -> bool:
        """Still sealed, it can be given back like anything else."""
        return self in (Exclusion.HYGIENE, Exclusion.MEDIA)


class Purchase(Struct, frozen=True, kw_only=True):
    """What is known of an order. `delivered_on` is the day of its last parcel, None while one is missing.

    `told`: the buyer was told of the right. `was_paid` is false where every payment failed or was cancelled.
    """

    ordered_on: dt.date
    delivered_on: dt.date | None = None
    told: bool = True
    was_paid: bool = True


class Choice(Struct, frozen=True, kw_only=True):
    """A line of the order and how much of it: bought, withdrawn from earlier, and chosen now."""

    bought: int
    before: int = 0
    chosen: int = 0
    exclusion: Exclusion | None = None


class TooLateToWithdraw(Refusal):
    """The term is over, the law's and the policy's."""


class NothingWasPaid(Refusal):
    """No payment of the order went through, so that there is nothing to pay back."""


class NothingChosen(Refusal):
    """No article, none of it, or more than was bought and not yet withdrawn."""


class ExcludedGoods(Refusal):
    """The seller says that the law excludes what was chosen, and the buyer has not said that they disagree."""


class NameMissing(Refusal):
    """A declaration says who makes it."""


def withdrawal_term(purchase: Purchase, rules: Rulebook) -> Dated | None:
    """Return until when (exclusive) this contract may be withdrawn from: the better of policy and law.

    None while the term has not begun to run, because something of the order has not come. Sources: L221-18, L221-20;
    the policy's claim.open_after_delivery.
    """
    if purchase.delivered_on is None:
        return None
    window = claim_window(
        ground=None,
        ordered_at=purchase.ordered_on,
        promised_on=None,
        delivered_on=purchase.delivered_on,
        policy=rules.policy,
        law=rules.law,
        calendar=rules.calendar,
    )
    by_law, _ = withdrawal_by_law(purchase.delivered_on, rules.law, rules.calendar, told=purchase.told)
    ends = [end for end in (window.policy_until, by_law) if end is not None]
    return later_of(*ends)


def check_withdrawable(purchase: Purchase, rules: Rulebook, now: dt.datetime) -> Dated | None:
    """Return the term in which the contract may be withdrawn from at `now` (aware UTC); None while it has not begun.

    Raises NothingWasPaid, TooLateToWithdraw.
    """
    if not purchase.was_paid:
        raise NothingWasPaid
    term = withdrawal_term(purchase, rules)
    if term is not None and term.is_over(now):
        raise TooLateToWithdraw(until=Until(term.due_at, rules.calendar.zone))
    return term


def check_chosen(choices: Sequence[Choice], *, contests_exclusion: bool) -> None:
    """Refuse a choice that cannot be declared. Raises NothingChosen, ExcludedGoods."""
    if not any(one.chosen for one in choices):
        raise NothingChosen
    if any(not 0 <= one.chosen <= one.bought - one.before for one in choices):
        raise NothingChosen
    if not contests_exclusion and any(one.chosen and one.exclusion for one in choices):
        raise ExcludedGoods


def is_whole(choices: Sequence[Choice]) -> bool:
    """Whether nothing of the order is left once this is withdrawn: then its shipping goes back too."""
    return all(one.before + one.chosen == one.bought for one in choices)


def shipping_back(paid: Money, standard: Money | None, refundable: Money) -> Money:
    """Return the shipping that a whole withdrawal pays back, in one currency.

    What was paid, but not the supplement of a dearer delivery than the least expensive standard one (`standard`,
    None where the marketplace did not tell it), and never more than is left of it.
    """
    owed = paid if standard is None else min(paid, standard)
    return min(owed, refundable)


def quantities_left(choices: Mapping[int, Choice]) -> dict[int, int]:
    """Return how many of each line can still be withdrawn from; lines of which none is left are left out."""
    left = {line: one.bought - one.before for line, one in choices.items()}
    return {line: count for line, count in left.items() if count > 0}
