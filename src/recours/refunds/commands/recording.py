"""What became of a refund. Locks are taken in one order everywhere: the claim, then the refund, then what it moves."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import IntegrityError, transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.refunds.models import Refund
from recours.refunds.providers import AUTOMATIC, Answer, Outcome
from recours.refunds.refusals import (
    MoreThanWasPaid,
    PaidBeforeOpening,
    RefundAlreadyPaid,
    RefundCancelled,
    RefundNotFailed,
    RefundPaidByProvider,
    RefundUnderWay,
    TransferReferenceMissing,
    TransferReferenceUsed,
)
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import PayRefund
from recours.rules.lifecycle.refusals import DateInFuture
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal

logger = logging.getLogger(__name__)

Status = Refund.Status
MAX_REFERENCE = Refund._meta.get_field("provider_ref").max_length or 0


def locked(refund_id: UUID) -> tuple[Claim, Refund]:
    """Lock a refund and its claim in the caller's transaction. Raises Refund.DoesNotExist."""
    claim_id = Refund.objects.values_list("claim_id", flat=True).get(pk=refund_id)
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    return claim, Refund.objects.select_for_update().get(pk=refund_id)


def record_transfer(
    refund_id: UUID, *, by: Actor, reference: str, paid_on: dt.date, now: dt.datetime | None = None
) -> Refund:
    """Record that a person paid a refund by transfer.

    In one transaction: the refund has succeeded, and the claim knows it (and closes when nothing is left to pay).
    Recording the same transfer again changes nothing. `paid_on` is a day of the marketplace.
    Raises TransferReferenceMissing, TransferReferenceUsed, DateInFuture, PaidBeforeOpening, RefundAlreadyPaid,
    RefundCancelled, RefundPaidByProvider.
    """
    now = now or clock.now()
    reference = reference.strip()[:MAX_REFERENCE]
    if not reference:
        raise TransferReferenceMissing
    with transaction.atomic():
        claim, refund = locked(refund_id)
        if refund.status == Status.SUCCEEDED and refund.provider_ref == reference:
            return refund
        _must_be_open(refund)
        if refund.provider in AUTOMATIC:
            raise RefundPaidByProvider
        calendar = rulebook(
            claim.marketplace_id, claim.policy_version, claim.snapshot.opening.country
        ).calendar
        today = calendar.local_date(now)
        if paid_on > today:
            raise DateInFuture(date=paid_on)
        opened_on = calendar.local_date(claim.opened_at)
        if paid_on < opened_on:
            # The proof of payment also stops the meter of lateness: a mistyped year must not.
            raise PaidBeforeOpening(opened_on=opened_on)
        paid_at = now if paid_on == today else calendar.day_start(paid_on)
        try:
            with transaction.atomic():
                _succeed(refund, reference, paid_at=paid_at, by=by.id)
        except IntegrityError as error:
            raise TransferReferenceUsed(reference=reference) from error
        _tell_claim(refund, by.id, now)
    return refund


def record_answer(refund_id: UUID, answer: Answer, *, now: dt.datetime) -> Refund:
    """Record what a provider said, whoever hears it first; the second time changes nothing.

    Money that moved is recorded even when the claim cannot take note of it: that is logged, and `verify` names it.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status != Status.SUBMITTED:
            return refund
        match answer.outcome:
            case Outcome.PAID:
                _succeed(refund, answer.ref, paid_at=now, by=None)
                try:
                    with transaction.atomic():
                        _tell_claim(refund, None, now)
                except Refusal:
                    logger.exception("refund %s was paid, and its claim refuses to know it", refund.pk)
            case Outcome.DECLINED:
                _fail(refund, answer.reason)
            case Outcome.PENDING:
                refund.provider_ref = answer.ref
                refund.save(update_fields=["provider_ref"])
    return refund


def record_failure(refund_id: UUID, *, reason: str) -> Refund:
    """Record that a refund could not be paid: what it held back is free again.

    Raises RefundAlreadyPaid, RefundCancelled.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status != Status.FAILED:
            _must_be_open(refund)
            _fail(refund, reason)
    return refund


def retry(refund_id: UUID, *, by_hand: bool = False) -> Refund:
    """Try a failed or cancelled refund again: the same row, the same key. `by_hand`: a person pays it from now on.

    Raises RefundNotFailed, RefundAlreadyPaid, MoreThanWasPaid.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status == Status.SUCCEEDED:
            raise RefundAlreadyPaid
        if refund.status not in (Status.FAILED, Status.CANCELLED):
            raise RefundNotFailed
        refund.status = Status.REQUESTED
        refund.submitted_at = None
        refund.provider = "manual" if by_hand else refund.provider
        try:
            with transaction.atomic():
                refund.save(update_fields=["status", "submitted_at", "provider"])
        except IntegrityError as error:
            raise MoreThanWasPaid from error
    return refund


def cancel(refund_id: UUID, *, reason: str) -> Refund:
    """Decide that a refund is not paid this way, because it was settled elsewhere; the reason is kept.

    The claim still owes what it owes. Raises RefundUnderWay when the provider may have paid, RefundAlreadyPaid.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status == Status.SUCCEEDED:
            raise RefundAlreadyPaid
        if refund.status == Status.SUBMITTED:
            raise RefundUnderWay
        refund.status, refund.failure = Status.CANCELLED, reason.strip()
        refund.save(update_fields=["status", "failure"])
    return refund


def _must_be_open(refund: Refund) -> None:
    if refund.status == Status.SUCCEEDED:
        raise RefundAlreadyPaid
    if refund.status == Status.CANCELLED:
        raise RefundCancelled


def _succeed(refund: Refund, reference: str, *, paid_at: dt.datetime, by: UUID | None) -> None:
    refund.status = Status.SUCCEEDED
    refund.provider_ref = reference
    refund.settled_at = paid_at
    refund.settled_by_id = by
    refund.failure = ""
    refund.save(update_fields=["status", "provider_ref", "settled_at", "settled_by", "failure"])


def _fail(refund: Refund, reason: str) -> None:
    refund.status, refund.failure = Status.FAILED, reason.strip()
    refund.save(update_fields=["status", "failure"])


def _tell_claim(refund: Refund, by: UUID | None, now: dt.datetime) -> None:
    payment = PayRefund(by=Actor(Role.MARKETPLACE, by), amount=refund.amount, refund_id=refund.pk)
    act(refund.claim_id, payment, now=now)
