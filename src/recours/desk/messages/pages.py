"""What stands beside a conversation with customer service: who writes, what they bought, what is disputed already."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from recours.claims.presentation import word
from recours.conversations.models import Conversation
from recours.desk.queries import Desk
from recours.desk.views.door import PLACE
from recours.marketplaces.models import Order

LATEST = 5
"""Orders and claims of the buyer that are named; the search of the queue has the others."""


def known_of(desk: Desk, row: Conversation) -> dict[str, Any]:
    """Return the buyer's latest orders and claims at this marketplace, each with its address at the desk."""
    claims = desk.claims.filter(buyer=row.buyer).defer("snapshot", "head_hash", "parked_because")
    orders = Order.objects.filter(buyer=row.buyer).select_related("shop")
    return {
        "buyer_claims": [
            {
                "reference": claim.reference,
                "url": reverse("desk:claim", args=[claim.reference]),
                "what": f"{word('ground_short', claim.ground)}, {word('state', claim.state)}",
            }
            for claim in claims.order_by("-opened_at", "-id")[:LATEST]
        ],
        "buyer_orders": [
            {
                "number": order.number,
                "url": f"{reverse('desk:queue')}?{urlencode({'q': order.number, PLACE: desk.marketplace.slug})}",
                "shop": order.shop.name,
                "at": order.ordered_at,
            }
            for order in orders.order_by("-ordered_at", "-id")[:LATEST]
        ],
        "dispute": dispute_hint(row),
    }


def dispute_hint(row: Conversation) -> dict[str, str]:
    """Say how the buyer goes on where a message does not settle it: the address to give them."""
    if row.order_id is None:
        path = reverse("buyer:orders")
        text = _(
            "Si un message ne suffit pas, l’acheteur peut ouvrir un litige depuis la commande concernée."
        )
    else:
        path = reverse("buyer:order_dispute", args=[row.order_id])
        text = _("Si un message ne suffit pas, l’acheteur peut ouvrir un litige sur cette commande.")
    return {"text": text, "address": f"{settings.SITE_URL.rstrip('/')}{path}"}
