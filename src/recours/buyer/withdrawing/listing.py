"""Which of the reader's orders can be withdrawn from today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from recours.buyer.orders.cards import title_of, total_of
from recours.buyer.withdrawing.button import is_anything_left
from recours.claims.claimable import rules_today
from recours.claims.queries import open_claims_on
from recours.claims.withdrawable import purchase_of
from recours.marketplaces.models import Order
from recours.marketplaces.policies import NoPolicy
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import check_withdrawable
from recours.rules.wording.format import money, until_day
from recours.ui.language import lang


def orders_to_choose(orders: Iterable[Order], now: dt.datetime) -> list[dict[str, Any]]:
    """Return the orders whose term runs or has not begun, each with its end and where the first step is.

    Those of which nothing is left are not among them.
    """
    found = []
    versions: dict[UUID, int] = {}
    all_orders = list(orders)
    claims = open_claims_on([order.pk for order in all_orders])
    for order in all_orders:
        if not is_anything_left(order, claims.get(order.pk, [])):
            continue
        try:
            rules = rules_today(order.buyer, versions)
            term = check_withdrawable(purchase_of(order, list(order.lines.all()), rules), rules, now)
        except (NoPolicy, Refusal):
            continue
        lines = list(order.lines.all())
        by = until_day(term.due_at, term.zone, lang()) if term else ""
        found.append(
            {
                "url": reverse("buyer:withdraw", args=[order.pk]),
                "title": title_of(lines),
                "hint": f"{order.number} · {order.shop.name} · {money(total_of(order, lines), lang())}",
                "until": gettext("jusqu’au %(day)s") % {"day": by} if by else gettext("pas encore reçue"),
            }
        )
    return found
