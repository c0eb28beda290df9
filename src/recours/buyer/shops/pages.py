"""What the page of a shop shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from recours.buyer.orders.cards import title_of
from recours.claims.presentation import country_name
from recours.conversations.figures import answering_of
from recours.marketplaces.models import Order, OrderLine, Shop
from recours.rules.access import Identity
from recours.rules.answering import said
from recours.rules.establishment import is_outside_the_union
from recours.ui.language import lang

LATEST = 5
"""Orders of the reader that a shop's page names; all of them are under "Mes commandes"."""


def shop_page(shop: Shop, identity: Identity, *, now: dt.datetime) -> dict[str, Any]:
    """Return the context of a shop's page: the same for everybody, but for the reader's own orders there."""
    answering = answering_of(shop.pk, now=now)
    return {
        "shop": shop,
        "country": country_name(shop.country) if shop.country else "",
        "outside_union": is_outside_the_union(shop.country),
        "answering": said(answering, lang()),
        "contact": _contact(shop),
        "legal": _legal(shop),
        "lacks_legal": not all((shop.legal_name, shop.registration, shop.mediator)),
        "orders": [
            {"id": order.pk, "number": order.number, "at": order.ordered_at, "title": title_of(lines)}
            for order, lines in _orders_at(shop.pk, identity)
        ],
        "is_own": shop.pk in identity.shop_ids,
    }


def _contact(shop: Shop) -> list[dict[str, str]]:
    return [
        {"term": _("Adresse électronique"), "text": shop.email, "href": f"mailto:{shop.email}"},
        {"term": _("Téléphone"), "text": shop.phone, "href": _telephone(shop.phone)},
        {"term": _("Adresse postale"), "text": shop.address, "href": ""},
    ]


def _legal(shop: Shop) -> list[dict[str, str]]:
    return [
        {"term": _("Nom ou raison sociale"), "text": shop.legal_name, "href": ""},
        {"term": _("Immatriculation"), "text": shop.registration, "href": ""},
        {"term": _("Numéro de TVA"), "text": shop.vat_number, "href": ""},
        {"term": _("Médiateur de la consommation"), "text": shop.mediator, "href": _web(shop.mediator_url)},
    ]


def _telephone(number: str) -> str:
    """Return what a telephone can dial; nothing where the text holds something else than a number."""
    digits = "".join(char for char in number if char in "+0123456789")
    return f"tel:{digits}" if len(digits) >= 5 and not any(char.isalpha() for char in number) else ""


def _web(address: str) -> str:
    """An imported address may be of any scheme; only those of the web become a link."""
    return address if address.startswith(("https://", "http://")) else ""


def _orders_at(shop_id: UUID, identity: Identity) -> list[tuple[Order, Sequence[OrderLine]]]:
    if not identity.buyer_ids:
        return []
    lines = Prefetch("lines", OrderLine.objects.only("order_id", "title", "position").order_by("position"))
    rows = Order.objects.filter(buyer_id__in=identity.buyer_ids, shop_id=shop_id)
    rows = rows.prefetch_related(lines).order_by("-ordered_at", "-id")
    return [(order, list(order.lines.all())) for order in rows[:LATEST]]
