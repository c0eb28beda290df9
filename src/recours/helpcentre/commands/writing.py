"""What an editor does with an article: save a draft, publish it, withdraw it; and fill everything anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from recours.helpcentre.commands.filled import filled
from recours.helpcentre.commands.filling_rows import FilledText, fill_rows
from recours.helpcentre.models import Article, ArticleVersion, Category, PublishedText
from recours.helpcentre.queries.references import references_of
from recours.helpcentre.references import References
from recours.helpcentre.refusals import (
    AddressTaken,
    ArticleMoved,
    NothingToPublish,
    NotPublished,
    UnknownReference,
)
from recours.marketplaces.models import Marketplace


class Written(Struct, frozen=True, kw_only=True):
    """What an editor typed: where the article stands in every language, and its words in one."""

    category: Category
    section: str
    action: str
    related: tuple[str, ...]
    position: int
    language: str
    title: str
    summary: str
    body: str
    keywords: tuple[str, ...]


def seen_of(article: Article | None, latest: ArticleVersion | None) -> str:
    """Return what a page showed of an article, in one word: whoever saves from it must have seen the last state."""
    number = latest.number if latest else 0
    if article is None:
        return f"{number}"
    place = (article.category, article.section, article.action, article.position, *article.related)
    return f"{number}:{'|'.join(str(each) for each in place)}"


def save_draft(
    *,
    marketplace_id: UUID,
    written: Written,
    by: UUID | None,
    now: dt.datetime,
    article_id: UUID | None = None,
    slug: str = "",
    seen: str = "",
) -> ArticleVersion:
    """Keep a text as the article's newest version in its language, unpublished; a new article when none is named.

    In one transaction, under the article's lock (the marketplace's for a new one). What the article has in common for
    its languages (category, section, action, related articles, place) holds from now on. The same words again are
    no new version. Raises ArticleMoved when somebody saved since the page that `seen` is of; AddressTaken.
    """
    with transaction.atomic():
        if article_id is None:
            article = _new_article(marketplace_id, slug, written)
            latest = None
        else:
            article = Article.objects.select_for_update().get(pk=article_id, marketplace_id=marketplace_id)
            latest = latest_version(article.pk, written.language)
            if seen != seen_of(article, latest):
                raise ArticleMoved
            _place(article, written)
        if latest is not None and _says_the_same(latest, written):
            return latest
        return ArticleVersion.objects.create(
            article=article,
            language=written.language,
            number=latest.number + 1 if latest else 1,
            title=written.title,
            summary=written.summary,
            body=written.body,
            keywords=list(written.keywords),
            saved_at=now,
            saved_by_id=by,
        )


def publish(*, article_id: UUID, language: str, now: dt.datetime) -> ArticleVersion:
    """Give readers the newest version in a language. Raises NothingToPublish, UnknownReference.

    In one transaction: the version before it is over, this one is dated, its words are filled in and written for
    readers and for search.
    """
    with transaction.atomic():
        article = Article.objects.select_for_update().get(pk=article_id)
        version = latest_version(article.pk, language)
        if version is None:
            raise NothingToPublish
        place = Marketplace.objects.get(pk=article.marketplace_id)
        row = filled(version, place.pk, references_of(place, language, now), now)
        _current(article_id, language).exclude(pk=version.pk).update(withdrawn_at=now)
        if version.published_at is None or version.withdrawn_at is not None:
            version.published_at, version.withdrawn_at = now, None
            version.save(update_fields=["published_at", "withdrawn_at"])
        fill_rows([row])
    return version


def withdraw(*, article_id: UUID, language: str, now: dt.datetime) -> None:
    """Take an article away from readers in one language; its versions stay. Raises NotPublished."""
    with transaction.atomic():
        Article.objects.select_for_update().get(pk=article_id)
        gone, _ = PublishedText.objects.filter(article_id=article_id, language=language).delete()
        if not gone:
            raise NotPublished
        _current(article_id, language).update(withdrawn_at=now)


class Refilled(Struct, frozen=True):
    """How many texts were written anew; those that were left as they are, with what they refer to in vain."""

    written: int
    left: Mapping[str, tuple[str, ...]]


def refill(marketplace_id: UUID, now: dt.datetime) -> Refilled:
    """Fill every published text of a marketplace from the policy and the law in force now, in one transaction.

    An article that refers to what is no more keeps the words it had, and is named.
    """
    with transaction.atomic():
        place = Marketplace.objects.select_for_update().get(pk=marketplace_id)
        texts = PublishedText.objects.filter(marketplace_id=marketplace_id)
        texts = texts.select_related("version", "article").only("language", "version", "article__slug")
        by_language: dict[str, References] = {}
        rows: list[FilledText] = []
        left: dict[str, tuple[str, ...]] = {}
        for text in texts.order_by("pk"):
            if text.language not in by_language:
                by_language[text.language] = references_of(place, text.language, now)
            try:
                rows.append(filled(text.version, place.pk, by_language[text.language], now))
            except UnknownReference as refusal:
                left[f"{text.article.slug}.{text.language}"] = refusal.names
        fill_rows(rows)
    return Refilled(len(rows), left)


def latest_version(article_id: UUID, language: str) -> ArticleVersion | None:
    """Return the newest version in a language, draft or not."""
    rows = ArticleVersion.objects.filter(article_id=article_id, language=language)
    return rows.order_by("-number").first()


def _current(article_id: UUID, language: str) -> QuerySet[ArticleVersion]:
    rows = ArticleVersion.objects.filter(article_id=article_id, language=language)
    return rows.filter(published_at__isnull=False, withdrawn_at=None)


def _new_article(marketplace_id: UUID, slug: str, written: Written) -> Article:
    Marketplace.objects.select_for_update().get(pk=marketplace_id)
    if Article.objects.filter(marketplace_id=marketplace_id, slug=slug).exists():
        raise AddressTaken(slug=slug)
    article = Article(marketplace_id=marketplace_id, slug=slug)
    _set_place(article, written)
    article.save(force_insert=True)
    return article


def _place(article: Article, written: Written) -> None:
    before = seen_of(article, None)
    _set_place(article, written)
    if seen_of(article, None) != before:
        article.save(update_fields=["category", "section", "action", "related", "position"])


def _set_place(article: Article, written: Written) -> None:
    article.category = written.category
    article.section = written.section
    article.action = written.action
    article.related = list(written.related)
    article.position = written.position


def _says_the_same(version: ArticleVersion, written: Written) -> bool:
    return (version.title, version.summary, version.body, tuple(version.keywords)) == (
        written.title,
        written.summary,
        written.body,
        written.keywords,
    )
