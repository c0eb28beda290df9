"""Transfers: the account that a buyer gives, and the file for the bank that a refund is in once and for ever."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast

from recours import clock
from recours.claims.models import Claim
from recours.marketplaces.models import Payment
from recours.refunds.commands.approving import approve_anew
from recours.refunds.models import PayoutAccount, Refund, Transfer, TransferFile
from recours.refunds.providers.sepa.accounts import read_iban
from recours.refunds.providers.sepa.provider import is_set_up
from recours.refunds.providers.sepa.writing import NAME_LENGTH, Account, Line, write
from recours.refunds.queries import is_account_in_use, needs_account, ready_for_transfer
from recours.refunds.refusals import AccountInUse, AccountNotAsked, HolderMissing, NothingToTransfer
from recours.rules.access import Identity

MOST_TRANSFERS = 2000
"""In one file; the rest is for the next."""

Status = Refund.Status


def give_account(
    claim_id: UUID, *, holder: str, iban: str, by: UUID | None, now: dt.datetime | None = None
) -> PayoutAccount:
    """Write down where the transfers of a claim go; the last account given counts.

    What a second person approved for the one before waits for a second person again.

    Giving the same again changes nothing. Raises HolderMissing, IbanMalformed, IbanMistyped, IbanNotReachable,
    AccountNotAsked when no transfer waits for one, AccountInUse while a file with one is at the bank.
    """
    holder = " ".join(holder.split())[:NAME_LENGTH]
    if not holder:
        raise HolderMissing
    number = read_iban(iban)
    with transaction.atomic():
        # Whoever makes a file holds the claim too, so that a file has the account before this or after it.
        Claim.objects.select_for_update().get(pk=claim_id)
        if is_account_in_use(claim_id):
            raise AccountInUse
        if not needs_account(claim_id):
            raise AccountNotAsked
        last = PayoutAccount.objects.filter(claim_id=claim_id).order_by("-id").first()
        if last is not None and (last.holder, last.iban) == (holder, number):
            return last
        if last is not None:
            approve_anew(claim_id)
        return PayoutAccount.objects.create(
            claim_id=claim_id, holder=holder, iban=number, given_at=now or clock.now(), given_by_id=by
        )


def make_transfer_file(identity: Identity | None = None, *, now: dt.datetime | None = None) -> TransferFile:
    """Put the refunds that are ready into a file for the bank; `identity` limits it to what that person may pay.

    In one transaction: lock claims, refunds and payments, each in the order of their keys; look again; write the file
    and a row for each refund in it; mark them as sent. Who comes at the same time waits, and finds nothing.
    Raises NothingToTransfer.
    """
    now = now or clock.now()
    if not is_set_up():
        raise NothingToTransfer
    with transaction.atomic():
        refunds = _locked(ready_for_transfer(now, identity))
        if not refunds:
            raise NothingToTransfer
        accounts = _accounts(refunds)
        made = _file(refunds, accounts, now)
        made.made_by_id = identity.user_id if identity else None
        made.save(force_insert=True)
        Transfer.objects.bulk_create(
            Transfer(refund=refund, file=made, account=accounts[refund.claim_id]) for refund in refunds
        )
        sent = Refund.objects.filter(pk__in=[refund.pk for refund in refunds])
        # "Submitted" on the way: that is where the database refuses what is frozen.
        sent.update(status=Status.SUBMITTED, submitted_at=now, asked_at=now, provider_ref=_end_to_end())
        sent.update(status=Status.PENDING)
    return made


def _locked(ready: QuerySet[Refund]) -> list[Refund]:
    wanted = dict(ready.order_by("pay_until", "id").values_list("pk", "claim_id")[:MOST_TRANSFERS])
    list(
        Claim.objects.filter(pk__in=set(wanted.values())).order_by("pk").select_for_update().values_list("pk")
    )
    held = list(Refund.objects.filter(pk__in=wanted).order_by("pk").select_for_update())
    payments = Payment.objects.filter(pk__in={refund.payment_id for refund in held if refund.payment_id})
    list(payments.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    found = ready.filter(pk__in=wanted).select_related("claim").defer("claim__snapshot")
    return list(found.order_by("pay_until", "id"))


def _accounts(refunds: list[Refund]) -> dict[UUID, PayoutAccount]:
    given = PayoutAccount.objects.filter(claim_id__in={refund.claim_id for refund in refunds})
    return {account.claim_id: account for account in given.order_by("id")}


def _file(refunds: list[Refund], accounts: dict[UUID, PayoutAccount], now: dt.datetime) -> TransferFile:
    made_at = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    key = uuid4()
    message_id = f"REC{made_at:%Y%m%d}{key.hex[:20].upper()}"
    content = write(
        [
            Line(
                end_to_end=refund.key.hex,
                minor=refund.amount_minor,
                holder=accounts[refund.claim_id].holder,
                iban=accounts[refund.claim_id].iban,
                remark=f"{'Majoration' if refund.is_surcharge else 'Remboursement'} {refund.claim.reference}",
            )
            for refund in refunds
        ],
        message_id=message_id,
        made_at=made_at,
        execute_on=made_at.date() + dt.timedelta(days=1),
        account=Account(name=settings.SEPA_NAME, iban=settings.SEPA_IBAN, bic=settings.SEPA_BIC),
        message=settings.SEPA_MESSAGE,
    )
    return TransferFile(
        id=key,
        message_id=message_id,
        made_at=now,
        count=len(refunds),
        total_minor=sum(refund.amount_minor for refund in refunds),
        currency="EUR",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _end_to_end() -> Func:
    """The key as the file writes it: 32 signs."""
    return Func(
        Cast(F("key"), CharField()), Value("-"), Value(""), function="replace", output_field=CharField()
    )
