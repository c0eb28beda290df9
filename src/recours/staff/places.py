"""Where people work: at a marketplace's desk, or for a shop. The same acts for both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from recours.marketplaces.models import Marketplace, Shop
from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff
from recours.rules.access import Person


@dataclass(frozen=True)
class Workplace:
    """A desk; or a shop, when one is named."""

    marketplace: Marketplace
    shop: Shop | None = None

    @property
    def name(self) -> str:
        return self.shop.name if self.shop is not None else self.marketplace.name

    @cached_property
    def roles(self) -> tuple[str, ...]:
        return tuple(ShopRole.values if self.shop is not None else DeskRole.values)

    def members(self) -> QuerySet[DeskStaff] | QuerySet[ShopStaff]:
        """Return who works here, with their accounts."""
        if self.shop is not None:
            return ShopStaff.objects.filter(shop=self.shop).select_related("user")
        return DeskStaff.objects.filter(marketplace=self.marketplace).select_related("user")

    def person(self, role: str) -> Person:
        """Return which column of the table a role is."""
        return Person(f"shop_{role}" if self.shop is not None else role)
