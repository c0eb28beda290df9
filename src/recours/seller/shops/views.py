"""The shop's own page, edited by its staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recours.marketplaces.commands.shops import describe_shop
from recours.marketplaces.models import Shop
from recours.marketplaces.shops import shop_url
from recours.people.queries import identity
from recours.rules.access import Identity, may
from recours.seller.shops.forms import ShopForm
from recours.seller.views import for_sellers


@require_safe
@for_sellers
def shops(request: HttpRequest) -> HttpResponseBase:
    """The shops that this person acts for; the only one at once."""
    who = identity(request)
    mine = who.shop_ids
    if len(mine) == 1:
        return redirect("seller:shop", next(iter(mine)))
    rows = Shop.objects.filter(pk__in=mine).select_related("marketplace").order_by("name", "id")
    shown = [
        {"shop": shop, "public_url": shop_url(shop.marketplace, shop), "team_url": _team_url(who, shop)}
        for shop in rows
    ]
    return render(request, "seller/shops/shops.html", {"shops": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def shop(request: HttpRequest, shop_id: UUID) -> HttpResponseBase:
    """What buyers read about one shop, to be changed."""
    found = Shop.objects.select_related("marketplace")
    row = found.filter(pk=shop_id, pk__in=identity(request).shop_ids).first()
    if row is None:
        raise Http404
    form = ShopForm(row, request.POST) if request.method == "POST" else ShopForm(row)
    public_url = shop_url(row.marketplace, row)
    if request.method == "POST" and form.is_valid():
        describe_shop(shop_id=row.pk, details=form.details)
        messages.success(request, _("C’est enregistré : voici votre page, telle que tout le monde la voit."))
        return redirect(public_url)
    context = {
        "shop": row,
        "form": form,
        "public_url": public_url,
        "team_url": _team_url(identity(request), row),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "seller/shops/shop.html", context, status=status)


def _team_url(who: Identity, shop: Shop) -> str:
    """Return where the shop's team is chosen, for who may; "" for others."""
    return reverse("seller:team", args=[shop.pk]) if may(who, "staff.manage", shop_id=shop.pk) else ""
