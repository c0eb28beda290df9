"""What joins a conversation to the rest: codes that prove who writes, claims that came of it, what was filed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class ConversationClaim(models.Model):
    """That an agent opened a claim for the buyer of a conversation with customer service, out of what stood there."""

    conversation = models.ForeignKey(
        "conversations.Conversation", on_delete=models.PROTECT, related_name="claims_opened"
    )
    claim = models.OneToOneField("claims.Claim", on_delete=models.PROTECT, related_name="opened_from")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.claim_id}"


class FiledMessage(models.Model):
    """That a message to customer service was written out among the exhibits of a claim: once on each claim."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="filed_messages")
    message = models.ForeignKey("conversations.Message", on_delete=models.PROTECT, related_name="filed")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+", db_index=False)
    """The exhibit in which it is written out."""
    sha256 = models.CharField(max_length=64)
    """Of what came, as it was sealed: the webhook, the mail; of its words alone where it was written on the site."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "message"], name="message_filed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.claim_id}"


class ProofCode(models.Model):
    """That who writes by a channel named an order, and was sent a code to its address where there is one.

    The code itself is in no table: it follows from the id and the installation's secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(
        "conversations.Contact", on_delete=models.CASCADE, related_name="codes", db_index=False
    )
    number = models.CharField(max_length=64)
    """As it was typed, whether there is such an order or not."""
    order = models.ForeignKey(
        "marketplaces.Order", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    """Once a code was sent for it."""
    asked_from = models.CharField(max_length=64)
    """A keyed hash of the network address: who asks for too many is known by it, and nobody is found by it."""
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contact", "-asked_at"], name="code_by_contact"),
            models.Index(fields=["asked_from", "-asked_at"], name="code_by_network"),
            models.Index(fields=["order", "-asked_at"], name="code_by_order"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.asked_at}"


class FollowLink(models.Model):
    """That a contact who proved who they are may follow one claim by a link, without an account: until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey("channels.ContactLink", on_delete=models.CASCADE, related_name="follow_links")
    """What it rests on: undone, the link is worth nothing."""
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="follow_links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """Exclusive. Each time that the link is sent again, it is good for as long anew."""
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proof", "claim"], condition=models.Q(revoked_at=None), name="claim_followed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proof_id} {self.claim_id}"


class FollowVisit(models.Model):
    """That a claim was looked at by such a link; the same network within some minutes is one visit."""

    link = models.ForeignKey(FollowLink, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    came_from = models.CharField(max_length=64)
    """A keyed hash of the network address."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["link", "-at"], name="visit_by_link")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at}"


class FormSender(models.Model):
    """Who wrote by the contact form without being signed in: one row for each time, since an address typed there proves
    nothing until its mail's link is followed."""

    contact = models.OneToOneField(
        "conversations.Contact", primary_key=True, on_delete=models.CASCADE, related_name="form_sender"
    )
    email = models.EmailField()
    asked_from = models.CharField(max_length=64)
    """A keyed hash of the network address."""
    key = models.UUIDField(unique=True)
    """Of the form: a button pressed twice is one message."""
    written_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asked_from", "-written_at"], name="form_by_network"),
            models.Index(fields=["email", "-written_at"], name="form_by_address"),
        ]

    def __str__(self) -> str:
        return self.email


class NotedMessage(models.Model):
    """That a message came by telephone or by post, and which agent typed it in."""

    message = models.OneToOneField(
        "conversations.Message", primary_key=True, on_delete=models.CASCADE, related_name="noted"
    )
    who = models.CharField(max_length=120)
    """Who called or wrote, as the agent understood it."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.who}"
