"""What people wrote to each other. Every channel ends here; a claim shows its conversation in order."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from recours.rules.lifecycle.vocabulary import Role


class Conversation(models.Model):
    """An exchange between a buyer, a shop where one is concerned, and the marketplace's desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey("marketplaces.Buyer", on_delete=models.PROTECT, related_name="conversations")
    shop = models.ForeignKey(
        "marketplaces.Shop", null=True, blank=True, on_delete=models.PROTECT, related_name="conversations"
    )
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Message(models.Model):
    """One message, seen by all parties of its conversation; never changed once sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author_role = models.CharField(max_length=11, choices=[(role.value, role.value) for role in Role])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "sent_at", "id"], name="message_in_order")]

    def __str__(self) -> str:
        return self.text[:60]
