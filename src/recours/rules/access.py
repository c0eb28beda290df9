"""Who somebody is in a claim, and so what exists for them."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from recours.rules.lifecycle.claim import Actor, Claim
from recours.rules.lifecycle.table import permits
from recours.rules.lifecycle.vocabulary import Act, Role


class Identity(Struct, frozen=True, kw_only=True):
    """A person, as far as deciding what they may see goes. Empty for who is not signed in."""

    user_id: UUID | None = None
    buyer_ids: frozenset[UUID] = frozenset()
    shop_ids: frozenset[UUID] = frozenset()
    agent_of: frozenset[UUID] = frozenset()
    """Marketplaces at whose desk they work, as agent or administrator."""
    administrator_of: frozenset[UUID] = frozenset()

    @property
    def is_somebody(self) -> bool:
        return self.user_id is not None


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


def may(actor: Actor, act: Act, claim: Claim) -> bool:
    """Whether the lifecycle gives this role this act in the claim's present state."""
    return permits(claim.state, act, actor.role)


def may_assign(identity: Identity, marketplace_id: UUID) -> bool:
    """Giving a claim to somebody else than oneself is an administrator's act."""
    return marketplace_id in identity.administrator_of


def may_edit_articles(identity: Identity, marketplace_id: UUID) -> bool:
    """Writing for all readers of a marketplace is an administrator's act; its agents read along."""
    return marketplace_id in identity.administrator_of
