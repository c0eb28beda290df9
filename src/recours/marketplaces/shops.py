"""Reading a shop as everybody may see it, and its address on the site."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.urls import reverse

from recours.marketplaces.models import Marketplace, Shop
from recours.rules.wording import Lang, say


def shop_at(marketplace: str, ref: str) -> Shop | None:
    """Return the shop that a marketplace (by its slug) calls `ref`; None where there is none."""
    if "\0" in ref:
        return None
    return Shop.objects.select_related("marketplace").filter(marketplace__slug=marketplace, ref=ref).first()


class Notice(NamedTuple):
    """What buyers are told of a shop that is, or soon will be, away."""

    title: str
    words: str
    dates_stay: str


def holiday_notice(shop: Shop, lang: Lang, *, today: dt.date) -> Notice | None:
    """Return what is said of the shop's holiday today, None while there is nothing to say.

    `today` is a day of the marketplace's zone.
    """
    holiday = shop.holiday
    if holiday is None or not holiday.is_shown(today):
        return None
    return Notice(holiday.title(shop.name, lang), holiday.words(lang), say(lang, "holidays.dates_stay"))


def shop_url(marketplace: Marketplace, shop: Shop) -> str:
    """Return the address of the shop's public page."""
    return reverse("buyer:shop", args=[marketplace.slug, shop.ref])
