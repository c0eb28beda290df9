"""Acts on accounts."""

from __future__ import annotations

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from recours.marketplaces.models import Buyer
from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff, User
from recours.rules.refusals import Refusal


def link_buyers(user: User) -> int:
    """Give the user every buyer whose address they proved to be theirs; return how many are new.

    An address that was only typed gives nothing, and a buyer who already has an account keeps it.
    """
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    addresses = [address.lower() for address in proven]
    if not addresses:
        return 0
    return Buyer.objects.filter(email__in=addresses, user__isnull=True).update(user=user)


class AddressNotProven(Refusal):
    """Nobody knows whether the address of this account is theirs, so nothing can be sent to it."""


def proven_addresses(user: User) -> list[str]:
    """Return the addresses that a user proved to be theirs, in lower case, the primary one first."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "email")
    return [address.lower() for address in rows.values_list("email", flat=True)]


def become_buyer(*, user: User, marketplace_id: UUID) -> Buyer:
    """Return the user's buyer at a marketplace, made from their proven address if they never bought there.

    In one transaction, so that two requests at once make one. Raises AddressNotProven; also where the only proven
    addresses belong to another account's buyer.
    """
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=user.pk)
        link_buyers(user)
        known = Buyer.objects.filter(user=user, marketplace_id=marketplace_id).order_by("email").first()
        if known is not None:
            return known
        for address in proven_addresses(user):
            buyer, made = Buyer.objects.get_or_create(
                marketplace_id=marketplace_id, email=address, defaults={"user": user, "name": user.name}
            )
            if made:
                return buyer
    raise AddressNotProven


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


def appoint_to_shop(*, user: User, shop_id: UUID, role: ShopRole = ShopRole.STAFF) -> None:
    """Give the user this role, and no other, in the shop."""
    ShopStaff.objects.update_or_create(user=user, shop_id=shop_id, defaults={"role": role})


def appoint_to_desk(*, user: User, marketplace_id: UUID, role: DeskRole) -> None:
    """Give the user this role, and no other, at the marketplace's desk."""
    DeskStaff.objects.update_or_create(user=user, marketplace_id=marketplace_id, defaults={"role": role})
