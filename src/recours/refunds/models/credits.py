"""Store credit: what a buyer accepted instead of money."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from recours.rules.money import Money


class StoreCredit(models.Model):
    """What a buyer accepted instead of money: a code, worth `amount`, until `expires_at` (exclusive).

    There is one for one refund of the provider `credit`, for ever. Who holds the code can spend it, so that only the
    buyer and the desk are shown it. It is `issued` until it is `used` at the marketplace's till or `voided` by the desk
    with a reason, and neither is undone.
    """

    class Status(models.TextChoices):
        ISSUED = "issued"
        USED = "used"
        VOIDED = "voided"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="credits")
    refund = models.OneToOneField("refunds.Refund", on_delete=models.PROTECT, related_name="store_credit")
    code = models.CharField(max_length=20, unique=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=6, choices=Status, default=Status.ISSUED)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True)
    """When the buyer was told that it ends soon."""
    ended_because = models.TextField(blank=True)
    """The reason why it was voided, or what it was spent on."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_amount_positive"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="credit_expires_later"),
            models.CheckConstraint(
                condition=Q(status="issued", ended_at__isnull=True)
                | (~Q(status="issued") & Q(ended_at__isnull=False)),
                name="credit_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="voided") | ~Q(ended_because=""), name="credit_voided_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.amount_minor} {self.currency} {self.status}"

    @property
    def amount(self) -> Money:
        return Money(minor=self.amount_minor, currency=self.currency)
