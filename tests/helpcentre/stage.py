"""Two articles to begin with, and short ways to write and publish."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from recours import clock
from recours.helpcentre.commands import Written, publish, save_draft
from recours.helpcentre.commands.writing import latest_version, seen_of
from recours.helpcentre.models import Article, Category
from recours.marketplaces.models import Marketplace

LOST: dict[str, Any] = {
    "slug": "colis-non-recu",
    "category": Category.SHIPPING,
    "section": "not_arrived",
    "action": "dispute:lost",
    "title": "Je n'ai jamais reçu mon colis",
    "summary": "Ouvrez un litige : le vendeur a {{ policy.seller.response }} pour répondre.",
    "body": "## Avant\n\nRegardez le [suivi](suivre-mon-colis).\n\n{{ says.seller_silence }}",
    "keywords": ("colis perdu", "pas reçu"),
    "related": ("suivre-mon-colis",),
}
TRACKING: dict[str, Any] = {
    "slug": "suivre-mon-colis",
    "category": Category.SHIPPING,
    "section": "tracking",
    "action": "orders",
    "title": "Où est mon colis ?",
    "summary": "Le suivi est sur la page de la commande.",
    "body": "Ouvrez vos commandes.",
}


def written(**fields: Any) -> Written:
    values: dict[str, Any] = {"language": "fr", "position": 0, "related": (), "keywords": ()}
    return Written(**(values | {name: value for name, value in fields.items() if name != "slug"}))


def a_draft(place: Marketplace, *, by: UUID | None = None, **fields: Any) -> Article:
    """An article with a draft; LOST unless told otherwise."""
    values = LOST | fields
    version = save_draft(
        marketplace_id=place.pk, slug=values["slug"], written=written(**values), by=by, now=clock.now()
    )
    return version.article


def an_article(place: Marketplace, *, by: UUID | None = None, **fields: Any) -> Article:
    """A published article."""
    article = a_draft(place, by=by, **fields)
    publish(article_id=article.pk, language=fields.get("language", "fr"), now=clock.now())
    return article


def again(article: Article, *, by: UUID | None = None, **fields: Any) -> None:
    """Save other words for an article, by somebody who has seen the last ones."""
    article.refresh_from_db()
    language = fields.get("language", "fr")
    save_draft(
        marketplace_id=article.marketplace_id,
        article_id=article.pk,
        written=written(**(LOST | fields)),
        by=by,
        now=clock.now(),
        seen=seen_of(article, latest_version(article.pk, language)),
    )
