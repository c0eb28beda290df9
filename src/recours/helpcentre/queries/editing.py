"""What editors see: where each article stands in each language, what readers said, what they looked for in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet, Sum
from msgspec import Struct

from recours.helpcentre.models import Article, ArticleVersion, NothingFound, Synonyms, Verdict
from recours.rules.wording import LANGUAGES

DAYS = 90
"""How far back readers are counted."""
QUESTIONS = 100
"""Of what found nothing, the most asked."""


class Standing(Struct, frozen=True, kw_only=True):
    """An article in one language. `published` is the version that readers get, `latest` the newest one."""

    language: str
    title: str = ""
    latest: int = 0
    published: int = 0
    published_at: dt.datetime | None = None
    saved_at: dt.datetime | None = None
    was_published: bool = False
    """At some time, now or before."""
    is_draft: bool = False
    """The newest version was never published."""
    is_older: bool = False
    """Another language was written since: this one may say something else."""

    @property
    def is_missing(self) -> bool:
        return self.latest == 0


class Counts(Struct, frozen=True):
    """What readers did with an article since a day."""

    read: int = 0
    solved: int = 0
    not_solved: int = 0
    claimed: int = 0


class Row(Struct, frozen=True, kw_only=True):
    article: Article
    title: str
    standings: tuple[Standing, ...]
    counts: Counts


def rows_of(marketplace_id: UUID, category: str, lang: str, today: dt.date) -> list[Row]:
    """Return every article of a category, in its order; three queries whatever their number."""
    chosen = Article.objects.filter(marketplace_id=marketplace_id, category=category)
    articles = list(chosen.order_by("position", "slug"))
    standings = _standings(
        ArticleVersion.objects.filter(article__marketplace_id=marketplace_id, article__category=category)
    )
    counts = counts_of(marketplace_id, today)
    found = []
    for article in articles:
        here = standings.get(article.pk, ())
        titles = {standing.language: standing.title for standing in here if standing.title}
        title = titles.get(lang) or next(iter(titles.values()), article.slug)
        found.append(
            Row(article=article, title=title, standings=here, counts=counts.get(article.pk, Counts()))
        )
    return found


def standings_of(article_id: UUID) -> tuple[Standing, ...]:
    """Return where one article stands in each language."""
    rows = ArticleVersion.objects.filter(article_id=article_id)
    missing = tuple(Standing(language=lang) for lang in LANGUAGES)
    return _standings(rows).get(article_id, missing)


def counts_of(marketplace_id: UUID, today: dt.date) -> dict[UUID, Counts]:
    """Return what readers did with each article in the last 90 days."""
    rows = Verdict.objects.filter(
        article__marketplace_id=marketplace_id, on__gte=today - dt.timedelta(days=DAYS)
    )
    sums = rows.values("article_id").annotate(
        reads=Sum("read"), yes=Sum("solved"), no=Sum("not_solved"), went_on=Sum("claimed")
    )
    return {
        row["article_id"]: Counts(row["reads"], row["yes"], row["no"], row["went_on"])
        for row in sums.order_by()
    }


def article_of(marketplace_ids: Iterable[UUID], article_id: UUID) -> Article | None:
    """Return an article of one of these marketplaces."""
    rows = Article.objects.filter(pk=article_id, marketplace_id__in=list(marketplace_ids))
    return rows.select_related("marketplace").first()


def versions_of(article_id: UUID, lang: str) -> list[ArticleVersion]:
    """Return all that an article said in a language, the newest first."""
    rows = ArticleVersion.objects.filter(article_id=article_id, language=lang)
    return list(rows.select_related("saved_by").order_by("-number"))


def slugs_of(marketplace_id: UUID) -> set[str]:
    return set(Article.objects.filter(marketplace_id=marketplace_id).values_list("slug", flat=True))


def questions_of(marketplace_id: UUID) -> list[NothingFound]:
    """Return what readers looked for and did not find, the most asked first."""
    rows = NothingFound.objects.filter(marketplace_id=marketplace_id)
    return list(rows.order_by("-count", "-last_on", "words")[:QUESTIONS])


def synonyms_of(marketplace_id: UUID, lang: str) -> list[Synonyms]:
    return list(Synonyms.objects.filter(marketplace_id=marketplace_id, language=lang).order_by("word"))


_READ = ("id", "article_id", "language", "number", "title", "saved_at", "published_at", "withdrawn_at")


def _standings(rows: QuerySet[ArticleVersion]) -> dict[UUID, tuple[Standing, ...]]:
    by_article: dict[UUID, dict[str, list[ArticleVersion]]] = {}
    for version in rows.only(*_READ).order_by("number"):
        by_article.setdefault(version.article_id, {}).setdefault(version.language, []).append(version)
    return {key: _of_article(languages) for key, languages in by_article.items()}


def _of_article(languages: dict[str, list[ArticleVersion]]) -> tuple[Standing, ...]:
    saved = {lang: versions[-1].saved_at for lang, versions in languages.items()}
    return tuple(
        _standing(lang, languages[lang], max(saved.values()))
        if lang in languages
        else Standing(language=lang)
        for lang in LANGUAGES
    )


def _standing(lang: str, versions: Sequence[ArticleVersion], newest_at: dt.datetime) -> Standing:
    latest = versions[-1]
    out = [version for version in versions if version.published_at and version.withdrawn_at is None]
    return Standing(
        language=lang,
        title=latest.title,
        latest=latest.number,
        published=out[-1].number if out else 0,
        published_at=out[-1].published_at if out else None,
        saved_at=latest.saved_at,
        was_published=any(version.published_at for version in versions),
        is_draft=latest.published_at is None,
        is_older=latest.saved_at < newest_at,
    )
