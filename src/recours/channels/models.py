"""What comes in from outside: mails, kept whole with what was made of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class InboundMail(models.Model):
    """One mail that arrived, once: its bytes lie sealed in the store of files, and this row says what became of it."""

    class Outcome(models.TextChoices):
        RECEIVED = "received"
        """Stored, and not looked at yet."""
        POSTED = "posted"
        """It became a message."""
        HELD = "held"
        """It has a person's reply address and another's sender: it waits for that person's word."""
        DISOWNED = "disowned"
        """That person said it was not theirs."""
        UNPLACED = "unplaced"
        """No valid reply address: for the desk to look at."""
        AUTOMATIC = "automatic"
        """An absence notice, a mailing list, a mail of our own: kept, and stopped."""
        BOUNCE = "bounce"
        """A report on a mail that we sent."""
        REFUSED = "refused"
        """Too large, or nothing that can be read: its sender was told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    """Of the raw bytes, under which the store keeps them."""
    size_bytes = models.PositiveIntegerField()
    source = models.CharField(max_length=20)
    """By which way it came: imap, webhook, command, demo."""
    received_at = models.DateTimeField()
    header_id = models.CharField(max_length=400, blank=True)
    """Its Message-ID, as its sender wrote it."""
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    """Cleaned, to be shown."""
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.RECEIVED)
    because = models.CharField(max_length=60, blank=True)
    """A key of the wording under `mail.because`."""
    reply_address = models.ForeignKey(
        "conversations.ReplyAddress", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    text = models.TextField(blank=True)
    """What was read in it, quoted words included."""
    left_out = models.JSONField(default=list)
    """Attachments that were not taken: pairs of a name and the code of a refusal."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often looking at it failed."""
    look_at = models.DateTimeField(null=True)
    """When one that is still only received is looked at next."""
    message = models.OneToOneField(
        "conversations.Message", null=True, on_delete=models.SET_NULL, related_name="mail"
    )
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256"], name="mail_taken_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-received_at", "-id"],
                condition=Q(outcome__in=["unplaced", "refused"], handled_at__isnull=True),
                name="mail_unplaced",
            ),
            models.Index(fields=["sender", "-received_at"], name="mail_by_sender"),
            models.Index(fields=["look_at", "id"], condition=Q(outcome="received"), name="mail_to_look_at"),
            models.Index(fields=["reply_address"], condition=Q(outcome="held"), name="mail_held"),
            models.Index(fields=["reply_address", "-received_at"], name="mail_by_reply_address"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.subject}"
