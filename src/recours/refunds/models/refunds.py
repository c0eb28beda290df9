"""Refunds: money on its way back, and what providers and banks told of it.

One row is one debt and one payment, one provider call, one key, with its own status.

The triggers installed by this app's migrations move the `refunded` counters of payments, lines and shipping with every
refund, and the CHECK constraints on those counters refuse more than was captured, whoever asks and however often.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from recours.rules.money import Money
from recours.rules.patience import Failing

CREDIT = "credit"
"""Who settles what the buyer accepted as store credit: nobody moves money, a code is issued."""
BANK = "bank"
"""Who paid what a lost chargeback gave back: a provider that nobody calls, and no debt that was prepared."""


class Refund(models.Model):
    """Money owed to a buyer, from the moment it is intended.

    It is `requested`, then `approved` (by a second person above the policy's limit), `submitted` to its provider, and
    `pending` while the provider says so. It ends `succeeded`, `failed` or `cancelled`; what had succeeded and came back
    is `reversed`, for ever: it is owed anew, in another row.

    `owed_at` is the instant the claim began to owe it: there is one row for one debt and one payment, for ever, and a
    refund that failed is tried again in the same row. `key` is sent with every try, so that a provider can never pay
    twice for one row. An amount counts against what was captured from its first day until it fails or is cancelled.
    `approved_by` is empty where the policy asked for nobody. `submitted_at` is when the present try began, `asked_at`
    when its provider was last asked about it, `alerted_at` when the desk was told that it is stuck, `account_asked_at`
    and `account_reminded_at` when the buyer was told that it waits for their account. `payment` is empty where the
    marketplace named none; the order's lines guard the amount then.

    Where `provider` is `credit` no money moves: the buyer accepted store credit (`StoreCredit`), which counts against
    what was paid like money that goes back.

    `surcharge_of` is set on what the law adds to a refund that was paid late: a debt beside what was paid, which goes
    to no payment and counts against none. It is `due` until somebody at the desk (`ordered_by`) has it paid, and then
    goes the way of every refund.
    """

    class Status(models.TextChoices):
        DUE = "due"
        REQUESTED = "requested"
        APPROVED = "approved"
        SUBMITTED = "submitted"
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        REVERSED = "reversed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="refunds")
    owed_at = models.DateTimeField()
    payment = models.ForeignKey(
        "marketplaces.Payment", null=True, on_delete=models.PROTECT, related_name="refunds"
    )
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.REQUESTED)
    requested_at = models.DateTimeField()
    pay_from = models.DateTimeField()
    pay_until = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    alerted_at = models.DateTimeField(null=True)
    account_asked_at = models.DateTimeField(null=True)
    account_reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    failure = models.TextField(blank=True)
    surcharge_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="surcharges", db_index=False
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "owed_at", "payment"],
                condition=~Q(provider=BANK) & Q(surcharge_of__isnull=True),
                nulls_distinct=False,
                name="refund_once_per_debt",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="provider_refund_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "submitted"]) | Q(approved_at__isnull=False),
                name="refund_approved_before_sent",
            ),
            models.UniqueConstraint(
                fields=["surcharge_of"], condition=~Q(status="reversed"), name="surcharge_once_per_refund"
            ),
            models.CheckConstraint(
                condition=Q(surcharge_of__isnull=True) | Q(payment__isnull=True),
                name="surcharge_takes_from_no_payment",
            ),
            models.CheckConstraint(
                condition=~Q(status="due") | Q(surcharge_of__isnull=False),
                name="only_surcharges_wait_to_be_ordered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["pay_until", "id"],
                condition=Q(status__in=["requested", "approved", "submitted", "pending", "failed"]),
                name="refund_open",
            ),
            # What the desk must look into: which failed, and which have been under way for too long.
            models.Index(
                fields=["status", "submitted_at", "claim"],
                condition=Q(status__in=["submitted", "pending", "failed"]),
                name="refund_in_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount_minor} {self.currency} {self.status}"

    @property
    def amount(self) -> Money:
        return Money(minor=self.amount_minor, currency=self.currency)

    @property
    def is_surcharge(self) -> bool:
        """Whether it is what the law adds to another, and not a part of what was paid."""
        return self.surcharge_of_id is not None


class RefundPart(models.Model):
    """What a refund pays back: a share of one order line, or of the order's shipping."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="parts")
    order_line = models.ForeignKey(
        "marketplaces.OrderLine", null=True, on_delete=models.PROTECT, related_name="refund_parts"
    )
    shipping_of = models.ForeignKey(
        "marketplaces.Order", null=True, on_delete=models.PROTECT, related_name="+"
    )
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order_line__isnull=False, shipping_of__isnull=True)
                | Q(order_line__isnull=True, shipping_of__isnull=False),
                name="refund_part_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.amount_minor}"


class Chargeback(models.Model):
    """A payment that the buyer's bank takes back while it looks into it, and for good when the marketplace loses.

    While one is open nothing is sent back to its payment: the database refuses it. Once lost, `unclaimed_minor` of it
    belongs to no claim and counts against the payment, and `twice_minor` went back although a refund had gone too.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        WON = "won"
        LOST = "lost"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey("marketplaces.Payment", on_delete=models.PROTECT, related_name="chargebacks")
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    status = models.CharField(max_length=4, choices=Status, default=Status.OPEN)
    reason = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    unclaimed_minor = models.BigIntegerField(default=0)
    twice_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "provider_ref"], name="chargeback_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="chargeback_amount_positive"),
            models.CheckConstraint(
                condition=Q(unclaimed_minor__gte=0, twice_minor__gte=0), name="chargeback_shares_positive"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payment"], condition=Q(status="open"), name="chargeback_open"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_ref} {self.status}"

    @property
    def amount(self) -> Money:
        return Money(minor=self.amount_minor, currency=self.currency)


class ProviderEvent(models.Model):
    """One thing that a provider told, kept before it is acted on, and acted on once.

    `verdict` is what became of it, empty until then; `why` a key of `hearing.why` for what nobody could explain.
    `handled_because` is what the person found who looked into it.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    told = models.JSONField()
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    verdict = models.CharField(max_length=11, blank=True)
    why = models.CharField(max_length=40, blank=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_because = models.TextField(blank=True, db_default="")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="events")
    chargeback = models.ForeignKey(Chargeback, null=True, on_delete=models.PROTECT, related_name="events")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["heard_at"],
                condition=Q(verdict__in=["", "unexplained"]),
                name="provider_event_to_see",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id} {self.verdict}"


class LedgerEntry(models.Model):
    """So much money that moved from one account (`credit`) to another (`debit`): one row is both halves of an entry.

    Written by triggers alone, in the transaction of what it records, and never changed. Most accounts are of a payment:
    `captured` is where money came from, `refundable` what can still go back, `in_flight` what is on its way,
    `refunded`, `credited` and `charged_back` what the buyer has, as money, as store credit, or through their bank;
    `lost` what went back twice, and `untold` what goes back for a payment that the marketplace never told of.
    `surcharge` is what the law adds to what is late: `surcharge_due` until it is ordered or when it failed, then
    `in_flight`, and `surcharge_paid` once it came.
    """

    class Account(models.TextChoices):
        CAPTURED = "captured"
        UNTOLD = "untold"
        REFUNDABLE = "refundable"
        IN_FLIGHT = "in_flight"
        REFUNDED = "refunded"
        CREDITED = "credited"
        CHARGED_BACK = "charged_back"
        LOST = "lost"
        SURCHARGE = "surcharge"
        SURCHARGE_DUE = "surcharge_due"
        SURCHARGE_PAID = "surcharge_paid"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=12)
    debit = models.CharField(max_length=14, choices=Account)
    credit = models.CharField(max_length=14, choices=Account)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    # Without constraints: a hundred thousand captures are imported at once, and neither is ever deleted.
    payment = models.ForeignKey(
        "marketplaces.Payment",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    refund = models.ForeignKey(
        Refund, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_two_accounts"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payment"], name="ledger_of_payment"),
            models.Index(fields=["refund"], condition=Q(refund__isnull=False), name="ledger_of_refund"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credit} -> {self.debit} {self.amount_minor} {self.currency}"


class Reconciliation(models.Model):
    """Until when a provider's own lists were read to their end."""

    provider = models.CharField(max_length=20, primary_key=True)
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.provider} {self.read_until:%Y-%m-%d %H:%M}"


class ProviderFailing(models.Model):
    """A provider that did not answer its last calls; there is no row for one that did."""

    provider = models.CharField(max_length=20, primary_key=True)
    failures = models.IntegerField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.failures}"

    @property
    def failing(self) -> Failing:
        return Failing(failures=self.failures, since=self.since, last_at=self.last_at, tried_at=self.tried_at)


class PayoutAccount(models.Model):
    """Where a buyer wants transfers to go, for one claim. Rows are never changed: the last one counts."""

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="payout_accounts")
    holder = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"), name="payout_iban_compact"
            ),
            models.CheckConstraint(condition=~Q(holder=""), name="payout_has_holder"),
        ]
        indexes: ClassVar = [models.Index(fields=["claim", "-id"], name="payout_of_claim")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.iban[:4]} {self.iban[-4:]}"


class TransferFile(models.Model):
    """A file of transfers for the bank, byte for byte as it was made: whoever fetches it again gets the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message_id = models.CharField(max_length=35, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    count = models.IntegerField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(count__gt=0, total_minor__gt=0), name="transfer_file_not_empty"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-made_at"], name="transfer_file_newest")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.total_minor} {self.currency}"

    @property
    def total(self) -> Money:
        return Money(minor=self.total_minor, currency=self.currency)


class Transfer(models.Model):
    """A refund in a file. One row for one refund, for ever: what has been in a file is in no other."""

    refund = models.OneToOneField(Refund, primary_key=True, on_delete=models.PROTECT, related_name="transfer")
    file = models.ForeignKey(TransferFile, on_delete=models.PROTECT, related_name="transfers")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="transfers")

    def __str__(self) -> str:
        return f"{self.refund_id} {self.file_id}"
