"""Invitations to work somewhere, and what is kept for ever of who was let in and who looked."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from recours.marketplaces.models import Marketplace, Shop
from recours.people.models import User


class StaffInvitation(models.Model):
    """A role at a desk or in a shop, for whoever proves to have an address. Its secret is mailed; here is its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(unique=True)
    email = models.EmailField()
    marketplace = models.ForeignKey(Marketplace, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", null=True)
    """None: at the marketplace's desk."""
    role = models.CharField(max_length=16)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When it was accepted or withdrawn."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["marketplace", "shop", "invited_at"],
                condition=Q(ended_at=None),
                name="invitation_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role}"


class AccessRecord(models.Model):
    """One line of what administrators and auditors can read afterwards. Never changed, never deleted."""

    class Kind(models.TextChoices):
        INVITED = "invited"
        INVITATION_WITHDRAWN = "invitation_withdrawn"
        ROLE_GIVEN = "role_given"
        ROLE_CHANGED = "role_changed"
        ROLE_ENDED = "role_ended"
        CONTACT_SHOWN = "contact_shown"
        EVIDENCE_READ = "evidence_read"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=Kind)
    marketplace = models.ForeignKey(Marketplace, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", null=True, db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    """None: whoever holds the server's command line."""
    subject = models.CharField(max_length=254)
    """Whom or what it is about: an address, or a claim and its exhibit."""
    role = models.CharField(max_length=16, blank=True)
    """The role that was given or offered."""
    role_before = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["marketplace", "-at", "-id"], name="access_record_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
