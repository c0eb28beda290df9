"""Sending a refund to its provider: write the intent, commit, call with the stored key, record, commit.

Nothing is read, then paid, then written: between the two commits the row says that money may have moved, so that
whoever comes next asks the provider before paying.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from recours import clock, jobs
from recours.refunds.commands.locking import locked
from recours.refunds.commands.recording import record_answer
from recours.refunds.commands.sparing import asking, may_ask, note_answer, note_silence
from recours.refunds.models import Chargeback, Refund
from recours.refunds.providers import AUTOMATIC, NoAnswer, Order, Outcome, provider
from recours.rules.patience import Asking

logger = logging.getLogger(__name__)

ASK_AGAIN = dt.timedelta(minutes=1)
"""How long a submitted refund is left to whoever submitted it: longer than any call may take, and no longer, since who
died in the middle of one leaves a buyer waiting."""
PENDING_AGAIN = dt.timedelta(minutes=10)
"""How often a provider is asked about a refund that it said is on its way; it is to tell us unasked."""

Status = Refund.Status


def queue_due(
    now: dt.datetime | None = None, *, only: Iterable[UUID] | None = None, limit: int = 5000
) -> int:
    """Ask for a job for each refund that may be paid by now, the most urgent first; return how many were added.

    A job each, because a provider may take half a minute to say nothing, and the other refunds must not wait for it.
    What was sent before and not answered is asked about again. Of a provider that keeps failing, none, or one to try
    whether it is back. `only` these, for who has just made them payable.
    """
    now = now or clock.now()
    found: list[UUID] = []
    for name in AUTOMATIC:
        due = _due(now).filter(provider=name)
        if only is not None:
            due = due.filter(pk__in=only)
        match asking(name, now):
            case Asking.AS_USUAL:
                found += due[:limit]
            case Asking.TO_TRY:
                # Never the same one each time: what keeps failing may be that one refund.
                found += due.order_by(F("asked_at").asc(nulls_first=True), "pay_until", "id")[:1]
            case Asking.NOT_NOW:
                pass
    return jobs.defer_each("refunds.submit", "refund_id", found)


def submit_due(now: dt.datetime | None = None, *, limit: int = 500) -> int:
    """Send here and now what `queue_due` asks jobs for, one after the other; return how many were paid.

    One refund that raises does not keep the others.
    """
    now = now or clock.now()
    paid = 0
    for refund_id in list(_due(now)[:limit]):
        try:
            paid += submit(refund_id, now=now)
        except (
            Exception
        ):  # a provider's own trouble, of whatever kind; the row says "submitted" and is asked again
            logger.exception("refund %s could not be submitted", refund_id)
    return paid


def submit(refund_id: UUID, *, now: dt.datetime | None = None) -> bool:
    """Send one refund to its provider and record the answer; True when it was paid. Never inside a transaction.

    A provider that keeps failing is spared: nothing is written, and the refund stays due.
    """
    now = now or clock.now()
    name = Refund.objects.filter(_to_submit(now), pk=refund_id).values_list("provider", flat=True).first()
    if name is None or not may_ask(name, now):
        return False
    begun = _write_intent(refund_id, now)
    if begun is None:
        return False
    order, is_first_try, is_new_try = begun
    payer = provider(name)
    try:
        known = None if is_first_try else payer.look_up(order)
        if is_new_try and known is not None and known.outcome is Outcome.DECLINED:
            known = None  # it is known to have failed: that is why somebody decided to try again
        answer = known or payer.pay(order)
    except NoAnswer:
        logger.warning("refund %s: no answer from %s; it will be asked again", refund_id, name)
        note_silence(name, clock.now())
        return False
    record_answer(refund_id, answer, now=now)
    if note_answer(name):
        queue_due(now)
    return answer.outcome is Outcome.PAID


def _due(now: dt.datetime) -> QuerySet[Refund, UUID]:
    due = Refund.objects.filter(_to_submit(now)).order_by("pay_until", "id")
    return due.values_list("pk", flat=True)


def _to_submit(now: dt.datetime) -> Q:
    to_send = Q(status=Status.APPROVED) & ~Q(payment__chargebacks__status=Chargeback.Status.OPEN)
    return Q(provider__in=AUTOMATIC, pay_from__lte=now) & (
        to_send
        | Q(status=Status.SUBMITTED, asked_at__lte=now - ASK_AGAIN)
        | Q(status=Status.PENDING, asked_at__lte=now - PENDING_AGAIN)
    )


def _write_intent(refund_id: UUID, now: dt.datetime) -> tuple[Order, bool, bool] | None:
    """Mark the refund as submitted and commit, so that it is ours alone; None when it is not to be sent now."""
    with transaction.atomic(durable=True):
        locked(refund_id)
        refund = Refund.objects.select_related("payment").filter(_to_submit(now), pk=refund_id).first()
        if refund is None:
            return None
        # A retry of a failed one is a first try in this life, but the provider may know its key: ask it too.
        is_first_try = refund.status == Status.APPROVED and not refund.failure
        is_new_try = refund.status == Status.APPROVED and bool(refund.failure)
        if refund.status == Status.APPROVED:
            refund.status, refund.submitted_at = Status.SUBMITTED, now
        refund.asked_at = now
        refund.save(update_fields=["status", "submitted_at", "asked_at"])
    payment_ref = refund.payment.ref if refund.payment else ""
    return (
        Order(key=refund.key, amount=refund.amount, payment_ref=payment_ref),
        is_first_try,
        is_new_try,
    )
