"""A marketplace opens, and says where goods go back to."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours.marketplaces.models import Marketplace
from recours.marketplaces.policies import publish_policy


def create_marketplace(
    *, slug: str, name: str, country: str, zone: str, currency: str, policy: str, now: dt.datetime
) -> Marketplace:
    """Create a marketplace and publish its first policy, in one transaction.

    `policy` is the text of a policy file. Raises django's ValidationError for a slug that is taken or odd,
    PolicyError for a malformed policy.
    """
    place = Marketplace(slug=slug, name=name, country=country, zone=zone, currency=currency)
    place.full_clean()
    with transaction.atomic():
        place.save(force_insert=True)
        publish_policy(marketplace_id=place.pk, source=policy, now=now)
    return place


def set_return_address(*, marketplace_id: UUID, address: str) -> None:
    """Write down where goods go back to for shops without an address of their own; empty for nowhere."""
    Marketplace.objects.filter(pk=marketplace_id).update(return_address=address.strip())
