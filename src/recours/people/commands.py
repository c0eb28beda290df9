"""Acts on accounts."""

from __future__ import annotations

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection

from recours.marketplaces.models import Buyer
from recours.people.models import DeskRole, DeskStaff, ShopStaff, User


def link_buyers(user: User) -> int:
    """Give the user every buyer whose address they proved to be theirs; return how many are new.

    An address that was only typed gives nothing, and a buyer who already has an account keeps it.
    """
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    addresses = [address.lower() for address in proven]
    if not addresses:
        return 0
    return Buyer.objects.filter(email__in=addresses, user__isnull=True).update(user=user)


def link_new_buyers(marketplace_id: UUID) -> int:
    """Do the same for all accounts and one marketplace, after an import; return how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE marketplaces_buyer AS buyer
               SET user_id = address.user_id
              FROM account_emailaddress AS address
             WHERE buyer.marketplace_id = %s AND buyer.user_id IS NULL
               AND address.verified AND lower(address.email) = buyer.email
            """,
            [marketplace_id],
        )
        return int(cursor.rowcount)


def appoint_to_shop(*, user: User, shop_id: UUID) -> None:
    """Let the user act for the shop; nothing happens if they may already."""
    ShopStaff.objects.get_or_create(user=user, shop_id=shop_id)


def appoint_to_desk(*, user: User, marketplace_id: UUID, role: DeskRole) -> None:
    """Give the user this role, and no other, at the marketplace's desk."""
    DeskStaff.objects.update_or_create(user=user, marketplace_id=marketplace_id, defaults={"role": role})
