"""Whether somebody may: the one question, and an identity that already answers it."""

from __future__ import annotations

from uuid import UUID

from msgspec.structs import replace

from recours.rules.access.identity import Identity
from recours.rules.access.table import Action, Person, action

DESK = (Person.AGENT, Person.LEAD, Person.ADMINISTRATOR, Person.AUDITOR)
SHOP = (Person.SHOP_STAFF, Person.SHOP_ADMINISTRATOR)


def may(
    identity: Identity, name: str, *, marketplace_id: UUID | None = None, shop_id: UUID | None = None
) -> bool:
    """Whether the table gives somebody an action: at this desk, in this shop, or with neither, anywhere at all.

    That it is theirs, where a cell says "own", is for who fetches the thing. Raises UnknownAction.
    """
    return may_do(identity, action(name), marketplace_id=marketplace_id, shop_id=shop_id)


def may_do(
    identity: Identity, wanted: Action, *, marketplace_id: UUID | None = None, shop_id: UUID | None = None
) -> bool:
    """Do the same for an action that is known."""
    if not wanted.built:
        return False
    if marketplace_id is not None:
        return wanted.allows(identity.person_at_desk(marketplace_id))
    if shop_id is not None:
        return wanted.allows(identity.person_in_shop(shop_id))
    if wanted.is_open:
        return True
    if not identity.is_somebody:
        return False
    return (
        wanted.allows(Person.BUYER)
        or any(wanted.allows(identity.person_at_desk(place)) for place in identity.desks)
        or any(wanted.allows(identity.person_in_shop(shop)) for shop in identity.shop_ids)
    )


def acting(identity: Identity, wanted: Action) -> Identity:
    """Return the identity as it counts for one action: at the desks and in the shops where the table gives it to them.

    So a query that starts from an identity needs to know of no table. A side that the action does not concern stays as
    it is: by their purchases and their shops, an agent is kept from claims of their own.
    """
    if any(wanted.allows(person) for person in DESK):
        may_act_at = frozenset(
            place for place in identity.desks if wanted.allows(identity.person_at_desk(place))
        )
        identity = replace(identity, agent_of=may_act_at)
    if any(wanted.allows(person) for person in SHOP):
        may_act_in = frozenset(
            shop for shop in identity.shop_ids if wanted.allows(identity.person_in_shop(shop))
        )
        identity = replace(identity, shop_ids=may_act_in)
    return identity
