"""The public page of a shop."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recours import clock
from recours.buyer.shops.pages import shop_page
from recours.marketplaces.shops import shop_at
from recours.people.queries import identity


@require_safe
def shop(request: HttpRequest, marketplace: str, ref: str) -> HttpResponse:
    """Who the shop is, how it answers, and how to write to it. Anybody may read it."""
    found = shop_at(marketplace, ref)
    if found is None:
        raise Http404
    return render(request, "buyer/shops/shop.html", shop_page(found, identity(request), now=clock.now()))
