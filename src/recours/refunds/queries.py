"""Reading refunds: those of a claim, those to be paid, what was promised, and what being late costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from msgspec import Struct
from msgspec.structs import replace

from recours.claims.models import ClaimEvent
from recours.claims.queries import PAGE, OpenedClaim
from recours.refunds.models import (
    CREDIT,
    Chargeback,
    PayoutAccount,
    ProviderEvent,
    Refund,
    StoreCredit,
    TransferFile,
)
from recours.rules import surcharge
from recours.rules.access import Identity
from recours.rules.entitlement import RefundWindow, late_refund_table
from recours.rules.law import Law
from recours.rules.lifecycle.deadlines import refund_term
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.vocabulary import Remedy, Role, State
from recours.rules.money import Money
from recours.rules.windows import Calendar

Status = Refund.Status

OPEN = (Status.REQUESTED, Status.APPROVED, Status.SUBMITTED, Status.PENDING, Status.FAILED)
"""What somebody still has to do something about."""


class RefundNotVisible(Exception):
    """There is no such refund for this identity."""


class RefundPromise(Struct, frozen=True, kw_only=True):
    """When the money comes. `term` holds every date with its trace; `refunds` are oldest first.

    `owed` is what has not been paid yet; `paid_at` the instant of the last payment, once nothing is owed.
    """

    owed_at: dt.datetime
    term: RefundWindow
    owed: Money
    refunds: tuple[Refund, ...]
    is_overdue: bool

    @property
    def has_failed(self) -> bool:
        return any(refund.status == Status.FAILED for refund in self.refunds)

    @property
    def paid_at(self) -> dt.datetime | None:
        if self.owed.minor > 0:
            return None
        return max((refund.settled_at for refund in self.refunds if refund.settled_at), default=None)

    def paid_on(self, calendar: Calendar) -> list[tuple[Money, dt.date]]:
        """Return what reached the buyer, each part with its day of the marketplace."""
        return days_paid(self.refunds, calendar)


def days_paid(refunds: Iterable[Refund], calendar: Calendar) -> list[tuple[Money, dt.date]]:
    """Return what reached the buyer of these refunds, each with its day of the marketplace."""
    return [
        (refund.amount, calendar.local_date(refund.settled_at))
        for refund in refunds
        if refund.status == Status.SUCCEEDED and refund.settled_at is not None
    ]


def refunds_of(opened: OpenedClaim) -> list[Refund]:
    """Return the refunds of a claim that its viewer may see, and what the law added to late ones, oldest first."""
    found = Refund.objects.filter(claim_id=opened.row.pk).select_related("payment")
    return list(found.order_by("owed_at", "requested_at", "id"))


def promise(opened: OpenedClaim, refunds: list[Refund] | None = None) -> RefundPromise | None:
    """Return when the refund that is due, or was paid last, is to reach the buyer; None while none is owed in money.

    `refunds` spares a query to who has them already.
    """
    refunds = refunds_of(opened) if refunds is None else refunds
    refunds = [refund for refund in refunds if not refund.is_surcharge and refund.provider != CREDIT]
    claim = opened.claim
    if claim.state is State.REFUND_DUE and claim.agreed is not None and claim.agreed.remedy is Remedy.CREDIT:
        return None
    if claim.state is State.REFUND_DUE:
        owed_at = claim.state_since
    elif refunds and claim.state is State.CLOSED:
        owed_at = refunds[-1].owed_at
    else:
        return None
    mine = tuple(refund for refund in refunds if refund.owed_at == owed_at)
    owed = owed_amount(claim) if claim.state is State.REFUND_DUE else Money.zero(claim.disputed.currency)
    term = refund_term(replace(claim, state_since=owed_at), opened.rules)
    return RefundPromise(
        owed_at=owed_at,
        term=term,
        owed=owed,
        refunds=mine,
        is_overdue=owed.minor > 0 and opened.now >= term.latest.due_at,
    )


def late(
    opened: OpenedClaim, today: dt.date, promised: RefundPromise | None = None
) -> surcharge.Lateness | None:
    """Return what the law adds to a refund that is late on `today` (a day of the marketplace), and what it adds next.

    What was paid late keeps what it had come to on the day it was paid; what is still owed goes on. None while nothing
    is late, where the law sets no surcharge, and while nothing is owed. `promised` spares a query to who has it.
    """
    promised = promise(opened) if promised is None else promised
    if promised is None:
        return None
    return lateness_of(
        promised.paid_on(opened.rules.calendar), promised.owed, promised.term, today, opened.rules.law
    )


def lateness_of(
    parts: list[tuple[Money, dt.date]], owed: Money, term: RefundWindow, today: dt.date, law: Law | None
) -> surcharge.Lateness | None:
    """Return what the law adds to a debt that was to be paid within `term`; None where it sets no surcharge."""
    table = late_refund_table(term.right.key) if term.right else None
    if law is None or term.law_latest is None or table is None:
        return None
    try:
        return surcharge.lateness(parts, owed, term.law_latest.last_on, today, law, table)
    except surcharge.NoSurcharge:
        return None


ANSWERS_WITHIN = {Status.SUBMITTED: dt.timedelta(hours=1), Status.PENDING: dt.timedelta(days=5)}
"""How long a refund is in its provider's hands before somebody looks: banks take five working days at most."""


def is_stuck(refund: Refund, now: dt.datetime) -> bool:
    """Whether a refund has been under way for longer than its provider needs."""
    within = ANSWERS_WITHIN.get(Status(refund.status))
    return within is not None and refund.submitted_at is not None and refund.submitted_at <= now - within


def stuck(now: dt.datetime) -> Q:
    """Which refunds are stuck, as a condition."""
    found = Q(pk=None)
    for status, within in ANSWERS_WITHIN.items():
        found |= Q(status=status, submitted_at__lte=now - within)
    return found


class Checks(Struct, frozen=True, kw_only=True):
    """How many claims' buyers were asked whether their refund came, said that it did, and that it did not."""

    asked: int
    came: int
    missing: int


def checks_at(identity: Identity, since: dt.datetime) -> Checks:
    """Count what buyers said of their refunds since then, at the desks of this person; one query."""
    kinds = {"asked": "RefundCheckAsked", "came": "RefundConfirmed", "missing": "RefundReportedMissing"}
    rows = ClaimEvent.objects.filter(
        kind__in=kinds.values(), at__gte=since, claim__marketplace_id__in=identity.agent_of
    )
    counts = {name: Count("claim_id", distinct=True, filter=Q(kind=kind)) for name, kind in kinds.items()}
    return Checks(**rows.aggregate(**counts))


def payable_by(identity: Identity) -> QuerySet[Refund]:
    """Return the refunds that exist for this viewer as one who pays: those of the marketplaces they are an agent of.

    Nobody pays a refund of their own, nor one of a shop they work for.
    """
    rows = Refund.objects.filter(claim__marketplace_id__in=identity.agent_of)
    if identity.buyer_ids:
        rows = rows.exclude(claim__buyer_id__in=identity.buyer_ids)
    return rows.exclude(claim__shop_id__in=identity.shop_ids) if identity.shop_ids else rows


def refunds_to_pay(
    identity: Identity,
    *,
    statuses: tuple[Status, ...] = OPEN,
    which: Q | None = None,
    after: tuple[dt.datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Refund]:
    """Return a page of refunds that are not paid yet, the most overdue first; one row more when there is a next page.

    Continued `after` the last row's (pay_until, id).
    """
    rows = payable_by(identity).filter(which or Q(), status__in=statuses)
    if after is not None:
        later = Q(pay_until__gt=after[0]) | Q(pay_until=after[0], id__gt=after[1])
        rows = rows.filter(later, pay_until__gte=after[0])
    rows = rows.select_related("claim__buyer", "claim__shop", "payment").defer("claim__snapshot")
    return list(rows.order_by("pay_until", "id")[: limit + 1])


def refund_for(identity: Identity, refund_id: UUID) -> Refund:
    """Fetch one refund as one who pays it. Raises RefundNotVisible, the same for one of others as for none."""
    found = (
        payable_by(identity)
        .filter(pk=refund_id)
        .select_related("claim__buyer", "payment", "approved_by", "ordered_by", "surcharge_of")
        .first()
    )
    if found is None:
        raise RefundNotVisible
    return found


def ready_for_transfer(now: dt.datetime, identity: Identity | None = None) -> QuerySet[Refund]:
    """Return the refunds that the next transfer file takes: approved, due, not frozen, with an account, in no file yet.

    With an identity, what that person may pay, and did not approve.
    """
    rows = Refund.objects.all() if identity is None else payable_by(identity)
    if identity is not None and identity.user_id is not None:
        rows = rows.filter(Q(approved_by=None) | ~Q(approved_by=identity.user_id))
    frozen = Chargeback.objects.filter(payment=OuterRef("payment"), status=Chargeback.Status.OPEN)
    given = PayoutAccount.objects.filter(claim=OuterRef("claim"))
    return rows.filter(
        ~Exists(frozen),
        Exists(given),
        provider="sepa",
        status=Status.APPROVED,
        pay_from__lte=now,
        currency="EUR",
        transfer=None,
    )


def needs_account(claim_id: UUID) -> bool:
    """Whether a transfer of this claim is still to be put into a file."""
    waiting = Refund.objects.filter(claim_id=claim_id, provider="sepa", transfer=None)
    return waiting.filter(status__in=(Status.REQUESTED, Status.APPROVED)).exists()


def is_account_in_use(claim_id: UUID) -> bool:
    """Whether the bank has a transfer of this claim and has not said how it ended."""
    sent = Refund.objects.filter(claim_id=claim_id, transfer__isnull=False)
    return sent.filter(status__in=(Status.SUBMITTED, Status.PENDING)).exists()


def account_of(claim_id: UUID) -> PayoutAccount | None:
    """Return the account that the transfers of a claim go to."""
    return PayoutAccount.objects.filter(claim_id=claim_id).order_by("-id").first()


def claims_with_account(claim_ids: list[UUID]) -> set[UUID]:
    """Return which of these claims have been given an account."""
    return set(PayoutAccount.objects.filter(claim_id__in=claim_ids).values_list("claim_id", flat=True))


def transfer_files(identity: Identity) -> QuerySet[TransferFile]:
    """Return the files whose every refund is of a marketplace that this person is an agent of, without their bytes."""
    others = Refund.objects.filter(transfer__file=OuterRef("pk")).exclude(
        claim__marketplace_id__in=identity.agent_of
    )
    return TransferFile.objects.filter(~Exists(others)).defer("content")


def unexplained_transfers(identity: Identity) -> QuerySet[ProviderEvent]:
    """Return what the bank's files said that agrees with nothing, until somebody has looked into it, newest first.

    Of refunds, this person's alone.
    """
    told = ProviderEvent.objects.filter(provider="sepa", verdict="unexplained", handled_at=None)
    mine = Q(refund=None) | Q(refund__claim__marketplace_id__in=identity.agent_of)
    return told.filter(mine).order_by("-pk")


class CreditNotVisible(Exception):
    """There is no such store credit for this identity."""


def credits_of(opened: OpenedClaim) -> list[StoreCredit]:
    """Return the store credit of a claim, oldest first, for who may know its code: the buyer and the desk."""
    if opened.role is Role.SELLER:
        return []
    found = StoreCredit.objects.filter(
        claim_id=opened.row.pk, refund__status__in=(Status.SUCCEEDED, Status.REVERSED)
    )
    return list(found.order_by("issued_at", "id"))


def credit_for(identity: Identity, credit_id: UUID) -> StoreCredit:
    """Fetch one store credit as one who pays it. Raises CreditNotVisible, the same for one of others as for none."""
    mine = payable_by(identity).filter(store_credit=credit_id)
    found = StoreCredit.objects.filter(refund__in=mine).select_related("claim__buyer", "refund").first()
    if found is None:
        raise CreditNotVisible
    return found
