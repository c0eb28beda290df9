"""Marketplace data as the marketplace tells it: shops, buyers, orders, parcels, payments, and policies.

Amounts are integers in the minor unit of the row's ISO 4217 currency. What was *refunded* (or is on its
way) is counted here, beside what was *captured*, because the database itself must refuse more than was
paid: the counters are moved by the triggers of `recours.refunds` and held by the CHECK constraints below.

A foreign key that a unique constraint or an index already begins with has no index of its own.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from recours.rules.holidays import Holiday
from recours.rules.money import Money


class Marketplace(models.Model):
    """A site with a policy, contacts and shops. All its days are counted in `zone`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    return_address = models.TextField(blank=True, db_default="")
    """Where goods go back to for shops that have given no address of their own; postal, one line each."""

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One published version of a marketplace's policy file; never changed, only followed by another."""

    marketplace = models.ForeignKey(
        Marketplace, on_delete=models.PROTECT, related_name="policies", db_index=False
    )
    version = models.PositiveIntegerField()
    source = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "version"], name="policy_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.marketplace_id} v{self.version}"


class Shop(models.Model):
    """A seller's page. `ref` is the marketplace's own identifier; what the shop says of itself is as it gave it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey(
        Marketplace, on_delete=models.PROTECT, related_name="shops", db_index=False
    )
    ref = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True, db_default="")
    address = models.TextField(blank=True, db_default="")
    """Postal, one line each."""
    return_address = models.TextField(blank=True, db_default="")
    """Where goods go back to; postal, one line each. Shown to who sends something back, never on the public page."""
    sells = models.TextField(blank=True, db_default="")
    """What it sells, in its own words."""
    legal_name = models.CharField(max_length=200, blank=True, db_default="")
    registration = models.CharField(max_length=80, blank=True, db_default="")
    """Its number in the trade register, with the register's name: "RCS Lyon 123 456 789"."""
    vat_number = models.CharField(max_length=20, blank=True, db_default="")
    mediator = models.CharField(max_length=200, blank=True, db_default="")
    """The consumer mediator that it belongs to (art. L612-1 of the consumer code)."""
    mediator_url = models.URLField(blank=True, db_default="")
    away_first_on = models.DateField(null=True, blank=True)
    """The holiday that it announces, both days included; its words for buyers, by language. No clock reads it."""
    away_last_on = models.DateField(null=True, blank=True)
    away_fr = models.TextField(blank=True, db_default="")
    away_en = models.TextField(blank=True, db_default="")
    away_zh = models.TextField(blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "ref"], name="shop_ref_once"),
            models.CheckConstraint(
                condition=Q(away_first_on__isnull=True, away_last_on__isnull=True)
                | Q(away_first_on__isnull=False, away_last_on__gte=F("away_first_on")),
                name="shop_away_forwards",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holiday(self) -> Holiday | None:
        """The absence that it announces, past ones included."""
        if self.away_first_on is None or self.away_last_on is None:
            return None
        return Holiday(
            first_on=self.away_first_on,
            last_on=self.away_last_on,
            fr=self.away_fr,
            en=self.away_en,
            zh=self.away_zh,
        )


class Buyer(models.Model):
    """A buyer as the marketplace knows them. `user` is set once they signed in with this proven address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey(
        Marketplace, on_delete=models.PROTECT, related_name="buyers", db_index=False
    )
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="buyers"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "email"], name="buyer_email_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="buyer_email_folded"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Order(models.Model):
    """What was bought from one shop in one go. Shipping is captured for the order, goods for each line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey(Marketplace, on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders", db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    number = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    shipping_captured_minor = models.BigIntegerField(default=0)
    shipping_refunded_minor = models.BigIntegerField(default=0, db_default=0)
    shipping_standard_minor = models.BigIntegerField(null=True)
    """What the least expensive standard delivery would have cost; null where the marketplace did not tell."""
    withdrawal_told = models.BooleanField(default=True, db_default=True)
    """Whether the buyer was told of the right to withdraw, as the marketplace says."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=Q(shipping_standard_minor__isnull=True) | Q(shipping_standard_minor__gte=0),
                name="shipping_standard_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(shipping_refunded_minor__gte=0)
                & Q(shipping_refunded_minor__lte=F("shipping_captured_minor")),
                name="shipping_refunded_within_captured",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-ordered_at", "-id"], name="order_buyer_recent"),
            models.Index(fields=["shop", "ordered_at"], name="order_shop_period"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shipping_refundable(self) -> Money:
        return Money(
            minor=self.shipping_captured_minor - self.shipping_refunded_minor, currency=self.currency
        )

    @property
    def shipping_standard(self) -> Money | None:
        if self.shipping_standard_minor is None:
            return None
        return Money(minor=self.shipping_standard_minor, currency=self.currency)


class DeliverySource(models.TextChoices):
    """Who says that a parcel arrived; shown beside the date, because the claim's clock starts there."""

    PLATFORM = "platform"
    CARRIER = "carrier"
    BUYER = "buyer"
    FALLBACK = "fallback"


class Parcel(models.Model):
    """A parcel of an order. `promised_on` is the last day of the promised delivery."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels", db_index=False)
    ref = models.CharField(max_length=64)
    carrier = models.CharField(max_length=64, blank=True)
    tracking = models.CharField(max_length=64, blank=True)
    shipped_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    delivery_source = models.CharField(max_length=8, choices=DeliverySource, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "ref"], name="parcel_ref_once"),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True) | ~Q(delivery_source=""),
                name="delivery_date_has_source",
            ),
        ]

    def __str__(self) -> str:
        return self.tracking or self.ref


class OrderLine(models.Model):
    """One article of an order. `captured_minor` is what was paid for the whole quantity, less discounts."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    parcel = models.ForeignKey(Parcel, null=True, blank=True, on_delete=models.SET_NULL, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0, db_default=0)
    exclusion = models.CharField(max_length=20, blank=True, db_default="")
    """Of `rules.withdrawing.Exclusion`: why it cannot be withdrawn from, as its seller says; empty for most."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(refunded_minor__lte=F("captured_minor")),
                name="line_refunded_within_captured",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def captured(self) -> Money:
        return Money(minor=self.captured_minor, currency=self.currency)

    @property
    def refundable(self) -> Money:
        return Money(minor=self.captured_minor - self.refunded_minor, currency=self.currency)


class Payment(models.Model):
    """A charge on a buyer's means of payment; `order` is empty when no purchase came of it."""

    class Status(models.TextChoices):
        CAPTURED = "captured"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey(Marketplace, on_delete=models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="payments", db_index=False)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    ref = models.CharField(max_length=100)
    method = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.CAPTURED)
    captured_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "ref"], name="payment_ref_once"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(refunded_minor__lte=F("captured_minor")),
                name="payment_refunded_within_captured",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-captured_at", "-id"], name="payment_buyer_recent"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def refundable(self) -> Money:
        return Money(minor=self.captured_minor - self.refunded_minor, currency=self.currency)
