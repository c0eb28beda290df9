"""Where goods go back to: the shop's own address for returns, else the marketplace's, which receives them for it."""

from __future__ import annotations

from typing import Any

from recours.marketplaces.models import Marketplace, Shop


def address_given(of_shop: str, of_place: str) -> str:
    """Return the address to be told to a buyer, its lines without blanks around them; empty while there is none."""
    return tidy(of_shop) or tidy(of_place)


def address_now(shop_id: Any, marketplace_id: Any) -> str:
    """Return where goods for a shop go back to as of now, one that has no claim against it yet included."""
    shops = Shop.objects.filter(pk=shop_id).values_list("return_address", flat=True)
    places = Marketplace.objects.filter(pk=marketplace_id).values_list("return_address", flat=True)
    return tidy(shops.first() or "" if shop_id else "") or tidy(places.first() or "")


def tidy(address: str) -> str:
    return "\n".join(line.strip() for line in address.splitlines() if line.strip())
