"""What became of a refund."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import IntegrityError, transaction

from recours import clock
from recours.claims.commands import act
from recours.claims.rulebook import rulebook
from recours.refunds.commands.locking import locked
from recours.refunds.commands.surcharges import post_surcharge
from recours.refunds.commands.telling import tell_buyer
from recours.refunds.models import CREDIT, Chargeback, Refund, StoreCredit, Transfer
from recours.refunds.providers import AUTOMATIC, Answer, Outcome
from recours.refunds.refusals import (
    AlreadyInFile,
    ApprovalMissing,
    MoreThanWasPaid,
    PaidBeforeOpening,
    RefundAlreadyPaid,
    RefundCancelled,
    RefundFrozen,
    RefundNotFailed,
    RefundPaidByProvider,
    RefundUnderWay,
    SecondPersonNeeded,
    SurchargeNotOrdered,
    TransferReferenceMissing,
    TransferReferenceUsed,
)
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import IssueCredit, PayRefund, ReverseRefund
from recours.rules.lifecycle.refusals import DateInFuture
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.rules.windows import Calendar

logger = logging.getLogger(__name__)

Status = Refund.Status
MAX_REFERENCE = Refund._meta.get_field("provider_ref").max_length or 0


def record_transfer(
    refund_id: UUID, *, by: Actor, reference: str, paid_on: dt.date, now: dt.datetime | None = None
) -> Refund:
    """Record that a person paid a refund by transfer.

    In one transaction: the refund has succeeded, the claim knows it (and closes when nothing is left to pay), and what
    the law adds to it, if it was late, is owed.
    Recording the same transfer again changes nothing. `paid_on` is a day of the marketplace.
    Raises TransferReferenceMissing, TransferReferenceUsed, DateInFuture, PaidBeforeOpening, RefundAlreadyPaid,
    RefundCancelled, RefundPaidByProvider, RefundFrozen, SurchargeNotOrdered, ApprovalMissing, SecondPersonNeeded.
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
        if refund.provider in AUTOMATIC or (refund.provider != "manual" and _is_in_file(refund)):
            raise RefundPaidByProvider
        if refund.status == Status.DUE:
            raise SurchargeNotOrdered
        if refund.approved_at is None:
            raise ApprovalMissing
        if by.id is not None and refund.approved_by_id == by.id:
            raise SecondPersonNeeded
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
        _must_not_be_frozen(refund, paid_on, calendar)
        paid_at = now if paid_on == today else calendar.day_start(paid_on)
        # Whoever makes a transfer file holds the refund as we do: it finds it here, or we find it there.
        refund.provider = "manual"
        try:
            with transaction.atomic():
                _succeed(refund, reference, paid_at=paid_at, by=by.id)
        except IntegrityError as error:
            raise TransferReferenceUsed(reference=reference) from error
        _tell_claim(refund, by.id, now)
        _owe_surcharge(refund, now)
    return refund


def record_answer(refund_id: UUID, answer: Answer, *, now: dt.datetime) -> Refund:
    """Record what a provider said, whoever hears it first; the second time changes nothing.

    Money that moved is recorded even when the claim cannot take note of it: that is logged, and `verify` names it.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status not in (Status.SUBMITTED, Status.PENDING):
            return refund
        match answer.outcome:
            case Outcome.PAID:
                record_paid(refund, answer.ref, paid_at=now, now=now)
            case Outcome.REVERSED:
                record_paid(refund, answer.ref, paid_at=now, now=now)
                record_reversed(refund, answer.reason, at=now, now=now)
            case Outcome.DECLINED:
                fail(refund, answer.reason)
            case Outcome.PENDING:
                refund.status, refund.provider_ref = Status.PENDING, answer.ref
                refund.save(update_fields=["status", "provider_ref"])
    return refund


def record_paid(refund: Refund, reference: str, *, paid_at: dt.datetime, now: dt.datetime) -> None:
    """Record that the provider paid a locked refund, and tell its claim.

    Money that moved is recorded even when the claim cannot take note of it: that is logged, and `verify` names it.
    """
    _succeed(refund, reference or refund.provider_ref, paid_at=paid_at, by=None)
    try:
        with transaction.atomic():
            _tell_claim(refund, None, now)
    except Refusal:
        logger.exception("refund %s was paid, and its claim refuses to know it", refund.pk)
    _owe_surcharge(refund, now)


def record_reversed(refund: Refund, reason: str, *, at: dt.datetime, now: dt.datetime) -> None:
    """Record that the money of a locked refund came back: what it held is free, and its claim owes it anew."""
    refund.status, refund.reversed_at, refund.failure = Status.REVERSED, at, reason.strip()
    refund.save(update_fields=["status", "reversed_at", "failure"])
    if refund.surcharge_of is not None:
        _owe_surcharge(refund.surcharge_of, now)
        return
    back = ReverseRefund(by=Actor(Role.MARKETPLACE), amount=refund.amount, refund_id=refund.pk, reason=reason)
    try:
        with transaction.atomic():
            act(refund.claim_id, back, now=now)
    except Refusal:
        logger.exception("refund %s came back, and its claim refuses to know it", refund.pk)


def record_failure(refund_id: UUID, *, reason: str) -> Refund:
    """Record that a refund could not be paid: what it held back is free again.

    Raises RefundAlreadyPaid, RefundCancelled.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status != Status.FAILED:
            _must_be_open(refund)
            fail(refund, reason)
    return refund


def retry(refund_id: UUID, *, by_hand: bool = False) -> Refund:
    """Try a failed or cancelled refund again: the same row, the same key. `by_hand`: a person pays it from now on.

    Raises RefundNotFailed, RefundAlreadyPaid, MoreThanWasPaid, AlreadyInFile for what only a person can pay now, and
    RefundPaidByProvider for store credit that somebody would pay in money.
    """
    with transaction.atomic():
        _, refund = locked(refund_id)
        if refund.status in (Status.SUCCEEDED, Status.REVERSED):
            raise RefundAlreadyPaid
        if refund.status not in (Status.FAILED, Status.CANCELLED):
            raise RefundNotFailed
        if by_hand and refund.provider == CREDIT:
            raise RefundPaidByProvider
        if not by_hand and _is_in_file(refund):
            raise AlreadyInFile
        refund.status = Status.APPROVED if refund.approved_at else Status.REQUESTED
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
        if refund.status in (Status.SUCCEEDED, Status.REVERSED):
            raise RefundAlreadyPaid
        if refund.status in (Status.SUBMITTED, Status.PENDING):
            raise RefundUnderWay
        refund.status, refund.failure = Status.CANCELLED, reason.strip()
        refund.save(update_fields=["status", "failure"])
    return refund


def _must_be_open(refund: Refund) -> None:
    if refund.status in (Status.SUCCEEDED, Status.REVERSED):
        raise RefundAlreadyPaid
    if refund.status == Status.CANCELLED:
        raise RefundCancelled


def _is_in_file(refund: Refund) -> bool:
    return Transfer.objects.filter(refund=refund).exists()


def _must_not_be_frozen(refund: Refund, paid_on: dt.date, calendar: Calendar) -> None:
    """A transfer while the bank looks into the payment would pay twice; one of a day before it had left already."""
    open_ones = Chargeback.objects.filter(payment__refunds=refund, status=Chargeback.Status.OPEN)
    found = open_ones.first()
    if found is not None and paid_on >= calendar.local_date(found.opened_at):
        raise RefundFrozen(opened_on=calendar.local_date(found.opened_at))


def _succeed(refund: Refund, reference: str, *, paid_at: dt.datetime, by: UUID | None) -> None:
    refund.status = Status.SUCCEEDED
    refund.provider_ref = reference
    refund.settled_at = paid_at
    refund.settled_by_id = by
    refund.failure = ""
    refund.save(update_fields=["status", "provider", "provider_ref", "settled_at", "settled_by", "failure"])


def fail(refund: Refund, reason: str) -> None:
    """Mark a locked refund as failed: what it held back is free again."""
    refund.status, refund.failure = Status.FAILED, reason.strip()
    refund.save(update_fields=["status", "failure"])


def _owe_surcharge(refund: Refund, now: dt.datetime) -> None:
    """Write what the law adds to a locked refund that was paid late. That the money moved stays recorded if this cannot
    be: `post_surcharges` tries again every night.
    """
    try:
        with transaction.atomic():
            post_surcharge(refund.claim, refund, now)
    except Exception:
        logger.exception("what the law adds to refund %s could not be written", refund.pk)


def _tell_claim(refund: Refund, by: UUID | None, now: dt.datetime) -> None:
    """Tell the claim what was paid or credited of it; of what the law adds, the buyer alone."""
    if refund.is_surcharge:
        tell_buyer(refund, "surcharge_paid", now=now)
        return
    if refund.provider == CREDIT:
        made = StoreCredit.objects.get(refund=refund)
        issued = IssueCredit(
            by=Actor(Role.MARKETPLACE),
            amount=refund.amount,
            refund_id=refund.pk,
            expires_at=made.expires_at,
        )
        act(refund.claim_id, issued, now=now)
        return
    payment = PayRefund(by=Actor(Role.MARKETPLACE, by), amount=refund.amount, refund_id=refund.pk)
    act(refund.claim_id, payment, now=now)
