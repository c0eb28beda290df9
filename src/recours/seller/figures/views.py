"""The figures of one's shops over a period; the claims behind each; and all of them as a file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from msgspec import Struct

from recours import clock
from recours.claims.models import Claim
from recours.claims.presentation.words import word
from recours.claims.templatetags.claims import claim_title
from recours.marketplaces.models import Shop
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.shop_figures import CARRIER, PERIODS, Cases, period
from recours.rules.wording import say
from recours.rules.wording.format import number, percent
from recours.seller.figures.queries import Asked, claims_of, figures_of, products_of
from recours.seller.queries import shops_of
from recours.seller.views import for_sellers, shop_in
from recours.ui.language import lang

NONE = "–"
"""What stands where nothing can be counted."""

SHOWN = 200
"""Claims that a page of cases lists, the latest first; the file has them all."""

TITLES = {
    Cases.CLAIMS: gettext_lazy("Réclamations du fait de la boutique"),
    Cases.CARRIER: gettext_lazy("Colis perdus ou en retard"),
    Cases.WITHDRAWN: gettext_lazy("Rétractations"),
    Cases.ANSWERED: gettext_lazy("Réclamations auxquelles vous avez répondu"),
    Cases.UPHELD: gettext_lazy("Réclamations auxquelles il a été fait droit"),
    Cases.NOT_UPHELD: gettext_lazy("Réclamations rejetées"),
}


class Seen(Struct, frozen=True, kw_only=True):
    """What the address asks for; what it says wrong is taken as not said."""

    shops: list[Shop]
    chosen: Shop | None
    days: int
    asked: Asked

    def link(self, name: str, **more: str) -> str:
        kept = {"shop": str(self.chosen.pk)} if self.chosen else {}
        return f"{reverse(name)}?{urlencode({'days': self.days, **kept, **more})}"


@require_safe
@for_sellers
def figures(request: HttpRequest) -> HttpResponseBase:
    """What was claimed, how fast it was answered, what came of it, and why, by article."""
    seen = _seen(request)
    found = figures_of(seen.asked)
    context = {
        **_around(seen, "seller:figures"),
        "figures": found,
        "per_hundred": _ratio(found.per_hundred),
        "carrier_per_hundred": _ratio(found.carrier_per_hundred),
        "answer": _length(found.answer),
        "upheld": NONE if found.upheld_percent is None else percent(found.upheld_percent * 100, lang()),
        "links": {which.value: seen.link("seller:figures_cases", of=which.value) for which in Cases},
        "products": [_product(seen, product) for product in products_of(seen.asked)] if found.claims else [],
        "csv_url": seen.link("seller:figures_csv"),
    }
    return render(request, "seller/figures/figures.html", context)


@require_safe
@for_sellers
def cases(request: HttpRequest) -> HttpResponseBase:
    """The claims behind one figure."""
    seen = _seen(request)
    which = next((each for each in Cases if each == request.GET.get("of")), Cases.CLAIMS)
    ground = next((each for each in Ground if each == request.GET.get("ground")), None)
    product = request.GET.get("product", "")
    if "\0" in product:
        raise Http404
    rows = list(claims_of(seen.asked, which, ground=ground, product=product)[: SHOWN + 1])
    narrowed = [product, word("ground_short", ground) if ground else ""]
    context = {
        "title": TITLES[which],
        "narrowed": " · ".join(text for text in narrowed if text),
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "shown": SHOWN,
        "several_shops": len(seen.shops) > 1,
        "since": seen.asked.since,
        "back_url": seen.link("seller:figures"),
    }
    return render(request, "seller/figures/cases.html", context)


@require_safe
@for_sellers
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """All claims of the period, one a line: what the figures are counted from."""
    seen = _seen(request)
    response = StreamingHttpResponse(_lines(seen.asked), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recours-{seen.days}.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(asked: Asked) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow(
        [_("Dossier"), _("Boutique"), _("Ouvert le"), _("Article"), _("Motif"), _("Transport"),
         _("Première réponse (heures)"), _("Issue"), _("Montant en jeu"), _("Devise")]
    )  # fmt: skip
    for row in claims_of(asked, None).iterator(chunk_size=500):
        yield writer.writerow([_cell(value) for value in _values(row)])


def _values(row: Claim) -> list[str]:
    answered_at: dt.datetime | None = row.answered_at  # type: ignore[attr-defined]  # annotated by `claims_of`
    hours = f"{(answered_at - row.opened_at) / dt.timedelta(hours=1):.1f}" if answered_at else ""
    comma = (
        "," if lang() == "fr" else "."
    )  # a spreadsheet adds up what it takes for a number of its own language
    return [
        row.reference,
        row.shop.name if row.shop else "",
        timezone.localtime(row.opened_at).strftime("%Y-%m-%d"),
        claim_title(row),
        word("ground_short", row.ground),
        _("oui") if row.ground in CARRIER else _("non"),
        hours.replace(".", comma),
        word("resolution", row.resolution) if row.resolution else "",
        str(row.disputed.to_decimal()).replace(".", comma),
        row.currency,
    ]


def _cell(text: str) -> str:
    """A spreadsheet takes what begins so for a formula; titles are others' words."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _ratio(shown: float | None) -> str:
    return NONE if shown is None else number(Decimal(str(shown)), lang())


def _length(time: dt.timedelta | None) -> str:
    """Say a length by its largest unit and the next: "1 jour 4 heures"."""
    if time is None:
        return NONE
    minutes = max(1, round(time / dt.timedelta(minutes=1)))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [("days", days), ("hours", hours), ("minutes", 0 if days else minutes)]
    return " ".join(say(lang(), f"length.{unit}", count=count) for unit, count in parts if count)


def _seen(request: HttpRequest) -> Seen:
    shops = shops_of(identity(request))
    chosen = shop_in(request, shops)
    days = period(request.GET.get("days"))
    now = clock.now()
    shop_ids = (chosen.pk,) if chosen else tuple(shop.pk for shop in shops)
    asked = Asked(shop_ids=shop_ids, since=now - dt.timedelta(days=days), until=now)
    return Seen(shops=shops, chosen=chosen, days=days, asked=asked)


def _around(seen: Seen, name: str) -> dict[str, Any]:
    kept = {"shop": str(seen.chosen.pk)} if seen.chosen else {}
    labels = {30: _("30 jours"), 90: _("90 jours"), 365: _("12 mois")}
    periods = [
        {"label": labels[days], "url": f"?{urlencode({'days': days, **kept})}", "current": days == seen.days}
        for days in PERIODS
    ]
    narrower = [
        {
            "label": shop.name,
            "url": f"?{urlencode({'days': seen.days, 'shop': shop.pk})}",
            "current": shop == seen.chosen,
        }
        for shop in seen.shops
    ]
    everything = {
        "label": _("Toutes vos boutiques"),
        "url": f"?days={seen.days}",
        "current": seen.chosen is None,
    }
    return {
        "periods": periods,
        "shops": [everything, *narrower] if len(seen.shops) > 1 else [],
        "since": seen.asked.since,
    }


def _product(seen: Seen, product: Any) -> dict[str, Any]:
    named = {"of": Cases.CLAIMS.value, "product": product.title}
    return {
        "title": product.title,
        "claims": product.claims,
        "url": seen.link("seller:figures_cases", **named),
        "reasons": [
            {
                "label": word("ground_short", ground),
                "count": count,
                "url": seen.link("seller:figures_cases", **named, ground=ground.value),
            }
            for ground, count in product.reasons
        ],
    }
