"""What a shop says of itself."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from recours.marketplaces.models import Shop


class ShopDetails(Struct, frozen=True, kw_only=True):
    """What the staff of a shop may change. Its name, reference and country are the marketplace's to say."""

    sells: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    return_address: str = ""
    legal_name: str = ""
    registration: str = ""
    vat_number: str = ""
    mediator: str = ""
    mediator_url: str = ""


def describe_shop(*, shop_id: UUID, details: ShopDetails) -> None:
    """Write down all of it, empty where something is withdrawn. The caller has checked who asks and what they typed."""
    Shop.objects.filter(pk=shop_id).update(**asdict(details))
