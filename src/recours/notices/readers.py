"""How people are reached: at their account's address where they have one, else at the one the marketplace knows."""

from __future__ import annotations

from uuid import UUID

from recours.marketplaces.models import Buyer, Shop
from recours.notices.commands import Reader
from recours.people.models import ShopStaff, User
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import FALLBACK


def buyer_reader(buyer_id: UUID) -> Reader:
    """Return how a buyer is reached."""
    buyer = Buyer.objects.select_related("user").get(pk=buyer_id)
    if buyer.user is not None:
        return user_reader(buyer.user, Role.BUYER)
    return Reader(role=Role.BUYER, address=buyer.email, name=buyer.name)


def shop_readers(shop_id: UUID) -> list[Reader]:
    """Return how a shop is reached: all of its staff, or its own address while it has none."""
    staff = ShopStaff.objects.filter(shop_id=shop_id, user__is_active=True).select_related("user")
    readers = [user_reader(member.user, Role.SELLER) for member in staff]
    if readers:
        return readers
    shop = Shop.objects.get(pk=shop_id)
    language = "zh" if shop.country == "CN" else "fr"
    return (
        [Reader(role=Role.SELLER, address=shop.email, name=shop.name, language=language)]
        if shop.email
        else []
    )


def user_reader(user: User, role: Role) -> Reader:
    """Return how somebody is reached in a role; Chinese has the words of a shop's mails, and of no others."""
    language = user.language or "fr"
    if role is not Role.SELLER:
        language = FALLBACK.get(language, language)
    return Reader(role=role, address=user.email, user_id=user.pk, name=user.name, language=language)
