"""The first of the two named steps, wherever an order is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from recours.claims.models import Claim
from recours.claims.withdrawable import purchase_of
from recours.marketplaces.models import Order
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.refusals import Refusal
from recours.rules.withdrawing import check_withdrawable


def is_anything_left(order: Order, claims: Sequence[Claim]) -> bool:
    """Whether something of the order is neither paid back nor in a withdrawal under way, of its open `claims`."""
    withdrawn = {
        line.line_id
        for claim in claims
        if claim.ground == Ground.CHANGE_OF_MIND and not claim.closed_at
        for line in claim.snapshot.opening.lines
    }
    return any(line.refundable.minor > 0 and line.pk not in withdrawn for line in order.lines.all())


def withdraw_button(
    order: Order, rules: Rulebook, claims: Sequence[Claim], now: dt.datetime, *, described: str = ""
) -> dict[str, Any] | None:
    """Return the first of the two named steps as a button, as long as the term runs; None once it does not.

    It stays while a dispute is open, and while something is left beside what was withdrawn from: the right depends on
    neither. The words are the law's (art. L221-21).
    """
    if not is_anything_left(order, claims):
        return None
    try:
        check_withdrawable(purchase_of(order, list(order.lines.all()), rules), rules, now)
    except Refusal:
        return None
    return {
        "label": gettext("Renoncer au contrat ici"),
        "url": reverse("buyer:withdraw", args=[order.pk]),
        "style": "secondary",
        "described": described,
    }
