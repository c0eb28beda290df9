"""Who somebody is, and so what exists for them."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from recours.rules.access.table import Person
from recours.rules.lifecycle.vocabulary import Role


class Identity(Struct, frozen=True, kw_only=True):
    """A person, as far as deciding what they may see goes. Empty for who is not signed in."""

    user_id: UUID | None = None
    buyer_ids: frozenset[UUID] = frozenset()
    shop_ids: frozenset[UUID] = frozenset()
    shop_administrator_of: frozenset[UUID] = frozenset()
    """Those of the shops whose staff they choose."""
    agent_of: frozenset[UUID] = frozenset()
    """Marketplaces at whose desk they work, as agent, team lead or administrator; for an action that auditors may too,
    also those that they audit (`acting`).
    """
    lead_of: frozenset[UUID] = frozenset()
    administrator_of: frozenset[UUID] = frozenset()
    auditor_of: frozenset[UUID] = frozenset()
    """Marketplaces of which they read all and change nothing."""

    desk_is_shut: bool = False
    """They work at a desk, and have yet to add the second factor that it asks for: until then they are at none."""

    @property
    def is_somebody(self) -> bool:
        return self.user_id is not None

    @property
    def desks(self) -> frozenset[UUID]:
        """Marketplaces whose desk has a door for them."""
        return self.agent_of | self.auditor_of

    @property
    def has_desk(self) -> bool:
        """Whether they work at a desk, be it one that is shut to them until they add a second factor."""
        return bool(self.desks) or self.desk_is_shut

    def person_at_desk(self, marketplace_id: UUID) -> Person | None:
        """Return which row of the table they are at a marketplace's desk."""
        if marketplace_id in self.administrator_of:
            return Person.ADMINISTRATOR
        if marketplace_id in self.lead_of:
            return Person.LEAD
        if marketplace_id in self.auditor_of:
            return Person.AUDITOR
        return Person.AGENT if marketplace_id in self.agent_of else None

    def person_in_shop(self, shop_id: UUID) -> Person | None:
        """Return which row of the table they are in a shop."""
        if shop_id in self.shop_administrator_of:
            return Person.SHOP_ADMINISTRATOR
        return Person.SHOP_STAFF if shop_id in self.shop_ids else None


class Parties(Struct, frozen=True, kw_only=True):
    """Whose claim it is."""

    marketplace_id: UUID
    buyer_id: UUID | None
    """None for a conversation with who is not known to be any buyer."""
    shop_id: UUID | None = None


def role_in(identity: Identity, parties: Parties) -> Role | None:
    """Return the one role a person has in a claim; None when the claim does not exist for them.

    Who is a party is nothing else: an agent never judges a claim of their own, nor one of a shop they work for.
    """
    if parties.buyer_id in identity.buyer_ids:
        return Role.BUYER
    if parties.shop_id is not None and parties.shop_id in identity.shop_ids:
        return Role.SELLER
    if parties.marketplace_id in identity.agent_of:
        return Role.AGENT
    return None
