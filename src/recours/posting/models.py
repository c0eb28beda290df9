"""Letters that were written from a claim, each with its one posting, the steps it took, and their proofs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.rules.letters import Kind
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.money import Money
from recours.rules.posting import Step

PRINTED = "imprime"
"""What a provider says of a letter that is printed, and handed in the same evening."""


class Letter(models.Model):
    """A letter as it was made: its PDF is sealed, and nothing of the row changes.

    `id` comes from the page that made it, so that a button pressed twice makes one. `side` is the role of who wrote it,
    and whose it is to see.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="letters")
    side = models.CharField(max_length=11, choices=[(role.value, role.value) for role in Role])
    sort = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    """Why one writes, a `letters.Kind`."""
    written_on = models.DateField()
    """The day that it bears."""
    term_days = models.PositiveSmallIntegerField(null=True)
    """The time that it gives, where that was chosen; else its kind's own."""
    sender = models.JSONField()
    addressee = models.JSONField()
    """The lines of both addresses as they are printed."""
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["claim", "-made_at"], name="letter_of_claim")]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.sort}"


class Posting(models.Model):
    """The way a letter goes by post: one for one letter, for ever, so that it is never posted twice.

    `key` is sent with every try. `submitted` says that a provider may have the letter: who comes next asks before
    sending. `refused` by a provider, it may go another way, in the same row. With `print_at_home` a person carries it,
    and nobody is called.
    """

    class Status(models.TextChoices):
        WANTED = "wanted"
        SUBMITTED = "submitted"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    letter = models.OneToOneField(Letter, primary_key=True, on_delete=models.PROTECT, related_name="posting")
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=100, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.WANTED)
    tracking = models.CharField(max_length=64, blank=True)
    quoted_minor = models.BigIntegerField(null=True)
    """The price that was shown and agreed to, without tax; `price_minor` is what the provider then asked, with it."""
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    failure = models.TextField(blank=True)
    told = models.JSONField(default=list)
    """What its provider told, each status with its instant, in the order it came."""
    wanted_at = models.DateTimeField()
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    """When its provider was last asked to take it."""
    news_asked_at = models.DateTimeField(null=True)
    """When its provider was last asked what became of it."""
    cancel_asked_at = models.DateTimeField(null=True)
    """When its provider was first asked not to send it; whether it agreed is in the steps."""
    alerted_at = models.DateTimeField(null=True)
    """When somebody was told that nothing is heard of it, since its last step."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="provider_posting_once",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted"]) | Q(submitted_at__isnull=False),
                name="posting_submitted_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(status__in=["wanted", "submitted", "accepted"]),
                name="posting_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.provider} {self.status}"

    @property
    def is_printed(self) -> bool:
        """Whether its provider said that it is printed: from then on it goes."""
        return bool(self.tracking) or any(status == PRINTED for status, _ in self.told)

    @property
    def price(self) -> Money | None:
        return Money(minor=self.price_minor, currency=self.currency) if self.price_minor is not None else None


class PostingStep(models.Model):
    """What happened to a letter, on which day, and who told it: a person, or nobody where a provider did.

    A row that was wrong is struck out and stays: `struck_by` is nobody where a provider's news did it.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="steps", db_index=False)
    step = models.CharField(max_length=10, choices=[(step.value, step.value) for step in Step])
    on = models.DateField()
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["letter", "step"], condition=Q(struck_at__isnull=True), name="posting_step_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["letter"], name="steps_of_letter")]

    def __str__(self) -> str:
        return f"{self.letter_id} {self.step} {self.on}"


class PostingProof(models.Model):
    """A document of the post about a letter: photographed by a person, or fetched from a provider."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="proofs")
    step = models.CharField(max_length=10, choices=[(step.value, step.value) for step in Step])
    """What it proves."""
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.letter_id} {self.step}"
