"""Who is asking, and what is theirs."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest

from recours.people.models import DeskRole, User
from recours.rules.access import Identity

_ON_REQUEST = "_recours_identity"
_BUYER, _SHOP = "buyer", "shop"

# Asked by every page of who is signed in: written out, since composing it anew costs more than sending it.
IDENTITY = """
SELECT 'buyer', id FROM marketplaces_buyer WHERE user_id = %(user)s
UNION ALL SELECT 'shop', shop_id FROM people_shopstaff WHERE user_id = %(user)s
UNION ALL SELECT role, marketplace_id FROM people_deskstaff WHERE user_id = %(user)s
"""


NOBODY = Identity()


def identity_of(user: User | AnonymousUser) -> Identity:
    """Return what the user is to every shop and marketplace, in one query."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    found: dict[str, set[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY, {"user": user.pk})
        for role, key in cursor.fetchall():
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
