"""The articles that a marketplace begins with, and those that come later from files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from msgspec import Struct

from recours.helpcentre.commands.filled import filled
from recours.helpcentre.commands.filling_rows import FilledText, fill_rows
from recours.helpcentre.commands.vocabulary import load_starting_synonyms
from recours.helpcentre.front_matter import ArticleFile, starting_set
from recours.helpcentre.models import Article, ArticleVersion
from recours.helpcentre.queries.references import references_of
from recours.helpcentre.references import References
from recours.marketplaces.models import Marketplace
from recours.rules.wording import LANGUAGES


class Loaded(Struct, frozen=True, kw_only=True):
    """What became of each file, by "slug.language": new, changed, the same, left to its editor, or only a draft
    because it refers to what this marketplace does not have (the law of a country that Recours does not know).
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    edited: tuple[str, ...]
    drafts: tuple[str, ...]


def load_starting_set(marketplace_id: UUID, now: dt.datetime) -> Loaded:
    """Publish the articles that come with Recours in a marketplace, see `load_articles`, and give it the synonyms that
    search begins with."""
    with transaction.atomic():
        load_starting_synonyms(marketplace_id)
        return load_articles(marketplace_id, starting_set(), now)


def load_articles(marketplace_id: UUID, articles: Sequence[ArticleFile], now: dt.datetime) -> Loaded:
    """Publish articles from files, in one transaction under the marketplace's lock.

    Doing it again changes nothing. What a person has saved or withdrawn in a language is never touched; what came from
    a file, and that nobody touched since, follows the file. Raises NoPolicy.
    """
    with transaction.atomic():
        place = Marketplace.objects.select_for_update().get(pk=marketplace_id)
        by_slug = _articles(place, articles)
        latest = _latest(marketplace_id)
        references = {lang: references_of(place, lang, now) for lang in LANGUAGES}
        fates: dict[str, list[str]] = {"new": [], "changed": [], "same": [], "edited": [], "drafts": []}
        versions: list[ArticleVersion] = []
        for file in articles:
            article = by_slug[file.slug]
            known = latest.get((article.pk, file.language))
            fate = _fate(file, known)
            if fate in ("new", "changed"):
                number = known.number + 1 if known else 1
                versions.append(_version(file, article.pk, number, now))
                if references[file.language].unknown(f"{file.title}\n{file.summary}\n{file.body}"):
                    fate = "drafts"
                    versions[-1].published_at = None
            fates[fate].append(f"{file.slug}.{file.language}")
        _publish(place, versions, references, now)
    return Loaded(**{fate: tuple(names) for fate, names in fates.items()})


def _articles(place: Marketplace, files: Iterable[ArticleFile]) -> dict[str, Article]:
    """Return every article by its slug, those that were missing made from the first file that names them."""
    known = {article.slug: article for article in Article.objects.filter(marketplace=place)}
    missing: dict[str, Article] = {}
    for file in files:
        if file.slug not in known and file.slug not in missing:
            missing[file.slug] = Article(
                marketplace=place,
                slug=file.slug,
                category=file.category,
                section=file.section,
                action=file.action,
                related=list(file.related),
                position=file.position,
            )
    Article.objects.bulk_create(missing.values())
    return known | missing


def _latest(marketplace_id: UUID) -> dict[tuple[UUID, str], ArticleVersion]:
    rows = ArticleVersion.objects.filter(article__marketplace_id=marketplace_id)
    newest = rows.order_by("article_id", "language", "-number").distinct("article_id", "language")
    return {(version.article_id, version.language): version for version in newest}


def _fate(file: ArticleFile, known: ArticleVersion | None) -> str:
    if known is None:
        return "new"
    if known.saved_by_id is not None or known.withdrawn_at is not None:
        return "edited"
    words = (known.title, known.summary, known.body, tuple(known.keywords))
    return "same" if words == (file.title, file.summary, file.body, file.keywords) else "changed"


def _version(file: ArticleFile, article_id: UUID, number: int, now: dt.datetime) -> ArticleVersion:
    return ArticleVersion(
        article_id=article_id,
        language=file.language,
        number=number,
        title=file.title,
        summary=file.summary,
        body=file.body,
        keywords=list(file.keywords),
        saved_at=now,
        published_at=now,
    )


def _publish(
    place: Marketplace, versions: list[ArticleVersion], references: dict[str, References], now: dt.datetime
) -> None:
    ArticleVersion.objects.bulk_create(versions)
    rows: list[FilledText] = []
    for version in versions:
        if version.published_at is None:
            continue
        if version.number > 1:
            older = ArticleVersion.objects.filter(article_id=version.article_id, language=version.language)
            older = older.filter(number__lt=version.number, withdrawn_at=None, published_at__isnull=False)
            older.update(withdrawn_at=now)
        rows.append(filled(version, place.pk, references[version.language], now))
    fill_rows(rows)
