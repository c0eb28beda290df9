"""A buyer's bank takes a payment back: freeze what goes back to it, tell everybody, settle once the bank decides.

Locks, as everywhere: the claims that the payment concerns in the order of their keys, their refunds, then the payment
(which the database locks itself when a chargeback is written).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.marketplaces.models import Order, OrderLine, Payment
from recours.refunds.models import BANK, Chargeback, Refund, RefundPart
from recours.refunds.providers import Notice, NoticeKind
from recours.rules.lifecycle.claim import MARKETPLACE
from recours.rules.lifecycle.commands import Command, LoseChargeback, OpenChargeback, WinChargeback
from recours.rules.lifecycle.vocabulary import State
from recours.rules.money import Money
from recours.rules.refunds import spread
from recours.rules.refusals import Refusal

logger = logging.getLogger(__name__)

UNSENT = (Refund.Status.REQUESTED, Refund.Status.APPROVED, Refund.Status.FAILED)


class Unexplained(Exception):
    """What was told agrees with nothing we know; the argument is a key of `hearing.why`."""


def told(provider: str, notice: Notice, *, now: dt.datetime) -> tuple[Chargeback, bool]:
    """Act on what a provider said of a chargeback; return it, and whether that changed anything.

    Its end may be told before its beginning: it is then opened and settled at once. Raises Unexplained.
    """
    payment = _payment(notice)
    claims = list(_concerned(payment).order_by("pk").select_for_update())
    reference = notice.ref or notice.payment_ref
    known = Chargeback.objects.filter(provider=provider, provider_ref=reference).first()
    if known is not None and known.payment_id != payment.pk:
        raise Unexplained("other_payment")
    chargeback = known or _open(provider, reference, notice, payment, claims, now)
    if notice.kind is NoticeKind.CHARGEBACK_OPENED:
        return chargeback, known is None
    won = notice.kind is NoticeKind.CHARGEBACK_WON
    outcome = Chargeback.Status.WON if won else Chargeback.Status.LOST
    if chargeback.status == outcome:
        return chargeback, False
    if chargeback.status != Chargeback.Status.OPEN:
        raise Unexplained("chargeback_decided_otherwise")
    chargeback.status, chargeback.closed_at = outcome, notice.at
    if won:
        chargeback.save(update_fields=["status", "closed_at"])
        for claim in claims:
            _note(claim.pk, WinChargeback(by=MARKETPLACE, chargeback_id=chargeback.pk), now)
    else:
        _lose(chargeback, payment, claims, now)
    return chargeback, True


def _payment(notice: Notice) -> Payment:
    found = list(Payment.objects.filter(ref=notice.payment_ref)[:2]) if notice.payment_ref else []
    if len(found) != 1:  # none, or one of each of two marketplaces
        raise Unexplained("unknown_payment" if not found else "ambiguous_payment")
    payment = found[0]
    if notice.amount.currency != payment.currency:
        raise Unexplained("other_currency")
    if not 0 < notice.amount.minor <= payment.captured_minor:
        raise Unexplained("other_amount")
    return payment


def _concerned(payment: Payment) -> QuerySet[Claim]:
    of_order = Q(order_id=payment.order_id, payment__isnull=True) if payment.order_id else Q(pk=None)
    return Claim.objects.filter(of_order | Q(payment_id=payment.pk))


def _open(
    provider: str, reference: str, notice: Notice, payment: Payment, claims: Sequence[Claim], now: dt.datetime
) -> Chargeback:
    chargeback = Chargeback.objects.create(
        payment=payment,
        provider=provider,
        provider_ref=reference,
        currency=notice.amount.currency,
        amount_minor=notice.amount.minor,
        reason=notice.reason,
        opened_at=notice.at,
    )
    for claim in claims:
        opened = OpenChargeback(by=MARKETPLACE, amount=notice.amount, chargeback_id=chargeback.pk)
        _note(claim.pk, opened, now)
    return chargeback


def _lose(chargeback: Chargeback, payment: Payment, claims: Sequence[Claim], now: dt.datetime) -> None:
    """Count what the bank gave back, claim by claim: first where money is owed, then the oldest.

    What was prepared and not sent is cancelled: it would pay the same again. What no claim is about counts against the
    payment alone, and what exceeds the payment, because a refund had gone too, is said to a person.
    """
    for refund in Refund.objects.filter(payment=payment, status__in=UNSENT).select_for_update():
        refund.status, refund.failure = Refund.Status.CANCELLED, f"chargeback {chargeback.provider_ref}"
        refund.save(update_fields=["status", "failure"])
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    left = min(chargeback.amount_minor, payment.refundable.minor)
    chargeback.twice_minor = chargeback.amount_minor - left
    for number, claim in enumerate(sorted(claims, key=_most_urgent), start=1):
        shared = _share(chargeback, claim, left, number, now)
        left -= shared
        amount = Money(minor=shared, currency=chargeback.currency)
        _note(claim.pk, LoseChargeback(by=MARKETPLACE, amount=amount, chargeback_id=chargeback.pk), now)
    chargeback.unclaimed_minor = left
    chargeback.save(update_fields=["status", "closed_at", "unclaimed_minor", "twice_minor"])
    if chargeback.twice_minor:
        logger.error("%s: %s went back twice", chargeback.provider_ref, chargeback.twice_minor)


def _most_urgent(claim: Claim) -> tuple[bool, dt.datetime]:
    return claim.state != State.REFUND_DUE, claim.opened_at


def _share(chargeback: Chargeback, claim: Claim, left: int, number: int, now: dt.datetime) -> int:
    """Write what the bank paid of one claim as a refund of the bank's, with its parts; return its minor units."""
    snapshot = claim.snapshot
    most: int = min(left, (snapshot.disputed - snapshot.refunded).minor)
    opening = snapshot.opening
    parts: list[tuple[dict[str, int | UUID], Money]] = []
    if claim.order_id is not None and most > 0:
        lines = {
            line.pk: line
            for line in OrderLine.objects.filter(pk__in=[each.line_id for each in opening.lines])
        }
        things: list[dict[str, int | UUID]] = [{"order_line_id": line.line_id} for line in opening.lines]
        weights = [line.paid for line in opening.lines]
        room = [lines[line.line_id].refundable for line in opening.lines]
        if opening.shipping is not None:
            things.append({"shipping_of_id": claim.order_id})
            weights.append(opening.shipping)
            room.append(Order.objects.get(pk=claim.order_id).shipping_refundable)
        parts = list(zip(things, spread(Money(most, chargeback.currency), weights, room), strict=True))
        most = sum(amount.minor for _, amount in parts)
    if most <= 0:
        return 0
    refund = Refund.objects.create(
        claim=claim,
        owed_at=now,
        payment_id=chargeback.payment_id,
        provider=BANK,
        provider_ref=f"{chargeback.provider_ref}/{number}",
        currency=chargeback.currency,
        amount_minor=most,
        status=Refund.Status.SUCCEEDED,
        requested_at=now,
        pay_from=now,
        pay_until=now,
        settled_at=chargeback.closed_at,
    )
    RefundPart.objects.bulk_create(
        RefundPart(refund=refund, amount_minor=amount.minor, **thing)
        for thing, amount in parts
        if amount.minor
    )
    return most


def _note(claim_id: UUID, command: Command, now: dt.datetime) -> None:
    """Tell the claim, whose refusal to know does not undo what the bank did: it is logged, and `verify` names it."""
    try:
        with transaction.atomic():
            act(claim_id, command, now=now)
    except Refusal:
        logger.exception("claim %s refuses to know of a chargeback", claim_id)
