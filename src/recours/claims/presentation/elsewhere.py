"""Where a claim goes on, and what it comes from: the other claims of a merging or a splitting, for who may see them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle.vocabulary import Role

PAGES = {Role.BUYER: "buyer:claim", Role.SELLER: "seller:claim", Role.AGENT: "desk:claim"}


def addresses(opened: OpenedClaim) -> dict[str, str]:
    """Return where this reader reads each claim that this one names: one query, and none for a claim that names none.

    One that they do not see in the same role has no address here, and stays a number.
    """
    claim, row = opened.claim, opened.row
    named = {claim.merged_into, *claim.took_in, claim.split_from, *claim.split_into} - {""}
    if not named:
        return {}
    rows = Claim.objects.filter(reference__in=named, marketplace_id=row.marketplace_id, buyer_id=row.buyer_id)
    if opened.role is Role.SELLER:
        rows = rows.filter(shop_id=row.shop_id) if row.shop_id else rows.none()
    return {
        reference: reverse(PAGES[opened.role], args=[reference])
        for reference in rows.values_list("reference", flat=True)
    }


def elsewhere(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return what `claims/elsewhere.html` shows: what the other claims are to this one, each with its address."""
    claim, found = opened.claim, addresses(opened)
    told = [
        (_("Se poursuit dans"), (claim.merged_into,)),
        (_("A repris"), claim.took_in),
        (_("Issu de"), (claim.comes_from,)),
        (_("Se poursuit aussi dans"), claim.goes_on_in),
    ]
    return [
        {
            "label": label,
            "claims": [{"reference": one, "url": found.get(one, "")} for one in references],
        }
        for label, references in told
        if any(references)
    ]
