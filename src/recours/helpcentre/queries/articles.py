"""What readers see of the help centre: published texts, in their language or else in French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Sum
from msgspec import Struct

from recours.helpcentre.models import Category, PublishedText, Verdict
from recours.helpcentre.sections import SECTIONS
from recours.marketplaces.models import Marketplace

FALLBACK = "fr"
"""What a reader gets of an article that nobody wrote in their language."""
_LISTED = ("id", "language", "title", "summary", "article__slug", "article__category", "article__section")


class Section(Struct, frozen=True):
    """Articles of a category that belong together; no name for those that stand in no section."""

    key: str
    texts: tuple[PublishedText, ...]


class Shelf(Struct, frozen=True):
    """A category with its sections, empty ones left out."""

    category: Category
    sections: tuple[Section, ...]

    @property
    def count(self) -> int:
        return sum(len(section.texts) for section in self.sections)


def helped_places() -> list[Marketplace]:
    """Return the marketplaces that have a help centre, by name."""
    return list(Marketplace.objects.order_by("name", "id"))


def place_of(slug: str) -> Marketplace | None:
    return Marketplace.objects.filter(slug=slug).first()


def listed(marketplace_id: UUID, lang: str, category: str = "") -> list[PublishedText]:
    """Return a text for each published article, in `lang` where there is one, in the order of its category; in one
    query. The body is not loaded."""
    rows = PublishedText.objects.filter(marketplace_id=marketplace_id, language__in={lang, FALLBACK})
    if category:
        rows = rows.filter(article__category=category)
    rows = rows.select_related("article").only(*_LISTED)
    return _one_each(rows.order_by("article__category", "article__position", "article__slug"), lang)


def shelves(marketplace_id: UUID, lang: str, category: str = "") -> list[Shelf]:
    """Return the categories that have articles, in their order, each with its sections; in one query."""
    texts = listed(marketplace_id, lang, category)
    found = []
    for each in Category:
        here = [text for text in texts if text.article.category == each]
        if here:
            found.append(Shelf(each, tuple(_sections(each, here))))
    return found


def text_of(marketplace_id: UUID, slug: str, lang: str) -> PublishedText | None:
    """Return what a reader of `lang` gets at an address; None where nothing is published."""
    rows = PublishedText.objects.filter(
        marketplace_id=marketplace_id, article__slug=slug, language__in={lang, FALLBACK}
    )
    found = _one_each(rows.select_related("article"), lang)
    return found[0] if found else None


def texts_at(marketplace_id: UUID, slugs: Sequence[str], lang: str) -> list[PublishedText]:
    """Return the published texts at these addresses, in their order; the body is not loaded."""
    rows = PublishedText.objects.filter(
        marketplace_id=marketplace_id, article__slug__in=list(slugs), language__in={lang, FALLBACK}
    )
    found = _one_each(rows.select_related("article").only(*_LISTED), lang)
    return sorted(found, key=lambda text: slugs.index(text.article.slug))


def most_read(marketplace_id: UUID, since: dt.date) -> list[UUID]:
    """Return the articles that readers opened most since a day, in any language, the first ten."""
    rows = Verdict.objects.filter(article__marketplace_id=marketplace_id, on__gte=since)
    sums = rows.values("article_id").annotate(total=Sum("read")).filter(total__gt=0)
    return [row["article_id"] for row in sums.order_by("-total", "article_id")[:10]]


def _one_each(rows: Iterable[PublishedText], lang: str) -> list[PublishedText]:
    """Keep one text of each article, the one in the reader's language first; the order is kept."""
    found: dict[UUID, PublishedText] = {}
    for text in rows:
        if text.article_id not in found or text.language == lang:
            found[text.article_id] = text
    return list(found.values())


def _sections(category: Category, texts: list[PublishedText]) -> Iterable[Section]:
    for key in (*SECTIONS[category], ""):
        here = tuple(
            text
            for text in texts
            if text.article.section == key or (not key and text.article.section not in SECTIONS[category])
        )
        if here:
            yield Section(key, here)
