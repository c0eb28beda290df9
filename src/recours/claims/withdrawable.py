"""From what of an order its buyer may still withdraw, until when, and what would be paid back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from recours.claims.models import Claim, ClaimLine
from recours.claims.subjects import Subject
from recours.marketplaces.models import DeliverySource, Order, OrderLine, Payment
from recours.rules.eligibility import NothingLeftToRefund
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.claim import ClaimedLine
from recours.rules.lifecycle.table import permits
from recours.rules.lifecycle.vocabulary import About, Act, Ground, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.windows import Dated
from recours.rules.withdrawing import (
    Choice,
    Exclusion,
    NothingChosen,
    Purchase,
    check_chosen,
    check_withdrawable,
    is_whole,
    quantities_left,
    shipping_back,
)

CAME_TO_NOTHING = (
    Resolution.LAPSED, Resolution.MERGED, Resolution.REJECTED, Resolution.WITHDRAWN, Resolution.SETTLED
)  # fmt: skip
"""How a withdrawal ends that paid nothing back: its articles are the buyer's again."""


class AlreadyWithdrawn(Refusal):
    """A withdrawal from these articles is under way already."""


class DisputeIsSettled(Refusal):
    """A dispute about these articles has led to something owed or decided, which a withdrawal cannot undo."""


class DisputeStandsInTheWay(Refusal):
    """A dispute about these articles is open, and the buyer has not said that the withdrawal takes its place."""


class Withdrawn(Struct, frozen=True, kw_only=True):
    """What a choice of articles comes to. `goods_back`: some of them are in the buyer's hands."""

    subject: Subject
    goods_back: bool


@dataclass(frozen=True)
class Withdrawable:
    """An order as a withdrawal sees it. `before` counts what was withdrawn from earlier; `taken` the open claims."""

    order: Order
    lines: list[OrderLine]
    rules: Rulebook
    before: Mapping[int, int]
    taken: Mapping[int, Claim]
    was_paid: bool

    @property
    def purchase(self) -> Purchase:
        return purchase_of(self.order, self.lines, self.rules, was_paid=self.was_paid)

    def choices(self, quantities: Mapping[int, int] | None = None) -> dict[int, Choice]:
        """Return each line with how much of it is chosen. Raises NothingChosen for a line of another order."""
        chosen = quantities or {}
        if set(chosen) - {line.pk for line in self.lines}:
            raise NothingChosen
        return {
            line.pk: Choice(
                bought=line.quantity,
                before=min(self.before.get(line.pk, 0), line.quantity),
                chosen=chosen.get(line.pk, 0),
                exclusion=exclusion_of(line),
            )
            for line in self.lines
        }

    def left(self) -> dict[int, int]:
        """How much of each line can be chosen: not withdrawn from, not paid back, and in no withdrawal under way."""
        found = quantities_left(self.choices())
        return {
            line.pk: found[line.pk]
            for line in self.lines
            if line.pk in found and line.refundable.minor > 0 and not self.is_being_withdrawn(line.pk)
        }

    def is_being_withdrawn(self, line_id: int) -> bool:
        claim = self.taken.get(line_id)
        return claim is not None and claim.ground == Ground.CHANGE_OF_MIND

    def check(self, now: dt.datetime) -> Dated | None:
        """Return the term, None where it has not begun. Raises what stands against any withdrawal at all.

        NothingWasPaid, TooLateToWithdraw, NothingLeftToRefund, AlreadyWithdrawn.
        """
        term = check_withdrawable(self.purchase, self.rules, now)
        if not self.left():
            under_way = next((c for c in self.taken.values() if c.ground == Ground.CHANGE_OF_MIND), None)
            if under_way is not None:
                raise AlreadyWithdrawn(reference=under_way.reference)
            raise NothingLeftToRefund
        return term

    def disputes(self, quantities: Mapping[int, int]) -> list[Claim]:
        """Return the open claims about these lines that are no withdrawals, each once."""
        found = {
            self.taken[line].pk: self.taken[line]
            for line, count in quantities.items()
            if count and line in self.taken and not self.is_being_withdrawn(line)
        }
        return list(found.values())

    def of(self, quantities: Mapping[int, int], *, contests_exclusion: bool) -> Withdrawn:
        """Return what withdrawing from these quantities comes to.

        Raises NothingChosen, ExcludedGoods, AlreadyWithdrawn, NothingLeftToRefund.
        """
        choices = self.choices(quantities)
        check_chosen(list(choices.values()), contests_exclusion=contests_exclusion)
        for line_id, one in choices.items():
            if one.chosen and self.is_being_withdrawn(line_id):
                raise AlreadyWithdrawn(reference=self.taken[line_id].reference)
        chosen = [line for line in self.lines if choices[line.pk].chosen]
        lines = tuple(_withdrawn(line, choices[line.pk]) for line in chosen)
        shipping = self._shipping() if is_whole(list(choices.values())) else None
        worth = sum((line.paid for line in lines), start=shipping or Money.zero(self.order.currency))
        if worth.minor <= 0:
            raise NothingLeftToRefund
        promised = [line.parcel.promised_on for line in chosen if line.parcel and line.parcel.promised_on]
        subject = Subject(
            about=About.ORDER,
            title=chosen[0].title,
            disputed=worth,
            lines=lines,
            shipping=shipping,
            shop_id=self.order.shop_id,
            ordered_on=self.purchase.ordered_on,
            promised_on=max(promised, default=None),
            delivered_on=self.purchase.delivered_on,
            received_by_own_word=any(
                line.parcel is not None and line.parcel.delivery_source == DeliverySource.BUYER
                for line in chosen
            ),
        )
        return Withdrawn(subject=subject, goods_back=any(_came(line) for line in chosen))

    def _shipping(self) -> Money | None:
        paid = Money(minor=self.order.shipping_captured_minor, currency=self.order.currency)
        back = shipping_back(paid, self.order.shipping_standard, self.order.shipping_refundable)
        return back if back.minor > 0 else None


def purchase_of(
    order: Order, lines: Sequence[OrderLine], rules: Rulebook, *, was_paid: bool = True
) -> Purchase:
    """Return what the rules ask of an order; the law counts from the last of its parcels (art. L221-18)."""
    days = [line.parcel.delivered_on for line in lines if line.parcel is not None]
    known = [day for day in days if day is not None]
    return Purchase(
        ordered_on=rules.calendar.local_date(order.ordered_at),
        delivered_on=max(known) if days and len(known) == len(days) else None,
        told=order.withdrawal_told,
        was_paid=was_paid,
    )


def withdrawable(order: Order, lines: Sequence[OrderLine], rules: Rulebook) -> Withdrawable:
    """Read what a withdrawal from this order needs, in two statements; `lines` come with their parcels."""
    before: dict[int, int] = {}
    taken: dict[int, Claim] = {}
    rows = ClaimLine.objects.filter(order_line__order_id=order.pk).select_related("claim")
    for row in rows:
        if row.claim.ground == Ground.CHANGE_OF_MIND and row.claim.resolution not in CAME_TO_NOTHING:
            before[row.order_line_id] = before.get(row.order_line_id, 0) + row.quantity
        if row.is_open:
            taken[row.order_line_id] = row.claim
    statuses = set(Payment.objects.filter(order_id=order.pk).values_list("status", flat=True))
    return Withdrawable(
        order=order,
        lines=list(lines),
        rules=rules,
        before=before,
        taken=taken,
        # A marketplace that tells of no payment is taken at the word of its captured amounts.
        was_paid=not statuses or Payment.Status.CAPTURED in statuses,
    )


def may_give_way(claim: Claim, rules: Rulebook, now: dt.datetime) -> bool:
    """Whether a dispute can still be given up, so that a withdrawal takes its place."""
    state: State = as_of(claim.snapshot, rules, now).state
    return permits(state, Act.WITHDRAW, Role.BUYER)


def withdrawals_from(order_id: UUID) -> list[Claim]:
    """Return the withdrawals declared on an order, the newest first."""
    rows = Claim.objects.filter(order_id=order_id, ground=Ground.CHANGE_OF_MIND)
    return list(rows.select_related("order", "shop", "marketplace").order_by("-opened_at"))


def withdrawal_sent_as(buyer_id: UUID, key: UUID) -> Claim | None:
    """Return the withdrawal that a declaration of this key made."""
    return Claim.objects.filter(buyer_id=buyer_id, creation_key=key, ground=Ground.CHANGE_OF_MIND).first()


def exclusion_of(line: OrderLine) -> Exclusion | None:
    return Exclusion(line.exclusion) if line.exclusion else None


def _came(line: OrderLine) -> bool:
    return line.parcel is not None and line.parcel.delivered_on is not None


def _withdrawn(line: OrderLine, choice: Choice) -> ClaimedLine:
    """The part of a line's price that this quantity stands for.

    Counted from what was withdrawn before, so that one, one and one of three add up to what was paid, to the cent.
    """
    upto = line.captured_minor * (choice.before + choice.chosen) // line.quantity
    share = upto - line.captured_minor * choice.before // line.quantity
    paid = min(Money(minor=share, currency=line.currency), line.refundable)
    return ClaimedLine(line_id=line.pk, title=line.title, quantity=choice.chosen, paid=paid)
