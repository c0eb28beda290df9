"""Files that people sent: what they are, and the hashes under which they lie."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.files.kinds import EXTENSIONS, MAIL, PDF, PICTURES, TEXT, VIDEOS
from recours.files.names import LONGEST, with_extension

_HEX = r"^[0-9a-f]{64}$"


class Kind(models.TextChoices):
    IMAGE = "image"
    PDF = "pdf"
    VIDEO = "video"
    MAIL = "mail"
    TEXT = "text"


class StoredFile(models.Model):
    """One file, as received from one person once. The row never changes; the database refuses it.

    The original stays sealed under `sha256` and is what the hash chain of a claim speaks of. Only the clean
    copy and the thumbnail, which we made, are ever handed out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    """Of the original."""
    media_type = models.CharField(max_length=32)
    """Of the original, as its content tells."""
    kind = models.CharField(max_length=8, choices=Kind)
    size_bytes = models.PositiveIntegerField()
    """Of the original."""
    original_name = models.CharField(max_length=LONGEST)
    """To be shown, cleaned; never a path."""
    width = models.PositiveIntegerField(null=True)
    """Pixels of the clean copy of a picture or a film, upright."""
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    """Of a PDF."""
    seconds = models.PositiveIntegerField(null=True)
    """Of a film."""
    received_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="stored_files"
    )
    """Who sent it; nobody for what a program brought. An account that leaves is emptied, not deleted."""
    clean_sha256 = models.CharField(max_length=64)
    clean_media_type = models.CharField(max_length=32)
    clean_size = models.PositiveIntegerField()
    """Bytes."""
    thumb_sha256 = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- absent, not empty
    """Pictures and films have one."""

    class Meta:
        ordering: ClassVar = ["received_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="stored_file_sha256"),
            models.Index(fields=["clean_sha256"], name="stored_file_clean_sha256"),
            models.Index(fields=["thumb_sha256"], name="stored_file_thumb_sha256"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stored_file_hashes",
                condition=Q(sha256__regex=_HEX)
                & Q(clean_sha256__regex=_HEX)
                & (Q(thumb_sha256__isnull=True) | Q(thumb_sha256__regex=_HEX)),
            ),
            models.CheckConstraint(
                name="stored_file_not_empty",
                condition=Q(size_bytes__gt=0) & Q(clean_size__gt=0) & ~Q(original_name=""),
            ),
            models.CheckConstraint(
                name="stored_file_kind",
                condition=Q(
                    kind=Kind.IMAGE,
                    media_type__in=list(PICTURES),
                    clean_media_type__in=["image/jpeg", "image/png"],
                    # Without these an absent side would make the condition unknown, which passes a CHECK.
                    width__isnull=False,
                    height__isnull=False,
                    width__gt=0,
                    height__gt=0,
                    pages__isnull=True,
                    seconds__isnull=True,
                    thumb_sha256__isnull=False,
                )
                | Q(
                    kind=Kind.VIDEO,
                    media_type__in=list(VIDEOS),
                    clean_media_type="video/mp4",
                    width__isnull=False,
                    height__isnull=False,
                    width__gt=0,
                    height__gt=0,
                    pages__isnull=True,
                    seconds__isnull=False,
                    seconds__gt=0,
                    thumb_sha256__isnull=False,
                )
                | Q(
                    kind=Kind.PDF,
                    media_type=PDF,
                    clean_media_type=PDF,
                    width__isnull=True,
                    height__isnull=True,
                    pages__isnull=False,
                    pages__gt=0,
                    seconds__isnull=True,
                    thumb_sha256__isnull=True,
                )
                | Q(
                    Q(kind=Kind.MAIL, media_type=MAIL) | Q(kind=Kind.TEXT, media_type=TEXT),
                    clean_media_type=TEXT,
                    width__isnull=True,
                    height__isnull=True,
                    pages__isnull=True,
                    seconds__isnull=True,
                    thumb_sha256__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_image(self) -> bool:
        return self.kind == Kind.IMAGE

    @property
    def download_name(self) -> str:
        """The name a copy is saved under: theirs, with the extension of what is really in it."""
        return with_extension(self.original_name, EXTENSIONS[self.clean_media_type])


class Withheld(models.Model):
    """What readers do not see of a file, by a decision of the desk. Its reason is an event of the claim."""

    file = models.OneToOneField(
        StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="withheld"
    )
    from_buyer = models.BooleanField(default=False)
    from_seller = models.BooleanField(default=False)
    copy = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """What is shown instead, to whom it is shown."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="withheld_file_withholds",
                condition=Q(from_buyer=True) | Q(from_seller=True) | Q(copy__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.file_id)


class Scan(models.Model):
    """What the virus scanner says of a file; no row where there was no scanner."""

    class Verdict(models.TextChoices):
        WAITING = "waiting"
        CLEAN = "clean"
        INFECTED = "infected"

    file = models.OneToOneField(StoredFile, primary_key=True, on_delete=models.PROTECT, related_name="scan")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.WAITING)
    found = models.CharField(max_length=200, blank=True)
    """What was recognised, in the scanner's words."""
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(verdict="waiting"), name="scan_waiting"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="scan_is_answered",
                condition=Q(verdict="waiting", answered_at__isnull=True, found="")
                | Q(verdict="clean", answered_at__isnull=False, found="")
                | (Q(verdict="infected", answered_at__isnull=False) & ~Q(found="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.verdict}"


class SealedContent(models.Model):
    """Bytes that are kept as they came and never handed out as they are: a mail, before anything was read in it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256
