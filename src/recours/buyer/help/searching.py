"""Looking for an article: the same page with and without JavaScript, the list alone as one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from recours.buyer.help.views import around, found_place, today
from recours.helpcentre.commands import note_nothing_found
from recours.helpcentre.queries.search import Hit, search
from recours.marketplaces.models import Marketplace
from recours.ui.language import lang

LONGEST = 200
"""Characters of a question that are looked at: whoever pastes a whole letter is answered by its beginning."""


@require_safe
def search_page(request: HttpRequest, marketplace: str) -> HttpResponse:
    """What answers the words of the address; nothing is asked yet without them."""
    place = found_place(marketplace)
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())
    query = asked[:LONGEST]
    context: dict[str, Any] = {"query": query, "cut": len(asked) > LONGEST}
    is_typing = bool(getattr(request, "htmx", False))
    if query:
        found = search(marketplace_id=place.pk, language=lang(), text=query)
        context["links"] = [_link(place, hit) for hit in found.hits]
        context["corrected"] = found.corrected
        context["suggestion"] = found.suggestion
        if found.is_nothing and not is_typing:  # half a word is not a question
            note_nothing_found(marketplace_id=place.pk, language=lang(), text=query, on=today(place))
    template = "buyer/help/found.html" if is_typing else "buyer/help/search.html"
    return render(request, template, around(place, **context))


def _link(place: Marketplace, hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.title,
        "summary": hit.summary,
        "passage": hit.passage,
        "url": reverse("buyer:help_article", args=[place.slug, hit.slug]),
        "language": hit.language,
        "foreign": hit.language != lang(),
    }
