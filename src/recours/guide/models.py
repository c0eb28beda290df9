"""The one thing that the guide keeps, and only for who asks: their answers, behind a private address."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

KEPT_FOR = dt.timedelta(days=180)
"""How long a file is kept after it was last saved. Ours: a mediator takes ninety days, and a letter some weeks."""


class KeptFile(models.Model):
    """What one person said, until `expires_at` or until they erase it.

    Only the SHA-256 of the secret in its address is kept, and of the mail address only a keyed hash, to count the mails
    that go to it: from this row nobody can write to the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(max_length=32, unique=True)
    owner = models.BinaryField(max_length=32)
    state = models.TextField()
    """As JSON, by `guide.state`."""
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("saved_at")) & Q(expires_at__lte=F("saved_at") + KEPT_FOR),
                name="kept_file_ends",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "made_at"], name="kept_file_of_owner"),
            models.Index(fields=["expires_at"], name="kept_file_ending"),
        ]

    def __str__(self) -> str:
        return str(self.id)
