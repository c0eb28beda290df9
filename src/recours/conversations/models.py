"""What people wrote to each other. Every channel ends here; a claim shows its conversation in order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from recours.files.models import StoredFile
from recours.rules.conversation import Topic, Waiting
from recours.rules.lifecycle.vocabulary import Role

EXCERPT = 160
"""Characters of the latest message that a list shows."""


class Contact(models.Model):
    """Somebody who writes to a desk by a channel from outside. Nothing proves who they are, until a proof of theirs, or
    an agent, joins them to a buyer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    """What they call themselves there; cleaned, and worth no more than that."""
    reach = models.CharField(max_length=200, blank=True, db_default="")
    """The number or the address that somebody gave who called or wrote a letter; nothing is sent there by itself."""
    language = models.CharField(max_length=2, default="fr")
    buyer = models.ForeignKey(
        "marketplaces.Buyer", null=True, on_delete=models.PROTECT, related_name="contacts"
    )
    """Who they are, once that is proved or an agent said so."""
    wants_news = models.BooleanField(default=False)
    """They asked to be told here, too, when a claim of theirs moves."""
    answer_by_mail = models.BooleanField(default=False)
    """They chose to be answered by mail and on the site rather than on the channel; heeded once it is known who they
    are."""
    first_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name or str(self.id)


class Conversation(models.Model):
    """An exchange between a buyer, a shop where one is concerned, and the marketplace's desk.

    Without a shop it is one with the marketplace's customer service; it may then be with a contact who is not known to
    be any buyer, and who is told nothing of any order. What lists sort and show is repeated here by
    `conversations.commands`, so that no list reads messages.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(
        "marketplaces.Buyer",
        null=True,
        on_delete=models.PROTECT,
        related_name="conversations",
        db_index=False,
    )
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="conversations")
    """Who writes by a channel from outside; with `buyer` once it is known who that is."""
    shop = models.ForeignKey(
        "marketplaces.Shop",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conversations",
        db_index=False,
    )
    order = models.ForeignKey(
        "marketplaces.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conversations",
    )
    lines = models.ManyToManyField("marketplaces.OrderLine", related_name="+")
    """The articles that the first message was about."""
    watched = models.ManyToManyField("files.StoredFile", related_name="+")
    """What the desk has withheld elsewhere from its parties: files that are sent are held against these."""
    topic = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Topic], blank=True)
    subject = models.CharField(max_length=300, blank=True)
    """What it is about in words: the product's description, or what the writer put as a title."""
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    """When the latest message was sent; of one without messages, when it was started."""
    last_role = models.CharField(max_length=11, blank=True)
    excerpt = models.CharField(max_length=EXCERPT, blank=True)
    waiting_on = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in Waiting], blank=True
    )
    waiting_since = models.DateTimeField(null=True)
    """When the oldest message that is still unanswered was sent."""
    answer_due_at = models.DateTimeField(null=True)
    """By when the other side should answer the first message (exclusive); a dispute opens then at the latest."""
    answered_at = models.DateTimeField(null=True)
    """When the other side answered for the first time."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(waiting_on="", waiting_since__isnull=True)
                | (~Q(waiting_on="") & Q(waiting_since__isnull=False)),
                name="conversation_waits_since",
            ),
            models.CheckConstraint(
                condition=Q(buyer__isnull=False) | Q(contact__isnull=False, shop__isnull=True),
                name="conversation_with_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "-last_at", "-id"], name="conversation_buyer_recent"),
            models.Index(fields=["shop", "-last_at", "-id"], name="conversation_shop_recent"),
            models.Index(
                fields=["shop", "waiting_since", "id"],
                condition=Q(waiting_on="seller"),
                name="conversation_shop_waiting",
            ),
            models.Index(
                fields=["marketplace", "waiting_since", "id"],
                condition=Q(waiting_on="platform"),
                name="conversation_desk_waiting",
            ),
            models.Index(
                fields=["marketplace", "-last_at", "-id"],
                condition=Q(shop__isnull=True),
                name="conversation_desk_recent",
            ),
            # The shop's answer rate and usual answer time.
            models.Index(
                fields=["shop", "started_at"],
                include=["answered_at", "answer_due_at"],
                condition=Q(answer_due_at__isnull=False) | Q(topic="before_purchase"),
                name="conversation_shop_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.id)

    @property
    def buyer_name(self) -> str:
        """What the buyer's side is called: the buyer's name, else what a contact calls themselves; "" for neither."""
        if self.buyer is not None:
            return self.buyer.name
        return self.contact.name if self.contact is not None else ""


class Message(models.Model):
    """One message, seen by all parties of its conversation; never changed once sent."""

    class Channel(models.TextChoices):
        PAGE = "page"
        MAIL = "mail"
        FORM = "form"
        WHATSAPP = "whatsapp"
        MESSENGER = "messenger"
        FACEBOOK = "facebook"
        PHONE = "phone"
        POST = "post"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    author_role = models.CharField(max_length=11, choices=[(role.value, role.value) for role in Role])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField()
    sent_at = models.DateTimeField()
    channel = models.CharField(max_length=9, choices=Channel, default=Channel.PAGE)
    files = models.ManyToManyField("files.StoredFile", related_name="+")
    key = models.UUIDField(null=True)
    """Of the form it was sent with: a button pressed twice, or a mail delivered twice, is one message."""
    words = models.GeneratedField(
        expression=SearchVector(Func(F("text"), function="recours_fold"), config="french"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "key"], condition=Q(key__isnull=False), name="message_sent_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "sent_at", "id"], name="message_in_order"),
            models.Index(fields=["author", "-sent_at"], name="message_by_author"),
            GinIndex(fields=["words"], name="message_words"),
        ]

    HAS_FILES = "has_files"
    """What a query calls the annotation by which it says whether anything is attached."""

    def __str__(self) -> str:
        return self.text[:60]

    def attached(self) -> Iterable[StoredFile]:
        """Return what is attached to it; not asked for where a query has seen that nothing is."""
        return self.files.all() if getattr(self, self.HAS_FILES, True) else ()


class OwnWords(models.Model):
    """What an agent wrote in their own language, where what was sent is a translation of it. Read at the desk alone."""

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="own_words"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]


class Reading(models.Model):
    """How far somebody has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    read_at = models.DateTimeField()
    """The instant of the latest message that they saw."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "conversation"], name="reading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.conversation_id}"


class Settlement(models.Model):
    """Somebody said that a conversation needs no answer, so that it waits for nobody. It is no answer."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="settlements", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=11)
    waited_since = models.DateTimeField()
    """Since when it had waited for an answer."""
    settled_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-settled_at"], name="settlement_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.settled_at}"


class MessageDraft(models.Model):
    """What somebody has typed and not yet sent. `about` names where: `conversation:<id>`, `claim:<id>`, `order:<id>`,
    `shop:<id>`, `support:<slug>`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    about = models.CharField(max_length=80)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "about"], name="message_draft_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.about}"


class CannedAnswer(models.Model):
    """A text that a shop's staff (or, without a shop, the desk) sends often. Its placeholders are flat words in
    double braces; nothing in it is ever evaluated."""

    marketplace = models.ForeignKey("marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(
        "marketplaces.Shop", null=True, on_delete=models.CASCADE, related_name="canned_answers"
    )
    title = models.CharField(max_length=80)
    text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["marketplace", "shop", "title"],
                nulls_distinct=False,
                name="canned_answer_title_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReplyAddress(models.Model):
    """The address by which one person answers in one conversation by mail.

    The local part carries `token` and a keyed hash of it: what is in this table alone does not make a valid address.
    """

    token = models.CharField(max_length=32, primary_key=True)
    """128 bits of chance, in base 32, lower case: mail systems fold case."""
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="reply_addresses", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    """Nobody for a shop that is written to at its own address and has no staff with an account."""
    role = models.CharField(max_length=11)
    address = models.EmailField()
    """Where its mails go, and where an answer must come from."""
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "role", "address"],
                condition=Q(revoked_at__isnull=True),
                name="reply_address_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.conversation_id}"
