"""Who gets a claim that nobody follows: by the desk's own rules, and among several agents by load; how many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from recours.rules.access import Identity, may
from recours.rules.casework.filters import Language
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.money import Money

AGENTS_MOST, ADMINISTRATORS_MOST = 50, 200
"""Claims of one bulk act: what somebody still looks through before saying yes."""


class Facts(Struct, frozen=True, kw_only=True):
    """What a rule can ask about a claim."""

    ground: Ground
    language: Language
    amount: Money
    shop_id: UUID | None = None


class Assignment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a desk: claims of which all that it asks is true go to one of its agents.

    `least` and `most` are inclusive, and true of no claim in another currency.
    """

    agents: tuple[UUID, ...]
    ground: Ground | None = None
    language: Language | None = None
    shop_id: UUID | None = None
    least: Money | None = None
    most: Money | None = None

    def fits(self, claim: Facts) -> bool:
        """Whether it speaks of such a claim."""
        return (
            self.ground in (None, claim.ground)
            and self.language in (None, claim.language)
            and self.shop_id in (None, claim.shop_id)
            and (self.least is None or (_comparable(self.least, claim) and claim.amount >= self.least))
            and (self.most is None or (_comparable(self.most, claim) and claim.amount <= self.most))
        )


def choose(
    rules: Sequence[Assignment], claim: Facts, loads: Mapping[UUID, int], barred: Collection[UUID]
) -> UUID | None:
    """Return the agent that a claim goes to: of the first rule that fits, who has the fewest claims; None for nobody.

    `loads` counts the claims of everybody who works at the desk now: who is not in it has left. `barred` are a party
    to the claim, or ruled on it before it was appealed. A rule whose agents may all not is passed over.
    """
    for rule in rules:
        free = [agent for agent in rule.agents if agent in loads and agent not in barred]
        if free and rule.fits(claim):
            return min(free, key=lambda agent: (loads[agent], rule.agents.index(agent)))
    return None


def _comparable(bound: Money, claim: Facts) -> bool:
    return bound.currency == claim.amount.currency


def most_at_once(identity: Identity, marketplace_id: UUID) -> int:
    """Return how many claims one act of this person may be about."""
    return (
        ADMINISTRATORS_MOST if may(identity, "claim.assign", marketplace_id=marketplace_id) else AGENTS_MOST
    )
