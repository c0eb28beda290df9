"""A second person looks at a large refund before it leaves."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from recours import clock
from recours.claims.models import Claim, ClaimEvent
from recours.refunds.commands.locking import locked
from recours.refunds.models import Refund
from recours.refunds.queries import account_of
from recours.refunds.refusals import AccountChanged, ApprovalNotAsked, ReasonMissing, SecondPersonNeeded
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

Status = Refund.Status

DECIDED = ("RulingMade", "OfferMade")
"""What an agent does that makes a claim owe: who did one of these is not the second person."""
PARTIES = (Role.BUYER, Role.SELLER)
BY_TRANSFER = ("manual", "sepa")
"""Who pays to an account that the buyer gives, and may change."""


def approve(
    refund_id: UUID, *, by: Actor, seen_account: str | None = None, now: dt.datetime | None = None
) -> Refund:
    """Let a refund leave that waits for a second person; approving it again changes nothing.

    `seen_account` is the key of the account that the approver's page showed, empty for none: what is approved is this
    sum to this account. Raises SecondPersonNeeded for who ruled or proposed it, ApprovalNotAsked when it does not wait
    for anybody, AccountChanged.
    """
    with transaction.atomic():
        claim, refund = locked(refund_id)
        if refund.approved_by_id is not None and refund.approved_by_id == by.id:
            return refund
        if refund.status != Status.REQUESTED:
            raise ApprovalNotAsked
        _must_be_second(claim, refund, by)
        if seen_account is not None and seen_account != account_key(claim.pk):
            raise AccountChanged
        refund.status = Status.APPROVED
        refund.approved_at, refund.approved_by_id = now or clock.now(), by.id
        refund.save(update_fields=["status", "approved_at", "approved_by"])
    return refund


def refuse(refund_id: UUID, *, by: Actor, reason: str) -> Refund:
    """Keep a refund from leaving, with the reason; the claim still owes it, and it can be started again.

    What the law adds stays due: whoever is at the desk can have it paid again.

    Raises ReasonMissing, SecondPersonNeeded, ApprovalNotAsked.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    with transaction.atomic():
        claim, refund = locked(refund_id)
        if refund.status != Status.REQUESTED:
            raise ApprovalNotAsked
        _must_be_second(claim, refund, by)
        refund.status, refund.failure = (Status.DUE if refund.is_surcharge else Status.CANCELLED), reason
        refund.ordered_by = None
        refund.save(update_fields=["status", "failure", "ordered_by"])
    return refund


def account_key(claim_id: UUID) -> str:
    """Return what names the account that a claim's transfers go to; empty while there is none."""
    account = account_of(claim_id)
    return str(account.pk) if account is not None else ""


def approve_anew(claim_id: UUID) -> int:
    """Have what a person approved, and has not left, wait for a second person again: its account is another now.

    What failed waits once it is started again. Under the claim's lock, in the caller's transaction; return how many.
    """
    approved = Refund.objects.filter(
        claim_id=claim_id, approved_by__isnull=False, provider__in=BY_TRANSFER,
        status__in=(Status.APPROVED, Status.FAILED, Status.CANCELLED),
    )  # fmt: skip
    asked_again = Case(When(status=Status.APPROVED, then=Value(Status.REQUESTED)), default=F("status"))
    return approved.update(status=asked_again, approved_at=None, approved_by=None)


def may_approve(claim: Claim, refund: Refund, user_id: UUID | None) -> bool:
    """Whether this agent had no part in deciding that the money is owed, or in having it paid.

    Who ever acted for a party has none to play at the desk, even after leaving the shop: the history remembers it when
    the memberships do not.
    """
    if user_id is None:
        return False
    done = ClaimEvent.objects.filter(claim=claim, actor_id=user_id)
    if refund.is_surcharge:  # it is owed by the law, whoever decided the rest
        return user_id != refund.ordered_by_id and not done.filter(actor_role__in=PARTIES).exists()
    decided = Q(kind__in=DECIDED, actor_role=Role.AGENT)
    return not done.filter(decided | Q(actor_role__in=PARTIES)).exists()


def _must_be_second(claim: Claim, refund: Refund, by: Actor) -> None:
    if not may_approve(claim, refund, by.id):
        raise SecondPersonNeeded
