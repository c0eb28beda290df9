"""What the law adds to a refund that was paid late: owed from the instant that payment settled, and paid like one.

A card takes back no more than was paid with it, so that a surcharge goes by transfer, whatever was paid with.
"""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import F
from msgspec.structs import replace

from recours import clock
from recours.claims.models import Claim
from recours.claims.rulebook import rulebook
from recours.refunds.commands.locking import locked
from recours.refunds.commands.telling import tell_buyer
from recours.refunds.models import BANK, CREDIT, Refund
from recours.refunds.providers import provider_of_surcharge
from recours.refunds.queries import days_paid, lateness_of
from recours.refunds.refusals import SurchargeAlreadyOrdered
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.deadlines import Rulebook, refund_term
from recours.rules.money import Money
from recours.rules.refunds import needs_second_person

logger = logging.getLogger(__name__)

Status = Refund.Status

NOT_LATE = (BANK, CREDIT)
"""What the law adds nothing to: the buyer's own bank gave it back, or the buyer agreed to be paid in no money."""

LOOKED_AT = dt.timedelta(days=400)
"""How far back refunds are looked at again: the rate of a half-year is published long before."""


def post_surcharges(now: dt.datetime | None = None) -> int:
    """Write what the law adds to refunds that were paid late and have nothing written yet; return how many.

    Each in its own transaction, so that one that raises does not keep the others. Safe to repeat, and by two at once.
    """
    now = now or clock.now()
    late = Refund.objects.filter(
        status=Status.SUCCEEDED,
        surcharge_of=None,
        settled_at__gte=F("pay_until"),
        settled_at__gt=now - LOOKED_AT,
    ).exclude(provider__in=NOT_LATE)
    unwritten = late.exclude(surcharges__status__in=set(Status) - {Status.REVERSED})
    written = 0
    for refund_id in list(unwritten.order_by("settled_at", "id").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                claim, refund = locked(refund_id)
                written += post_surcharge(claim, refund, now) is not None
        except Exception:  # one claim's own trouble, of whatever kind, does not keep the others
            logger.exception("what the law adds to refund %s could not be written", refund_id)
    return written


def post_surcharge(claim: Claim, refund: Refund, now: dt.datetime) -> Refund | None:
    """Write what the law adds to a refund that is locked with its claim and was paid late, and tell its buyer; None
    where that is nothing.

    All that was paid of the same debt counts together, less what was written for it: how a sum is cut among payments
    never changes what is added.
    """
    if refund.status != Status.SUCCEEDED or refund.is_surcharge or refund.provider in NOT_LATE:
        return None
    same_debt = Refund.objects.filter(claim=claim, surcharge_of=None, owed_at=refund.owed_at).exclude(
        provider__in=NOT_LATE
    )
    written = Refund.objects.filter(surcharge_of__in=same_debt).exclude(status=Status.REVERSED)
    if written.filter(surcharge_of=refund).exists():
        return None
    rules = rulebook(claim.marketplace_id, claim.policy_version, claim.snapshot.opening.country)
    known = sum(minor for minor in written.values_list("amount_minor", flat=True))
    amount = _certain(claim, list(same_debt), refund.owed_at, rules, now) - Money(known, refund.currency)
    if not amount.is_positive or refund.settled_at is None:
        return None
    due = Refund.objects.create(
        claim=claim,
        owed_at=refund.settled_at,
        surcharge_of=refund,
        provider=provider_of_surcharge(refund.currency),
        currency=amount.currency,
        amount_minor=amount.minor,
        status=Status.DUE,
        requested_at=now,
        pay_from=refund.settled_at,
        pay_until=refund.settled_at,
    )
    tell_buyer(due, "surcharge_due", now=now)
    return due


def _certain(
    claim: Claim, paid: list[Refund], owed_at: dt.datetime, rules: Rulebook, now: dt.datetime
) -> Money:
    zero = Money.zero(claim.currency)
    term = refund_term(replace(claim.snapshot, state_since=owed_at), rules)
    calendar = rules.calendar
    found = lateness_of(days_paid(paid, calendar), zero, term, calendar.local_date(now), rules.law)
    return zero if found is None else found.certain


def order_surcharge(refund_id: UUID, *, by: Actor, now: dt.datetime | None = None) -> Refund:
    """Have a surcharge paid: it leaves at once, or once a second person has approved it above the policy's limit.

    Ordering it again changes nothing for who did. Raises SurchargeAlreadyOrdered.
    """
    now = now or clock.now()
    with transaction.atomic():
        claim, refund = locked(refund_id)
        if refund.is_surcharge and refund.ordered_by_id is not None and refund.ordered_by_id == by.id:
            return refund
        if refund.status != Status.DUE:
            raise SurchargeAlreadyOrdered
        policy = rulebook(claim.marketplace_id, claim.policy_version, claim.snapshot.opening.country).policy
        waits = needs_second_person(refund.amount, policy.refund.approve_above, policy.place.currency)
        refund.ordered_by_id, refund.failure = by.id, ""
        refund.status = Status.REQUESTED if waits else Status.APPROVED
        refund.approved_at = None if waits else now
        refund.save(update_fields=["ordered_by", "failure", "status", "approved_at"])
    return refund
