"""Who is asking, and what is theirs."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest

from recours.people.models import DeskRole, User
from recours.rules.access import Action, Identity, acting, action

_ON_REQUEST, _NARROWED, _ACTION = "_recours_identity", "_recours_identity_acting", "_recours_action"
_BUYER, _SHOP, _SHOP_ADMINISTRATOR = "buyer", "shop_staff", "shop_administrator"
_SECOND_FACTOR = "second_factor"

# Asked by every page of who is signed in: written out, since composing it anew costs more than sending it.
IDENTITY = """
SELECT 'buyer', id FROM marketplaces_buyer WHERE user_id = %(user)s
UNION ALL SELECT 'shop_' || role, shop_id FROM people_shopstaff WHERE user_id = %(user)s
UNION ALL SELECT role, marketplace_id FROM people_deskstaff WHERE user_id = %(user)s
UNION ALL (
  SELECT 'second_factor', user_id FROM mfa_authenticator
  WHERE user_id = %(user)s AND type IN ('totp', 'webauthn') LIMIT 1
)
"""


NOBODY = Identity()


def identity_of(user: User | AnonymousUser, *, doing: str | None = None) -> Identity:
    """Return what the user is to every shop and marketplace, in one query; for the action `doing`, if one is named."""
    if not isinstance(user, User) or not user.is_active:
        return NOBODY
    found: dict[str, set[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY, {"user": user.pk})
        for role, key in cursor.fetchall():
            found.setdefault(role, set()).add(key)
    held = {role: frozenset(keys) for role, keys in found.items()}
    nothing: frozenset[UUID] = frozenset()
    administrator_of = held.get(DeskRole.ADMINISTRATOR, nothing)
    lead_of = held.get(DeskRole.LEAD, nothing)
    shop_administrator_of = held.get(_SHOP_ADMINISTRATOR, nothing)
    is_shut = (
        settings.STAFF_SECOND_FACTOR
        and _SECOND_FACTOR not in held
        and bool(held.keys() & set(DeskRole.values))
    )
    if is_shut:
        # Who works at a desk and signs in with a password alone is at no desk, whichever way they come.
        held = {role: keys for role, keys in held.items() if role not in DeskRole.values}
        administrator_of = lead_of = nothing
    whole = Identity(
        user_id=user.pk,
        buyer_ids=held.get(_BUYER, nothing),
        shop_ids=shop_administrator_of | held.get(_SHOP, nothing),
        shop_administrator_of=shop_administrator_of,
        agent_of=administrator_of | lead_of | held.get(DeskRole.AGENT, nothing),
        lead_of=lead_of,
        administrator_of=administrator_of,
        auditor_of=held.get(DeskRole.AUDITOR, nothing),
        desk_is_shut=is_shut,
    )
    return acting(whole, action(doing)) if doing else whole


def whole_identity(request: HttpRequest) -> Identity:
    """Return the identity of who sent the request, whatever they ask for; asked of the database once per request."""
    known = getattr(request, _ON_REQUEST, None)
    user = request.user
    if isinstance(known, Identity) and known.user_id == user.pk:
        return known
    found = identity_of(user)
    setattr(request, _ON_REQUEST, found)
    setattr(request, _NARROWED, None)
    return found


def ask_for(request: HttpRequest, wanted: Action) -> None:
    """Say which action the request is, so that `identity` counts for it."""
    setattr(request, _ACTION, wanted)
    setattr(request, _NARROWED, None)


def identity(request: HttpRequest) -> Identity:
    """Return the identity of who sent the request, as it counts for the action that they ask for."""
    whole = whole_identity(request)
    wanted = getattr(request, _ACTION, None)
    if not isinstance(wanted, Action):
        return whole
    narrowed = getattr(request, _NARROWED, None)
    if not isinstance(narrowed, Identity):
        narrowed = acting(whole, wanted)
        setattr(request, _NARROWED, narrowed)
    return narrowed
