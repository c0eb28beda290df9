"""What comes in from outside: mails and the webhooks of channels, kept whole with what was made of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from recours.channels import continuity as continuity  # tables of this app too
from recours.channels.providers import Kind
from recours.rules.channel_windows import Channel, Shape, Writer


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


CHANNELS = [(one.value, one.value) for one in Channel]


class ChannelIdentity(models.Model):
    """One name by which a service knows a contact. A contact may have several, on one channel too: a phone number, and
    the id that stays when the number is hidden."""

    channel = models.CharField(max_length=9, choices=CHANNELS)
    account = models.CharField(max_length=64)
    """Of ours: the number or the page that they wrote to. Ids are worth nothing on another."""
    external_id = models.CharField(max_length=160)
    contact = models.ForeignKey("conversations.Contact", on_delete=models.CASCADE, related_name="identities")
    phone = models.CharField(max_length=20, blank=True)
    last_in_at = models.DateTimeField(null=True)
    """When they last wrote: what windows are counted from."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "account", "external_id"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"


class ChannelThread(models.Model):
    """By which way the contact of a conversation is answered."""

    conversation = models.OneToOneField(
        "conversations.Conversation",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="channel_thread",
    )
    identity = models.ForeignKey(ChannelIdentity, on_delete=models.PROTECT, related_name="threads")

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.identity_id}"


class ContactLink(models.Model):
    """That a contact was taken for a buyer: how, by whom, and until when."""

    class How(models.TextChoices):
        PROVED = "proved"
        """They opened a link that was sent to them, signed in."""
        CODE = "code"
        """They named an order, and gave the code that was mailed to its address."""
        AGENT = "agent"
        """An agent said so, and why."""

    contact = models.ForeignKey("conversations.Contact", on_delete=models.CASCADE, related_name="links")
    buyer = models.ForeignKey(
        "marketplaces.Buyer", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    how = models.CharField(max_length=6, choices=How)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(undone_at__isnull=True), name="contact_linked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.buyer_id}"


class ChannelDelivery(models.Model):
    """One webhook as it came: its raw body, once."""

    channel = models.CharField(max_length=9, choices=CHANNELS)
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "sha256"], name="delivery_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.sha256[:12]}"


class ChannelEvent(models.Model):
    """One element of a webhook, stored once by the id that the service gave it, and what became of it."""

    class Outcome(models.TextChoices):
        RECEIVED = "received"
        """Stored, and not looked at yet."""
        POSTED = "posted"
        """It became the message."""
        NOTED = "noted"
        """It is about a message, and is shown beside it."""
        IGNORED = "ignored"
        """It changes nothing, and `because` says why."""
        UNPLACED = "unplaced"
        """It is to an account that belongs to no marketplace here: for the operator to look at."""
        FAILED = "failed"
        """We failed on it as often as we try."""

    channel = models.CharField(max_length=9, choices=CHANNELS)
    key = models.CharField(max_length=400)
    """The service's own id of it; of what has none, the hash of what it is."""
    account = models.CharField(max_length=64)
    lane = models.CharField(max_length=160)
    """What is worked off in order: whose conversation it is."""
    kind = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Kind])
    said_at = models.DateTimeField()
    """When the service says that it happened, though not after we received it."""
    received_at = models.DateTimeField()
    delivery = models.ForeignKey(ChannelDelivery, on_delete=models.PROTECT, related_name="events")
    position = models.PositiveIntegerField()
    """Which element of its webhook it is."""
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.RECEIVED)
    because = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField()
    """When one that is still only received is looked at next."""
    leased_until = models.DateTimeField(null=True)
    """Until when a worker has it: nobody else works on its lane meanwhile."""
    message = models.ForeignKey(
        "conversations.Message", null=True, on_delete=models.SET_NULL, related_name="channel_events"
    )
    """What it became, or is about."""
    note = models.TextField(blank=True, db_default="")
    """The new words of a message that its author changed, or the sign of a reaction."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "key"], name="event_taken_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "account", "lane", "said_at", "id"],
                condition=Q(outcome="received"),
                name="event_in_lane",
            ),
            models.Index(fields=["id"], condition=Q(outcome="received"), name="event_to_look_at"),
            # How many of somebody's messages came lately, asked for each of them.
            models.Index(
                fields=["channel", "account", "lane", "-received_at"],
                condition=Q(outcome="posted"),
                name="event_pace",
            ),
            models.Index(
                fields=["-received_at", "-id"],
                condition=Q(outcome__in=["unplaced", "failed"]),
                name="event_unplaced",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(message__isnull=True) & ~Q(outcome__in=["received", "posted"]),
                name="event_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.outcome}"


class ChannelComment(models.Model):
    """A comment under a post of one of our pages, or a visitor's own post there: a message that stands in public, until
    its author takes it away."""

    identity = models.ForeignKey(ChannelIdentity, on_delete=models.PROTECT, related_name="comments")
    external_id = models.CharField(max_length=160)
    is_post = models.BooleanField(default=False, db_default=False)
    """A visitor left it on the page itself."""
    message = models.OneToOneField(
        "conversations.Message", on_delete=models.PROTECT, related_name="channel_comment"
    )
    link = models.CharField(max_length=4000, blank=True)
    """Where the post stands."""
    said_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["external_id"], name="comment_once"),
        ]

    def __str__(self) -> str:
        return self.external_id


class ChannelSending(models.Model):
    """One message on its way to a contact. Its id is the key that goes along, and comes back with its news."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        """A worker has it; the service may have it as well."""
        SENT = "sent"
        DELIVERED = "delivered"
        READ = "read"
        FAILED = "failed"
        UNKNOWN = "unknown"
        """Nobody knows whether it left: it waits for a word, and never goes again by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity = models.ForeignKey(
        ChannelIdentity, on_delete=models.PROTECT, related_name="sendings", db_index=False
    )
    message = models.ForeignKey(
        "conversations.Message",
        null=True,
        on_delete=models.PROTECT,
        related_name="channel_sendings",
        db_index=False,
    )
    file = models.ForeignKey(
        "files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """What goes instead of words: each file of a message leaves by itself, after these."""
    file_ref = models.CharField(max_length=160, blank=True, db_default="")
    """The service's id of the file, once it was given it: nobody was sent it by that."""
    comment = models.ForeignKey(
        ChannelComment, null=True, on_delete=models.PROTECT, related_name="sendings", db_index=False
    )
    """The comment that it answers, in private or below it."""
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="then")
    """What must have left before it may: nobody is told of an answer that did not go."""
    shape = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Shape])
    written_by = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Writer])
    text = models.TextField(blank=True)
    template = models.CharField(max_length=60, blank=True)
    parameters = models.JSONField(default=list)
    language = models.CharField(max_length=2, default="fr")
    costs = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    ref = models.CharField(max_length=160, blank=True)
    """The service's id of it."""
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    """Why it failed, is unknown, or waits: a key under `channels.trouble`, and the service's words."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ref"], condition=~Q(ref=""), name="sending_ref_once"),
            models.UniqueConstraint(
                fields=["message"], condition=Q(file__isnull=True), name="sending_words_once"
            ),
            models.UniqueConstraint(fields=["message", "file"], name="sending_file_once"),
            models.UniqueConstraint(
                fields=["comment", "shape"],
                condition=Q(comment__isnull=False) & ~Q(state="failed"),
                name="comment_answered_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["identity", "-created_at"], name="sending_by_identity"),
            models.Index(
                fields=["not_before", "id"],
                condition=Q(state__in=["waiting", "sending"]),
                name="sending_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.text[:40]}"


class ChannelTemplate(models.Model):
    """Where the service stands on a template, by its latest word."""

    channel = models.CharField(max_length=9, choices=CHANNELS)
    name = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=30)
    """The service's word: APPROVED, REJECTED, PAUSED, DISABLED…"""
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "name", "language"], name="template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.language} {self.state}"


class ChannelMedia(models.Model):
    """One file of a message: its bytes as they came lie sealed in the store of files, whatever was made of them."""

    event = models.ForeignKey(ChannelEvent, on_delete=models.PROTECT, related_name="media")
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the raw bytes; empty for what could not be fetched."""
    size_bytes = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200)
    refused = models.CharField(max_length=60, blank=True)
    """The code of a refusal, for what is not shown."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "position"], name="media_once"),
        ]

    def __str__(self) -> str:
        return self.name
