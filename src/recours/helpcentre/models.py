"""Articles of the help centre: every version that was ever written, what is published, and what readers said of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Category(models.TextChoices):
    ORDERS = "orders"
    SHIPPING = "shipping"
    AFTER_SALES = "after_sales"
    REFUNDS = "refunds"


class Article(models.Model):
    """One answer, in as many languages as somebody wrote it. Its address is the same in all of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="articles", db_index=False
    )
    slug = models.SlugField(max_length=80, db_index=False)
    category = models.CharField(max_length=12, choices=Category)
    section = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=40)
    """What it ends in: see `helpcentre.actions`."""
    related = models.JSONField(default=list)
    """Slugs of articles to read next."""
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "slug"], name="article_slug_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["marketplace", "category", "position", "slug"], name="article_in_order"),
        ]

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(models.Model):
    """What an article said in one language at one time. A published one is never changed, only followed by another;
    the latest unpublished one is the draft."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions", db_index=False)
    language = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField()
    """Markdown, with references such as {{ policy.returns.ship_back }}."""
    keywords = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Nobody for what came from a file."""
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """When the article stopped being published in this language with this version."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language} v{self.number}"


class PublishedText(models.Model):
    """What readers get of an article in one language, and what search looks through.

    Holds the words with their references filled in from the marketplace's policy and the law; it is written anew
    when a version or a policy is published, so that showing and finding an article computes nothing.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="texts", db_index=False)
    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=2)
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    summary = models.TextField()
    html = models.TextField()
    """Clean: passed through the sanitiser."""
    plain = models.TextField()
    """The body as text, for the passage that search shows."""
    keywords = models.TextField(blank=True)
    filled_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language"], name="published_text_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["marketplace", "language"], name="published_text_of_place"),
        ]

    def __str__(self) -> str:
        return self.title


class Verdict(models.Model):
    """How many readers of an article said what, per day: counts, and nobody's name."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="verdicts", db_index=False)
    language = models.CharField(max_length=2)
    on = models.DateField()
    read = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)
    not_solved = models.PositiveIntegerField(default=0)
    claimed = models.PositiveIntegerField(default=0)
    """Went on from here to a message, a dispute or customer service."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language", "on"], name="verdict_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.on}"


class Synonyms(models.Model):
    """Words that mean the same to readers of one marketplace, which its operator edits. The first one is the word
    that articles use."""

    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=2)
    word = models.CharField(max_length=80)
    others = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "language", "word"], name="synonyms_once"),
        ]

    def __str__(self) -> str:
        return self.word


class NothingFound(models.Model):
    """A question that found no article, with what could name a person taken out, and how often it was asked."""

    marketplace = models.ForeignKey(
        "marketplaces.Marketplace", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    language = models.CharField(max_length=2)
    words = models.CharField(max_length=120)
    count = models.PositiveIntegerField(default=1)
    last_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["marketplace", "language", "words"], name="nothing_found_once"),
        ]

    def __str__(self) -> str:
        return self.words
