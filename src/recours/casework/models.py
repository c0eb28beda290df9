"""How the people of a desk share their work: the views they keep, and what they tell one another of a claim.

Nothing here changes a claim: what becomes of one is its events, and `claims` alone writes them.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.claims.fields import StructField
from recours.rules.casework.assigning import Assignment
from recours.rules.casework.filters import Filters
from recours.rules.casework.hours import Hours
from recours.rules.casework.plans import Plan


class SavedView(models.Model):
    """A view of the desk that somebody named: theirs alone, or their whole team's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    filters = StructField(Filters)
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "marketplace", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentRule(models.Model):
    """To whom a desk gives the claims that come before it; the first rule that fits decides."""

    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    says = StructField(Assignment)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "position"], name="assignment_rule_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.marketplace_id} {self.position}"


class Reminder(models.Model):
    """Somebody wants to come back to a claim at an hour of their choosing. Until then it is out of their own list."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    set_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)
    """When its owner was told that the hour had come."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["claim", "user"], name="reminder_once")]
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], condition=Q(rung_at__isnull=True), name="reminder_to_ring")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.user_id} {self.at}"


class Presence(models.Model):
    """Who has a claim's page open at the desk, and who is writing there. Worth nothing a minute later."""

    pk = models.CompositePrimaryKey("claim_id", "user_id")
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} at {self.claim_id}"


class HeldMessage(models.Model):
    """What an agent sent and can still take back: nobody but the desk sees it before it leaves.

    The row goes when the message does, in the transaction that writes it; or when its author takes it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """Of the form it was sent with, and the message's own key when it leaves: sent twice, it is one message."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey("claims.Claim", null=True, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        "conversations.Conversation", null=True, on_delete=models.CASCADE, related_name="+"
    )
    text = models.TextField()
    own_text = models.TextField(blank=True)
    """What its author wrote in their own language, where `text` is the translation of it."""
    files = models.ManyToManyField("files.StoredFile", related_name="+")
    written_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    trouble = models.TextField(blank=True)
    """Why it did not leave, in its author's language; it then waits for them to take it back."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(claim__isnull=False, conversation__isnull=True)
                | Q(claim__isnull=True, conversation__isnull=False),
                name="held_message_has_one_place",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["leaves_at", "id"], condition=Q(trouble=""), name="held_message_to_send"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ClaimLink(models.Model):
    """Two claims that an agent wants read together, and why. It moves neither, and no party knows of it."""

    first = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+")
    """The one with the greater key of the two: a pair is linked once, whichever end it was linked from."""
    reason = models.CharField(max_length=300)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="claims_linked_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="claim_linked_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class ActionPlan(models.Model):
    """Steps that a desk follows often, under a name."""

    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=60)
    says = StructField(Plan)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "name"], name="action_plan_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class PlanRun(models.Model):
    """A plan that was started on a claim, as it was then: what is changed in it later changes nothing here."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    says = StructField(Plan)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    number = models.PositiveSmallIntegerField(default=0)
    """Of the step that comes next, from 0."""
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, blank=True)
    """Of `rules.casework.plans.Ending`."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(ended_at__isnull=True), name="one_plan_at_a_time"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["claim", "-started_at"], name="plan_run_latest"),
            models.Index(fields=["next_at", "id"], condition=Q(ended_at__isnull=True), name="plan_run_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.claim_id}"


class Precedent(models.Model):
    """How many claims of a ground and size ended in one way within a year, as counted last."""

    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    ground = models.CharField(max_length=20)
    band = models.PositiveSmallIntegerField()
    """Of `rules.casework.precedents.band`."""
    resolution = models.CharField(max_length=20)
    cases = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["marketplace", "ground", "band", "resolution"], name="precedent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.band} {self.resolution}: {self.cases}"


class TeamHours(models.Model):
    """When a desk's team works, and its own aim. A desk without a row works as `Hours()` says."""

    marketplace = models.OneToOneField(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    says = StructField(Hours)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.marketplace_id)
