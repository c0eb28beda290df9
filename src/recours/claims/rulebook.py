"""Which rules judge a claim: the policy version it was opened under, and the law of the buyer's country."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from recours.marketplaces.policies import policy_of
from recours.rules.law import law_of
from recours.rules.lifecycle import Rulebook


@lru_cache(maxsize=4096)
def rulebook(marketplace_id: UUID, policy_version: int, country: str) -> Rulebook:
    """Return the rules for a claim; kept in memory, since a published version never changes."""
    policy = policy_of(marketplace_id, policy_version)
    return Rulebook(policy=policy, law=law_of(country), calendar=policy.calendar)
