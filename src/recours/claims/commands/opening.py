"""How a claim comes into the world."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from msgspec import Struct

from recours import clock
from recours.claims.chain import GENESIS
from recours.claims.commands.store import AlreadyClaimed, chained, columns_of, insert_events
from recours.claims.models import Claim, ClaimLine
from recours.claims.rulebook import rulebook
from recours.marketplaces.models import Buyer, Order, OrderLine, Payment
from recours.marketplaces.policies import current_version
from recours.rules.eligibility import Facts, check_eligible
from recours.rules.lifecycle import Rulebook, decide
from recours.rules.lifecycle.claim import Actor, ClaimedLine, Opening, Terms
from recours.rules.lifecycle.commands import Command, ContactSeller, OpenDispute
from recours.rules.lifecycle.vocabulary import About, Ground, Remedy, Role
from recours.rules.money import Money
from recours.rules.refusals import Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody mistakes for one another, on the phone or in a letter."""


class LinesMissing(Refusal):
    """A claim about an order names at least one of its lines, with a quantity within what was bought."""


class OpeningRequest(Struct, frozen=True, kw_only=True):
    """What a buyer asks for.

    `key` makes sending it twice harmless. `lines` maps order lines to quantities; `amount` empty means all that was
    paid. `order_id` and `payment_id` were resolved through what the buyer may see. `contact_first` writes to the
    seller before disputing.
    """

    key: UUID
    buyer_id: UUID
    ground: Ground
    remedy: Remedy
    explanation: str
    order_id: UUID | None = None
    payment_id: UUID | None = None
    lines: Mapping[int, int] = {}
    amount: Money | None = None
    goods_return: bool = False
    contact_first: bool = False


class _Subject(Struct, frozen=True, kw_only=True):
    """What the claim is about, as read from the marketplace's data under lock."""

    about: About
    title: str
    disputed: Money
    lines: tuple[ClaimedLine, ...] = ()
    shipping: Money | None = None
    shop_id: UUID | None = None
    ordered_on: dt.date | None = None
    promised_on: dt.date | None = None
    delivered_on: dt.date | None = None


def open_claim(request: OpeningRequest, *, by: Actor, now: dt.datetime | None = None) -> Claim:
    """Open a claim, or return the one that the same `key` opened before.

    In one transaction: read what the claim is about; check that the policy and the law let it be claimed today;
    decide; write the claim's row, its lines and its first event. Payment grounds and technical faults go to the
    platform and need no order line.
    Raises LinesMissing, AlreadyClaimed, the refusals of `check_eligible` and those of `decide`.
    """
    now = now or clock.now()
    sent_before = Claim.objects.filter(buyer_id=request.buyer_id, creation_key=request.key).first()
    if sent_before is not None:
        return sent_before
    try:
        with transaction.atomic():
            return _open(request, by, now)
    except IntegrityError as error:
        # Either the button was pressed twice at the same instant, or another claim has the line: ask, don't guess.
        twin = Claim.objects.filter(buyer_id=request.buyer_id, creation_key=request.key).first()
        if twin is not None:
            return twin
        raise AlreadyClaimed from error


def _open(request: OpeningRequest, by: Actor, now: dt.datetime) -> Claim:
    buyer = Buyer.objects.select_related("marketplace").get(pk=request.buyer_id)
    marketplace = buyer.marketplace
    country = buyer.country or marketplace.country
    version = current_version(marketplace.id)
    rules = rulebook(marketplace.id, version, country)
    subject = _subject(request, rules, marketplace.currency)
    check_eligible(_facts(request.ground, subject), rules, now)
    claim_id = uuid4()
    opening = Opening(
        claim_id=claim_id,
        reference=new_reference(),
        about=subject.about,
        ground=request.ground,
        lines=subject.lines,
        shipping=subject.shipping,
        disputed=subject.disputed,
        wanted=_wanted(request, subject),
        explanation=request.explanation,
        policy_version=version,
        country=country,
        ordered_on=subject.ordered_on,
        promised_on=subject.promised_on,
        delivered_on=subject.delivered_on,
    )
    command: Command = (
        ContactSeller(by=by, opening=opening)
        if request.contact_first
        else OpenDispute(by=by, opening=opening)
    )
    events = decide(None, command, rules, now)
    snapshot, links = chained(GENESIS, None, claim_id, events, now)
    row = Claim(
        id=claim_id,
        reference=opening.reference,
        marketplace_id=marketplace.id,
        policy_version=version,
        buyer_id=buyer.id,
        shop_id=subject.shop_id if snapshot.has_seller else None,
        order_id=request.order_id,
        payment_id=request.payment_id,
        creation_key=request.key,
        title=subject.title,
        about=subject.about,
        opened_at=now,
        currency=subject.disputed.currency,
        disputed_minor=subject.disputed.minor,
        head_hash=links[-1].hash,
        snapshot=snapshot,
        **columns_of(snapshot),
    )
    row.save(force_insert=True)
    if subject.lines:
        ClaimLine.objects.bulk_create(
            ClaimLine(claim_id=claim_id, order_line_id=line.line_id, quantity=line.quantity)
            for line in subject.lines
        )
    insert_events(claim_id, links, now)
    return row


def new_reference() -> str:
    """Return a new public reference, like L-7F3K9QXM: 40 bits of chance, so neither guessable nor often met twice."""
    return "L-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def _subject(request: OpeningRequest, rules: Rulebook, currency: str) -> _Subject:
    if request.order_id is not None:
        return _order_subject(request, rules)
    if request.payment_id is not None:
        payment = Payment.objects.get(pk=request.payment_id, buyer_id=request.buyer_id)
        return _Subject(
            about=About.PAYMENT,
            title=payment.ref,
            disputed=payment.refundable,
            ordered_on=rules.calendar.local_date(payment.captured_at),
        )
    return _Subject(about=About.PURCHASE, title="", disputed=request.amount or Money.zero(currency))


def _order_subject(request: OpeningRequest, rules: Rulebook) -> _Subject:
    order = Order.objects.get(pk=request.order_id, buyer_id=request.buyer_id)
    rows = list(OrderLine.objects.filter(order=order).select_related("parcel").order_by("position"))
    chosen = [row for row in rows if request.lines.get(row.pk, 0) > 0]
    about_goods = not request.ground.concerns_marketplace
    if not chosen and not about_goods:
        chosen = rows
    if not chosen or set(request.lines) - {row.pk for row in rows}:
        raise LinesMissing
    lines = tuple(_claimed(row, request.lines.get(row.pk, row.quantity)) for row in chosen)
    whole = len(chosen) == len(rows) and all(
        line.quantity == row.quantity for line, row in zip(lines, chosen, strict=True)
    )
    shipping = order.shipping_refundable if whole and order.shipping_refundable.minor else None
    disputed = sum((line.paid for line in lines), start=shipping or Money.zero(order.currency))
    parcels = [row.parcel for row in chosen if row.parcel is not None]
    delivered = [parcel.delivered_on for parcel in parcels]
    promised = [parcel.promised_on for parcel in parcels if parcel.promised_on]
    return _Subject(
        about=About.ORDER,
        title=chosen[0].title,
        disputed=disputed,
        lines=lines,
        shipping=shipping,
        shop_id=order.shop_id,
        ordered_on=rules.calendar.local_date(order.ordered_at),
        # The last parcel counts: the law gives its terms from the last one too (art. L221-18).
        promised_on=max(promised, default=None),
        delivered_on=max((day for day in delivered if day), default=None)
        if delivered and all(delivered)
        else None,
    )


def _claimed(row: OrderLine, quantity: int) -> ClaimedLine:
    """The part of a line that a quantity stands for, rounded down, and never more than is left of it."""
    if not 0 < quantity <= row.quantity:
        raise LinesMissing
    share = Money(minor=row.captured_minor * quantity // row.quantity, currency=row.currency)
    return ClaimedLine(line_id=row.pk, title=row.title, quantity=quantity, paid=min(share, row.refundable))


def _wanted(request: OpeningRequest, subject: _Subject) -> Terms:
    refund = request.remedy is Remedy.REFUND
    return Terms(
        remedy=request.remedy,
        amount=(request.amount or subject.disputed) if refund else None,
        goods_return=request.goods_return,
        return_paid_by=Role.SELLER if request.goods_return else None,
    )


def _facts(ground: Ground, subject: _Subject) -> Facts:
    return Facts(
        ground=ground,
        about=subject.about,
        disputed=subject.disputed,
        ordered_on=subject.ordered_on,
        promised_on=subject.promised_on,
        delivered_on=subject.delivered_on,
    )
