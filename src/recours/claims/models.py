"""The claim as rows: its present state, its events, its evidence, and what the desk notes for itself.

`Claim.snapshot` is the whole claim as the rules see it; the other columns repeat what is searched, sorted or
guarded by the database. Both are written together, by `claims.commands.store` alone, and `recours verify` proves
that they equal the replay of the events.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.claims.fields import StructField
from recours.rules.lifecycle import claim as rules
from recours.rules.lifecycle.vocabulary import About, Ground, Resolution, Role, State
from recours.rules.money import Money


def _choices(
    words: type[State] | type[Ground] | type[Role] | type[About] | type[Resolution],
) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


_ONE_PLACE = Q(claim__isnull=False, draft__isnull=True) | Q(claim__isnull=True, draft__isnull=False)


class Claim(models.Model):
    """One complaint of a buyer. `due_at` is when silence next does something; `sort_at` orders queues."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    policy_version = models.PositiveIntegerField()
    buyer = models.ForeignKey(
        "marketplaces.Buyer", on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    shop = models.ForeignKey(
        "marketplaces.Shop", null=True, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    order = models.ForeignKey(
        "marketplaces.Order", null=True, on_delete=models.PROTECT, related_name="claims"
    )
    payment = models.ForeignKey(
        "marketplaces.Payment", null=True, on_delete=models.PROTECT, related_name="claims"
    )
    conversation = models.OneToOneField(
        "conversations.Conversation", null=True, on_delete=models.PROTECT, related_name="claim"
    )
    creation_key = models.UUIDField()
    title = models.CharField(max_length=300)
    """Of its first article."""
    more_articles = models.PositiveIntegerField(default=0, db_default=0)
    """How many articles it is about besides that one."""
    about = models.CharField(max_length=8, choices=_choices(About))
    ground = models.CharField(max_length=20, choices=_choices(Ground))
    state = models.CharField(max_length=20, choices=_choices(State))
    resolution = models.CharField(max_length=20, choices=_choices(Resolution), blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_party = models.CharField(max_length=11, choices=_choices(Role), blank=True)
    sort_at = models.DateTimeField()
    appealed = models.BooleanField(default=False)
    overdue = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    disputed_minor = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    head_hash = models.BinaryField(max_length=32)
    snapshot = StructField(rules.Claim)
    parked_at = models.DateTimeField(null=True)
    parked_because = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["buyer", "creation_key"], name="claim_sent_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=~Q(state=State.CLOSED), name="one_open_claim_per_payment"
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_at__isnull=True)),
                name="closed_claims_have_a_closing_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(due_at__isnull=False, parked_at__isnull=True),
                name="claim_due",
            ),
            # Of what everybody says the search finds the latest.
            models.Index(fields=["marketplace", "-opened_at", "-id"], name="claim_latest"),
            # The ground comes last: a filter on it is answered inside the index, without visiting the rows.
            models.Index(fields=["marketplace", "state", "sort_at", "id", "ground"], name="claim_desk_queue"),
            models.Index(
                fields=["marketplace", "state", "sort_at", "id", "ground"],
                condition=Q(overdue=True),
                name="claim_desk_overdue",
            ),
            models.Index(
                fields=["marketplace", "parked_at", "id"],
                condition=Q(parked_at__isnull=False),
                name="claim_desk_parked",
            ),
            models.Index(
                fields=["marketplace", "sort_at", "id"],
                condition=Q(appealed=True, state=State.WITH_PLATFORM),
                name="claim_desk_appeals",
            ),
            models.Index(
                fields=["assigned_to", "sort_at", "id"],
                condition=Q(assigned_to__isnull=False),
                name="claim_desk_mine",
            ),
            models.Index(
                fields=["marketplace", "sort_at", "id"],
                condition=Q(state=State.CLOSED) & (Q(due_party=Role.AGENT) | Q(overdue=True)),
                name="claim_desk_missing",
            ),
            models.Index(
                fields=["marketplace", "sort_at", "id", "ground"],
                condition=Q(assigned_to__isnull=True, state=State.WITH_PLATFORM),
                name="claim_desk_unassigned",
            ),
            models.Index(
                fields=["marketplace", "sort_at", "id", "ground"],
                condition=Q(overdue=False, due_party=Role.AGENT, state=State.WITH_PLATFORM),
                name="claim_desk_due_soon",
            ),
            models.Index(
                fields=["marketplace", "sort_at", "id", "ground"],
                condition=Q(
                    state__in=(State.AWAITING_RETURN, State.RETURN_IN_TRANSIT, State.REPLACEMENT_DUE)
                ),
                name="claim_desk_parcel",
            ),
            models.Index(fields=["shop", "state", "sort_at", "id"], name="claim_shop_queue"),
            # A shop's figures over a period read this and, for each claim, its first events.
            models.Index(fields=["shop", "opened_at", "id"], name="claim_shop_opened"),
            models.Index(fields=["buyer", "-opened_at", "-id"], name="claim_buyer_recent"),
            models.Index(fields=["id"], condition=Q(state=State.REFUND_DUE), name="claim_refund_due"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def disputed(self) -> Money:
        return Money(minor=self.disputed_minor, currency=self.currency)


class ClaimLine(models.Model):
    """Which order line a claim is about; only one open claim may be about a line at a time."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(
        "marketplaces.OrderLine", on_delete=models.PROTECT, related_name="claim_lines"
    )
    quantity = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order_line"], condition=Q(is_open=True), name="one_open_claim_per_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.order_line_id}"


class ClaimEvent(models.Model):
    """One event: appended, never changed, numbered without gaps, chained by hash to the one before."""

    pk = models.CompositePrimaryKey("claim_id", "seq")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_role = models.CharField(max_length=11, choices=_choices(Role))
    actor_id = models.UUIDField(null=True)
    body = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [
            # The few events that the desk counts, so that counting them never reads the others.
            models.Index(
                fields=["kind", "at"],
                condition=Q(kind__in=["RefundCheckAsked", "RefundConfirmed", "RefundReportedMissing"]),
                name="event_refund_checks",
            ),
            models.Index(fields=["at", "actor_id"], condition=Q(kind="RulingMade"), name="event_rulings"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.seq} {self.kind}"


class Evidence(models.Model):
    """A file that backs a claim, numbered per side: A-1 for the buyer, V-1 for the seller, P-1 for the platform."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    side = models.CharField(max_length=11, choices=_choices(Role))
    number = models.PositiveIntegerField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "side", "number"], name="evidence_number_once"),
        ]

    def __str__(self) -> str:
        return self.exhibit

    LETTERS: ClassVar = {Role.BUYER: "A", Role.SELLER: "V", Role.AGENT: "P"}

    @property
    def exhibit(self) -> str:
        """The number by which letters and rulings cite the file."""
        return f"{self.LETTERS[Role(self.side)]}-{self.number}"


class InternalNote(models.Model):
    """What the desk writes for itself; no page, mail or export of a party may hold it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]


class Draft(models.Model):
    """A dispute that a buyer is still writing: what was answered so far, page by page.

    Its id becomes the claim's creation key, so that sending it twice opens one claim.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    order = models.ForeignKey("marketplaces.Order", null=True, on_delete=models.CASCADE, related_name="+")
    payment = models.ForeignKey("marketplaces.Payment", null=True, on_delete=models.CASCADE, related_name="+")
    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    files = models.ManyToManyField("files.StoredFile", related_name="+")
    saved_at = models.DateTimeField()
    claim = models.ForeignKey(Claim, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "order"],
                condition=Q(claim__isnull=True, order__isnull=False),
                name="one_draft_per_order",
            ),
            models.UniqueConstraint(
                fields=["user", "payment"],
                condition=Q(claim__isnull=True, payment__isnull=False),
                name="one_draft_per_payment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WithdrawalKey(models.Model):
    """A link that was mailed to an order's buyer, and that lets its holder withdraw from this one contract.

    Only the SHA-256 of its secret is kept. It opens nothing else, and nothing at all once `expires_at` has come.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    order = models.ForeignKey(
        "marketplaces.Order", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["order", "made_at"], name="withdrawal_key_of_order")]

    def __str__(self) -> str:
        return str(self.id)


PHONE_LINK_LASTS = dt.timedelta(minutes=15)
PHONE_LINK_USES = 120
"""Openings and sendings: twelve files, each tried a few times, and no more."""


class PhoneLink(models.Model):
    """A way for a telephone to add files without signing in: one person's, to one side of one claim or to one draft.

    Only the SHA-256 of its secret is kept. It opens nothing else, and nothing at all once `expires_at` has come.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    claim = models.ForeignKey(Claim, null=True, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=11, choices=_choices(Role))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    uses = models.PositiveSmallIntegerField(default=0)
    """How often it was opened and files were sent with it."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="phone_link_leads_to_one_place", condition=_ONE_PLACE),
            models.CheckConstraint(
                name="phone_link_is_short_lived",
                condition=Q(expires_at__gt=models.F("made_at"))
                & Q(expires_at__lte=models.F("made_at") + models.Value(PHONE_LINK_LASTS)),
            ),
            models.CheckConstraint(
                name="phone_link_used_within_reason", condition=Q(uses__lte=PHONE_LINK_USES)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Upload(models.Model):
    """One file that was sent by itself, under a key that its browser made: sent again, it is still one file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField()
    claim = models.ForeignKey(Claim, null=True, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=11, choices=_choices(Role))
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(PhoneLink, null=True, on_delete=models.SET_NULL, related_name="uploads")
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="upload_went_to_one_place", condition=_ONE_PLACE),
            models.UniqueConstraint(
                fields=["claim", "side", "key"],
                condition=Q(claim__isnull=False),
                name="upload_once_per_claim",
            ),
            models.UniqueConstraint(
                fields=["draft", "key"], condition=Q(draft__isnull=False), name="upload_once_per_draft"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class ReminderMark(models.Model):
    """How far reminders have been given: one row for each number of days that they come ahead of a deadline."""

    ahead_days = models.PositiveSmallIntegerField(primary_key=True)
    up_to = models.DateTimeField()
    """Deadlines up to this instant and so many days have been reminded of."""

    def __str__(self) -> str:
        return f"{self.ahead_days} days ahead of {self.up_to}"
