"""Who is asking, and what is theirs."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, Value
from django.http import HttpRequest

from recours.marketplaces.models import Buyer
from recours.people.models import DeskRole, DeskStaff, ShopStaff, User
from recours.rules.access import Identity

_ON_REQUEST = "_recours_identity"
_BUYER, _SHOP = "buyer", "shop"


NOBODY = Identity()


def identity_of(user: User | AnonymousUser) -> Identity:
    """Return what the user is to every shop and marketplace, in one query."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    # The right-hand names differ by table; a union takes its columns by place.
    buyers = Buyer.objects.filter(user=user).values_list(Value(_BUYER, CharField()), F("id"))
    shops = ShopStaff.objects.filter(user=user).values_list(Value(_SHOP, CharField()), F("shop_id"))
    desks = DeskStaff.objects.filter(user=user).values_list(F("role"), F("marketplace_id"))
    found: dict[str, set[UUID]] = {}
    for role, key in buyers.union(shops, desks, all=True):
        found.setdefault(role, set()).add(key)
    administrator_of = frozenset(found.get(DeskRole.ADMINISTRATOR, ()))
    return Identity(
        user_id=user.pk,
        buyer_ids=frozenset(found.get(_BUYER, ())),
        shop_ids=frozenset(found.get(_SHOP, ())),
        agent_of=administrator_of | frozenset(found.get(DeskRole.AGENT, ())),
        administrator_of=administrator_of,
    )


def identity(request: HttpRequest) -> Identity:
    """Return the identity of who sent the request, asked of the database once per request."""
    known = getattr(request, _ON_REQUEST, None)
    user = request.user
    if isinstance(known, Identity) and known.user_id == user.pk:
        return known
    found = identity_of(user)
    setattr(request, _ON_REQUEST, found)
    return found
