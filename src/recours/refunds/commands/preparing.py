"""From a debt to its refunds: how much, for which articles, back to which payments, from when and until when."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Q, Sum

from recours import clock
from recours.claims.rulebook import rulebook
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.refunds.commands.paying import queue_due
from recours.refunds.models import BANK, CREDIT, Refund, RefundPart
from recours.refunds.providers import AUTOMATIC, provider_for
from recours.refunds.queries import OPEN
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.lifecycle.deadlines import refund_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import Remedy
from recours.rules.money import Money
from recours.rules.refunds import fill, needs_second_person, spread

logger = logging.getLogger(__name__)

BATCH = 200
"""Claims per transaction: their payments and lines stay locked while it lasts."""

_decode = msgspec.json.Decoder(Snapshot).decode


class Prepared(NamedTuple):
    """Refunds written; claims for which less could be written than they are owed; claims that raised."""

    refunds: int
    short: int
    failed: int


class Debt(NamedTuple):
    """A claim that owes money and has no refund for it yet, as locked."""

    claim_id: UUID
    marketplace_id: UUID
    policy_version: int
    order_id: UUID | None
    payment_id: UUID | None
    claim: Snapshot


class Draft(NamedTuple):
    """A refund and its parts, ready to be inserted."""

    refund: Refund
    parts: list[RefundPart]


def prepare(now: dt.datetime | None = None, *, batch: int = BATCH) -> Prepared:
    """Write the refunds of every claim that owes money and has none for this debt. Safe to repeat, and by two at once.

    Batch by batch, each in one transaction: lock claims (skipping those that somebody acts on: the next run finds
    them), then the payments, lines and orders concerned, each in the order of their keys; share what is owed among
    the claimed articles by what was paid for them, never more than is left of each; insert; ask for the jobs that send
    what may be paid at once. A claim that the database
    refuses is logged and left alone, and the others go on.
    """
    now = now or clock.now()
    after, total = UUID(int=0), Prepared(0, 0, 0)
    while True:
        with transaction.atomic():
            debts = _lock_debts(after, batch)
            done = _write_all(_without_refund(debts), now)
        total = Prepared(*(sum(pair) for pair in zip(total, done, strict=True)))
        if len(debts) < batch:
            return total
        after = debts[-1].claim_id


LOCK_DEBTS = """
SELECT claim.id, claim.marketplace_id, claim.policy_version, claim.order_id, claim.payment_id, claim.snapshot::text
FROM claims_claim AS claim
WHERE claim.state = 'refund_due' AND claim.id > %s AND NOT EXISTS (
  SELECT 1 FROM refunds_refund AS refund
  WHERE refund.claim_id = claim.id AND refund.provider <> 'bank'
    AND refund.surcharge_of_id IS NULL AND refund.owed_at = (claim.snapshot ->> 'state_since')::timestamptz)
ORDER BY claim.id
LIMIT %s
FOR NO KEY UPDATE OF claim SKIP LOCKED
"""


def _lock_debts(after: UUID, size: int) -> list[Debt]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_DEBTS, [after, size])
        return [Debt._make((*keys, _decode(snapshot))) for *keys, snapshot in cursor.fetchall()]


def _without_refund(debts: list[Debt]) -> list[Debt]:
    """Ask again now that the claims are ours: another run may have committed between our look and our lock."""
    known = Refund.objects.filter(claim_id__in=[debt.claim_id for debt in debts], surcharge_of=None)
    known = known.exclude(provider=BANK)
    paid_for = set(known.values_list("claim_id", "owed_at"))
    return [debt for debt in debts if (debt.claim_id, debt.claim.state_since) not in paid_for]


def _write_all(debts: list[Debt], now: dt.datetime) -> Prepared:
    if not debts:
        return Prepared(0, 0, 0)
    try:
        with transaction.atomic():
            return _write(debts, now)
    except OperationalError:
        raise
    except (DatabaseError, ValueError, LookupError) as error:
        if len(debts) == 1:
            logger.error("refunds of %s could not be prepared", debts[0].claim.reference, exc_info=error)
            return Prepared(0, 0, 1)
        parts = [_write_all([debt], now) for debt in debts]
        return Prepared(*(sum(column) for column in zip(*parts, strict=True)))


def _write(debts: list[Debt], now: dt.datetime) -> Prepared:
    room = Room(debts)
    drafts: list[Draft] = []
    short = 0
    held = _under_way(debts)
    for debt in debts:
        owed = owed_amount(debt.claim) - Money(held.get(debt.claim_id, 0), debt.claim.disputed.currency)
        made = list(_drafts(debt, owed, room, now))
        drafts += made
        short += sum(draft.refund.amount_minor for draft in made) < owed.minor
    Refund.objects.bulk_create(draft.refund for draft in drafts)
    RefundPart.objects.bulk_create(part for draft in drafts for part in draft.parts)
    if sent := [draft.refund.pk for draft in drafts if draft.refund.provider in AUTOMATIC]:
        queue_due(now, only=sent)
    return Prepared(len(drafts), short, 0)


def _under_way(debts: list[Debt]) -> dict[UUID, int]:
    """What earlier debts of these claims are still to pay: one that is owed anew owes the rest of it, not all of it."""
    open_ones = Refund.objects.filter(
        claim_id__in=[debt.claim_id for debt in debts], status__in=OPEN, surcharge_of=None
    )
    return dict(open_ones.values_list("claim_id").annotate(minor=Sum("amount_minor")))


class Room:
    """What can still go back of every payment, line and shipping that a batch touches, locked, and used up by it."""

    def __init__(self, debts: list[Debt]) -> None:
        orders = {debt.order_id for debt in debts if debt.order_id and not debt.payment_id}
        chosen = {debt.payment_id for debt in debts if debt.payment_id}
        payments = _locked(Payment, Q(order_id__in=orders) | Q(pk__in=chosen))
        self.payments = {payment.pk: payment for payment in payments}
        self.by_order: dict[UUID, list[Payment]] = defaultdict(list)
        for payment in sorted(payments, key=lambda each: (each.captured_at, each.ref)):
            if payment.order_id and payment.status == Payment.Status.CAPTURED:
                self.by_order[payment.order_id].append(payment)
        lines = {line.line_id for debt in debts for line in debt.claim.opening.lines}
        self.lines = {line.pk: line for line in _locked(OrderLine, Q(pk__in=lines))}
        shipped = {debt.order_id for debt in debts if debt.claim.opening.shipping}
        self.orders = {order.pk: order for order in _locked(Order, Q(pk__in=shipped))}

    def use(self, refund: Refund, parts: Iterable[RefundPart]) -> None:
        if refund.payment_id:
            self.payments[refund.payment_id].refunded_minor += refund.amount_minor
        for part in parts:
            if part.order_line_id:
                self.lines[part.order_line_id].refunded_minor += part.amount_minor
            if part.shipping_of_id:
                self.orders[part.shipping_of_id].shipping_refunded_minor += part.amount_minor


def _locked(model: type[Payment] | type[OrderLine] | type[Order], which: Q) -> list:  # type: ignore[type-arg]
    # "No key": a claim being opened on the same order refers to these rows and need not wait.
    return list(model.objects.filter(which).order_by("pk").select_for_update(no_key=True))


def _drafts(debt: Debt, owed: Money, room: Room, now: dt.datetime) -> Iterator[Draft]:
    """Yield the refunds of one debt; together they pay what is owed, or all that is left of what was paid."""
    if owed.minor <= 0:
        return
    parts = _parts(debt, owed, room)
    amounts = [amount for _, amount in parts] or [owed]
    payments = _payments(debt, room)
    # A marketplace that told us of no payment has its accounting choose the way; the lines still hold the sum.
    shares = fill(amounts, [each.refundable for each in payments]) if payments else (tuple(amounts),)
    back_to: Sequence[Payment | None] = payments or [None]
    for payment, share in zip(back_to, shares, strict=True):
        total = sum((amount for amount in share), start=Money.zero(owed.currency))
        if total.minor == 0:
            continue
        refund = _refund(debt, payment, total, now)
        drafted = [
            RefundPart(refund=refund, amount_minor=amount.minor, **thing)
            for (thing, _), amount in zip(parts, share, strict=bool(parts))
            if amount.minor
        ]
        room.use(refund, drafted)
        yield Draft(refund, drafted)


Thing = dict[str, int | UUID]


def _parts(debt: Debt, owed: Money, room: Room) -> list[tuple[Thing, Money]]:
    """Share what is owed among the claimed lines and the shipping; () for a payment, or a purchase that failed."""
    opening = debt.claim.opening
    if debt.order_id is None:
        return []
    things: list[Thing] = [{"order_line_id": line.line_id} for line in opening.lines]
    weights = [line.paid for line in opening.lines]
    most = [room.lines[line.line_id].refundable for line in opening.lines]
    if opening.shipping is not None:
        things.append({"shipping_of_id": debt.order_id})
        weights.append(opening.shipping)
        most.append(room.orders[debt.order_id].shipping_refundable)
    return list(zip(things, spread(owed, weights, most), strict=True))


def _payments(debt: Debt, room: Room) -> list[Payment]:
    """The payments that the money goes back to, the oldest first."""
    if debt.payment_id is not None:
        return [room.payments[debt.payment_id]]
    found = room.by_order[debt.order_id] if debt.order_id else []
    return [payment for payment in found if payment.currency == debt.claim.disputed.currency]


def _refund(debt: Debt, payment: Payment | None, amount: Money, now: dt.datetime) -> Refund:
    rules = rulebook(debt.marketplace_id, debt.policy_version, debt.claim.opening.country)
    limit, currency = rules.policy.refund.approve_above, rules.policy.place.currency
    # The whole debt is held against the limit, however many payments it goes back to.
    waits = needs_second_person(owed_amount(debt.claim), limit, currency)
    term = refund_term(debt.claim, rules)
    owed_at = debt.claim.state_since
    accepted = debt.claim.agreed is not None and debt.claim.agreed.remedy is Remedy.CREDIT
    # "Not before day 33" never delays what the law makes due earlier: `earliest` is empty then.
    # Store credit is issued at once: "not before" is about money.
    pay_from = max(owed_at, term.earliest.due_at) if term.earliest and not accepted else owed_at
    return Refund(
        id=uuid4(),
        claim_id=debt.claim_id,
        owed_at=owed_at,
        payment=payment,
        provider=CREDIT if accepted else provider_for(payment),
        currency=amount.currency,
        amount_minor=amount.minor,
        status=Refund.Status.REQUESTED if waits else Refund.Status.APPROVED,
        requested_at=now,
        approved_at=None if waits else now,
        pay_from=pay_from,
        pay_until=term.latest.due_at,
    )
