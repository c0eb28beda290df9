"""The list of articles: where each stands in each language, and what readers did with it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from recours import clock
from recours.desk.help.finding import LANGUAGE_NAMES, status, tabs
from recours.desk.views.door import desk_context, desk_of, for_agents
from recours.helpcentre.models import Category
from recours.helpcentre.naming import CATEGORIES, SECTIONS
from recours.helpcentre.queries.editing import DAYS, Row, rows_of
from recours.rules.access import may
from recours.rules.wording.format import typography
from recours.ui.language import lang


@require_safe
@for_agents
def articles(request: HttpRequest) -> HttpResponseBase:
    """A category's articles; administrators edit them, agents read."""
    desk, places = desk_of(request)
    place = desk.marketplace
    wanted = request.GET.get("category", "")
    category = Category(wanted) if wanted in Category.values else Category.ORDERS
    today = clock.now().astimezone(ZoneInfo(place.zone)).date()
    may_edit = may(desk.identity, "article.write", marketplace_id=place.pk)
    context = desk_context(
        places,
        desk,
        in_help=True,
        tabs=tabs(place, "articles"),
        categories=[
            {
                "label": CATEGORIES[each],
                "url": f"?place={place.slug}&category={each.value}",
                "current": each is category,
            }
            for each in Category
        ],
        category=category.value,
        languages=list(LANGUAGE_NAMES.values()),
        days=DAYS,
        may_edit=may_edit,
        rows=[_row(row, may_edit) for row in rows_of(place.pk, category, lang(), today)],
    )
    return render(request, "desk/help/articles.html", context)


def _row(row: Row, may_edit: bool) -> dict[str, Any]:
    page = "desk:help_edit" if may_edit else "desk:help_article"
    return {
        "title": typography(row.title, lang()),
        "slug": row.article.slug,
        "section": SECTIONS.get(row.article.section, row.article.section),
        "counts": row.counts,
        "languages": [
            {
                "name": LANGUAGE_NAMES[standing.language],
                "badges": status(standing),
                "url": reverse(page, args=[row.article.pk, standing.language])
                if may_edit or not standing.is_missing
                else "",
            }
            for standing in row.standings
        ],
    }
