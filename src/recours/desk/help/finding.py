"""Which article, of which marketplace, an editor may see or change; what is not theirs does not exist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recours.desk.queries import Desk
from recours.desk.views.door import desk_of
from recours.helpcentre.models import Article
from recours.helpcentre.queries.editing import Standing, article_of, questions_of
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.wording import LANGUAGES

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def read_article(request: HttpRequest, article_id: UUID, language: str) -> Article:
    """Return an article at whose desk one works. Raises Http404."""
    found = article_of(identity(request).agent_of, article_id)
    if found is None or language not in LANGUAGES:
        raise Http404
    return found


def editable_article(request: HttpRequest, article_id: UUID, language: str) -> Article:
    """Return an article that one may change. Raises Http404."""
    found = read_article(request, article_id, language)
    if not may(identity(request), "article.write", marketplace_id=found.marketplace_id):
        raise Http404
    return found


def editable_desk(request: HttpRequest) -> tuple[Desk, list[Marketplace]]:
    """Return the desk that the address names, of one whose articles one may change. Raises Http404."""
    desk, places = desk_of(request)
    if not may(desk.identity, "article.write", marketplace_id=desk.marketplace.pk):
        raise Http404
    return desk, places


def tabs(place: Marketplace, current: str) -> list[dict[str, Any]]:
    """Return the editors' pages."""
    query = f"?place={place.slug}"
    pages = (
        ("articles", _("Articles"), reverse("desk:help"), None),
        ("questions", _("Sans réponse"), reverse("desk:help_questions"), len(questions_of(place.pk))),
        ("synonyms", _("Synonymes"), reverse("desk:help_synonyms", args=["fr"]), None),
    )
    return [
        {"label": label, "url": f"{url}{query}", "current": key == current, "count": count}
        for key, label, url, count in pages
    ]


def status(standing: Standing) -> list[dict[str, str]]:
    """Put where an article stands in a language into badges."""
    if standing.is_missing:
        return [{"label": _("Manque"), "tone": "danger"}]
    badges = []
    if standing.published:
        badges.append({"label": _("Publié"), "tone": "ok"})
    elif standing.was_published:
        badges.append({"label": _("Retiré"), "tone": "warn"})
    if standing.is_draft:
        badges.append({"label": _("Brouillon"), "tone": "accent"})
    if standing.is_older:
        badges.append({"label": _("Plus ancien que l’autre langue"), "tone": "warn"})
    return badges
