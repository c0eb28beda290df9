"""Copies of the files of claims that left the house: what they held, so that they can be recognised."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.rules.lifecycle.vocabulary import Role


class DossierCopy(models.Model):
    """One PDF or one ZIP that was handed to somebody. Never changed.

    `sha256` is the PDF's own, or that of the ZIP's manifest, which holds the hash of every file in it.
    """

    class Form(models.TextChoices):
        PDF = "pdf"
        ZIP = "zip"

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="copies")
    role = models.CharField(max_length=11, choices=[(role.value, role.value) for role in Role])
    """Whose copy it is: what it holds is what this role may see."""
    form = models.CharField(max_length=3, choices=Form)
    seq = models.PositiveIntegerField()
    """Number of the last event in it."""
    head_hash = models.BinaryField(max_length=32)
    """Of that event."""
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Nobody for a copy made on the command line."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="dossier_copy_hash"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="dossier_copy_sha256"),
            models.Index(fields=["made_by", "made_at"], name="dossier_copy_made_by"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.form} {self.sha256[:12]}"


class DossierRequest(models.Model):
    """A copy that takes a while to make: asked for by one person, made by a job, kept for them until `expires_at`.

    `content` is the PDF, or what the ZIP is streamed from; empty until it is made.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=11, choices=[(role.value, role.value) for role in Role])
    form = models.CharField(max_length=3, choices=DossierCopy.Form)
    language = models.CharField(max_length=2)
    seq = models.PositiveIntegerField()
    """Number of the last event when it was asked for: asking again before another is asking for the same."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(made_at=None, content=None)
                | Q(made_at__isnull=False, content__isnull=False, failed_at=None),
                name="dossier_request_made_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "claim"], name="dossier_request_of"),
            models.Index(fields=["expires_at"], name="dossier_request_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.form} {self.asked_at}"
