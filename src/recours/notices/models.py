"""What changed since somebody last looked, and what they want to be mailed about."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One line behind the bell. News of the same kind on the same thing is one line until it is seen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    """Of `notices.kinds.Kind`."""
    topic = models.CharField(max_length=60)
    """`claim:<id>` or `conversation:<id>`: opening that page marks it seen."""
    title = models.CharField(max_length=300)
    """What it is about, in the words of the order or the shop; needs no translation."""
    detail = models.CharField(max_length=60, blank=True)
    """A key of the wording under `notices.detail`: what happened. Empty for what the kind says already."""
    path = models.CharField(max_length=200)
    """Where it leads, on this site."""
    count = models.PositiveIntegerField(default=1)
    """How many times the latest thing happened in a row; what happened before it is told by the page."""
    at = models.DateTimeField()
    """When the latest of them happened."""
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "topic", "kind"], condition=Q(seen_at__isnull=True), name="notice_unseen_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-at", "-id"], name="notice_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.topic}"


class MailChoice(models.Model):
    """A kind of mail that somebody does not want. Absent: wanted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} without {self.kind}"
