"""What leaves Recours by mail: a row written in the transaction that caused it, sent by the worker afterwards."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Mail(models.Model):
    """One mail to one person.

    The row is written with what caused it, and names its `renderer` and `payload`; the worker words it in its reader's
    language just before it first tries to send, keeps what it worded, and tries again with the very same bytes and
    the same `message_id`. Reliability: at least once, and a mail program that gets it twice shows it once.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        """A worker has taken it; still so after a while, that worker died, and it is tried again."""
        SENT = "sent"
        DROPPED = "dropped"
        """Nothing to say any more when its turn came: the message was read, the deadline has gone."""
        FAILED = "failed"
        """The server refused it for good, or for too long."""
        BOUNCED = "bounced"
        """Sent, and came back."""
        COMPLAINED = "complained"
        """Sent, and its reader marked it as unwanted."""

    ACCOUNT = "account"
    """The kind of letters about an account. They hold a link that lets its holder in, and are blanked once sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    """Names the cause and the reader: the same mail asked for twice is one row."""
    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    """Of `notices.kinds.Kind`, or ACCOUNT."""
    protects = models.BooleanField(default=False)
    """It guards a right or a deadline: one that does not arrive becomes a task for the desk."""
    topic = models.CharField(max_length=60)
    """What it is about, `claim:<id>` or `conversation:<id>`: mails of one topic are one thread."""
    renderer = models.CharField(max_length=20)
    """An entry of settings.MAIL_RENDERERS."""
    payload = models.JSONField(default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    role = models.CharField(max_length=11, blank=True)
    """In which role its reader gets it."""
    address = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="fr")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """What the mail server, or the bounce, said last."""
    returned_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, unique=True)
    """With its angle brackets; the same on every try."""
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    reply_to = models.CharField(max_length=200, blank=True)
    handled_at = models.DateTimeField(null=True)
    """When the desk dealt with one that did not arrive."""
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["waiting", "sending"]),
                name="mail_to_send",
            ),
            models.Index(
                fields=["marketplace", "returned_at", "id"],
                condition=Q(
                    protects=True, handled_at__isnull=True, state__in=["failed", "bounced", "complained"]
                ),
                name="mail_not_arrived",
            ),
            models.Index(fields=["address", "-created_at"], name="mail_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.address}"

    @property
    def is_letter(self) -> bool:
        """Whether it is about an account: confirm an address, choose a new password."""
        return self.kind == self.ACCOUNT

    @property
    def may_be_stopped(self) -> bool:
        """Whether its reader can switch its kind off: it protects nothing, and there is an account to remember it."""
        return not self.protects and not self.is_letter and self.user_id is not None
