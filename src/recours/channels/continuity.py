"""Models of what joins a conversation to the rest: the claims that came of it, and what of it was filed on one."""

from __future__ import annotations

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
