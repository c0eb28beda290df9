"""What becomes of store credit once it is issued: it is spent at the marketplace's till, or the desk takes it back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours import clock
from recours.claims.commands import act
from recours.refunds.commands.locking import locked
from recours.refunds.models import Refund, StoreCredit
from recours.refunds.refusals import CreditUsed, CreditVoided, ReasonMissing
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import VoidCredit
from recours.rules.lifecycle.vocabulary import Role

Status = StoreCredit.Status
MAX_REASON = 500
"""Characters of what is kept about the end of a credit."""


def void_credit(credit_id: UUID, *, by: Actor, reason: str, now: dt.datetime | None = None) -> StoreCredit:
    """Take back store credit that nobody has used, for a reason that the parties read.

    In one transaction: the credit is void, what it held of the lines and the payment is free again, and its claim goes
    to the platform, which says what is owed instead. Voiding it again changes nothing. Raises ReasonMissing,
    CreditUsed, and ActNotOpen where the claim is in nobody's hands to say it.
    """
    now, reason = now or clock.now(), reason.strip()[:MAX_REASON]
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        refund, credit = _locked(credit_id)
        if credit.status == Status.VOIDED:
            return credit
        if credit.status == Status.USED:
            raise CreditUsed
        _end(credit, Status.VOIDED, reason, by=by, now=now)
        refund.status, refund.reversed_at, refund.failure = Refund.Status.REVERSED, now, reason
        refund.save(update_fields=["status", "reversed_at", "failure"])
        back = VoidCredit(
            by=Actor(Role.MARKETPLACE, by.id), amount=credit.amount, refund_id=refund.pk, reason=reason
        )
        act(refund.claim_id, back, now=now)
    return credit


def mark_credit_used(
    credit_id: UUID, *, by: Actor, spent_on: str, now: dt.datetime | None = None
) -> StoreCredit:
    """Note that store credit was spent, and on what; it cannot be taken back from then on.

    Spent at the till is spent, on its last day or after it: the marketplace took it. Noting it again changes nothing.
    Raises ReasonMissing, CreditVoided.
    """
    now, spent_on = now or clock.now(), spent_on.strip()[:MAX_REASON]
    if not spent_on:
        raise ReasonMissing
    with transaction.atomic():
        _, credit = _locked(credit_id)
        if credit.status == Status.USED:
            return credit
        if credit.status == Status.VOIDED:
            raise CreditVoided
        _end(credit, Status.USED, spent_on, by=by, now=now)
    return credit


def _locked(credit_id: UUID) -> tuple[Refund, StoreCredit]:
    refund_id = StoreCredit.objects.values_list("refund_id", flat=True).get(pk=credit_id)
    _, refund = locked(refund_id)
    return refund, StoreCredit.objects.select_for_update().get(pk=credit_id)


def _end(credit: StoreCredit, status: Status, because: str, *, by: Actor, now: dt.datetime) -> None:
    credit.status, credit.ended_at, credit.ended_because = status, now, because
    credit.ended_by_id = by.id
    credit.save(update_fields=["status", "ended_at", "ended_because", "ended_by"])
