"""Looking for an article: the same page with and without JavaScript, the list alone as one types."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recours.buyer.help.views import around, found_place, link
from recours.claims.presentation import lang
from recours.helpcentre.queries.articles import matching

LONGEST = 200
"""Characters of a question that are looked at: whoever pastes a whole letter is answered by its beginning."""


@require_safe
def search_page(request: HttpRequest, marketplace: str) -> HttpResponse:
    """What answers the words of the address; nothing is asked yet without them."""
    place = found_place(marketplace)
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())
    query = asked[:LONGEST]
    context: dict[str, Any] = {"query": query, "cut": len(asked) > LONGEST}
    if query:
        context["links"] = [link(place, text) for text in matching(place.pk, lang(), query)]
    template = "buyer/help/found.html" if getattr(request, "htmx", False) else "buyer/help/search.html"
    return render(request, template, around(place, **context))
