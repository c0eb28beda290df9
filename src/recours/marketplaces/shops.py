"""Reading a shop as everybody may see it, and its address on the site."""

from __future__ import annotations

from django.urls import reverse

from recours.marketplaces.models import Marketplace, Shop


def shop_at(marketplace: str, ref: str) -> Shop | None:
    """Return the shop that a marketplace (by its slug) calls `ref`; None where there is none."""
    if "\0" in ref:
        return None
    return Shop.objects.select_related("marketplace").filter(marketplace__slug=marketplace, ref=ref).first()


def shop_url(marketplace: Marketplace, shop: Shop) -> str:
    """Return the address of the shop's public page."""
    return reverse("buyer:shop", args=[marketplace.slug, shop.ref])
