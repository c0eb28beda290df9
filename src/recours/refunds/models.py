"""Refunds: money on its way back. One row is one ledger entry, one provider call, one key, with its own status.

The triggers installed by this app's migrations move the `refunded` counters of payments, lines and shipping with every
refund, and the CHECK constraints on those counters refuse more than was captured, whoever asks and however often.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.rules.money import Money


class Refund(models.Model):
    """Money owed to a buyer, from the moment it is intended.

    `owed_at` is the instant the claim began to owe it: there is one row for one debt and one payment, for ever, and a
    refund that failed is tried again in the same row. `key` is sent with every try, so that a provider can never pay
    twice for one row. An amount counts against what was captured from its first day until it fails or is cancelled.
    `payment` is empty where the marketplace named none; the order's lines guard the amount then.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested"
        SUBMITTED = "submitted"
        SUCCEEDED = "succeeded"
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
    submitted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    failure = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "owed_at", "payment"], nulls_distinct=False, name="refund_once_per_debt"
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="provider_refund_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["pay_until", "id"],
                condition=Q(status__in=["requested", "submitted", "failed"]),
                name="refund_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount_minor} {self.currency} {self.status}"

    @property
    def amount(self) -> Money:
        return Money(minor=self.amount_minor, currency=self.currency)


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
