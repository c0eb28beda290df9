"""What a claim is about, read from the marketplace's data: one reading for the pages that ask and for the opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from recours.marketplaces.models import DeliverySource, Order, OrderLine, Payment
from recours.rules.eligibility import Facts
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.claim import ClaimedLine
from recours.rules.lifecycle.vocabulary import About, Ground
from recours.rules.money import Money
from recours.rules.refunds import of_pieces
from recours.rules.refusals import Refusal


class LinesMissing(Refusal):
    """A claim about an order names at least one of its lines, with a quantity within what was bought."""


class Subject(Struct, frozen=True, kw_only=True):
    """What is claimed about. `disputed` is the most that can be refunded; days are the marketplace's."""

    about: About
    title: str
    disputed: Money
    lines: tuple[ClaimedLine, ...] = ()
    shipping: Money | None = None
    shop_id: UUID | None = None
    ordered_on: dt.date | None = None
    promised_on: dt.date | None = None
    delivered_on: dt.date | None = None
    received_by_own_word: bool = False

    def facts(self, ground: Ground) -> Facts:
        """Return what the rules ask to judge a ground."""
        return Facts(
            ground=ground,
            about=self.about,
            disputed=self.disputed,
            ordered_on=self.ordered_on,
            promised_on=self.promised_on,
            delivered_on=self.delivered_on,
            received_by_own_word=self.received_by_own_word,
        )


def subject_of_order(
    order: Order, rows: Sequence[OrderLine], quantities: Mapping[int, int], rules: Rulebook
) -> Subject:
    """Read these quantities of an order; all of it when none is named. `rows` are its lines, with their parcels.

    Shipping counts when the whole order is claimed. Raises LinesMissing.
    """
    chosen = [row for row in rows if quantities.get(row.pk, 0) > 0] if quantities else list(rows)
    if not chosen or set(quantities) - {row.pk for row in rows}:
        raise LinesMissing
    lines = tuple(_claimed(row, quantities.get(row.pk, row.quantity)) for row in chosen)
    whole = len(chosen) == len(rows) and all(
        line.quantity == row.quantity for line, row in zip(lines, chosen, strict=True)
    )
    shipping = order.shipping_refundable if whole and order.shipping_refundable.minor else None
    parcels = [row.parcel for row in chosen if row.parcel is not None]
    delivered = [parcel.delivered_on for parcel in parcels]
    promised = [parcel.promised_on for parcel in parcels if parcel.promised_on]
    return Subject(
        about=About.ORDER,
        title=chosen[0].title,
        disputed=sum((line.paid for line in lines), start=shipping or Money.zero(order.currency)),
        lines=lines,
        shipping=shipping,
        shop_id=order.shop_id,
        ordered_on=rules.calendar.local_date(order.ordered_at),
        # The last parcel counts: the law gives its terms from the last one too (art. L221-18).
        promised_on=max(promised, default=None),
        delivered_on=max((day for day in delivered if day), default=None)
        if delivered and all(delivered)
        else None,
        received_by_own_word=any(parcel.delivery_source == DeliverySource.BUYER for parcel in parcels),
    )


def subject_of_payment(payment: Payment, rules: Rulebook) -> Subject:
    return Subject(
        about=About.PAYMENT,
        title=payment.ref,
        disputed=payment.refundable,
        ordered_on=rules.calendar.local_date(payment.captured_at),
    )


def subject_of_purchase(amount: Money | None, currency: str) -> Subject:
    """A purchase that failed; nothing is disputed when nothing was charged."""
    return Subject(about=About.PURCHASE, title="", disputed=amount or Money.zero(currency))


def _claimed(row: OrderLine, quantity: int) -> ClaimedLine:
    """The part of a line that a quantity stands for, never more than is left of it."""
    if not 0 < quantity <= row.quantity:
        raise LinesMissing
    paid = Money(minor=row.captured_minor, currency=row.currency)
    share = of_pieces(paid, row.quantity, quantity, paid - row.refundable)
    return ClaimedLine(line_id=row.pk, title=row.title, quantity=quantity, paid=share)
