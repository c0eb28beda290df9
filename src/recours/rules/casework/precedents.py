"""What similar claims got, in whole percents that add up to a hundred."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import Resolution


class Outcome(StrEnum):
    """How a claim ended, as far as it says something to who decides the next one."""

    WHOLE = "whole"
    PART = "part"
    REPLACED = "replaced"
    CREDITED = "credited"
    SETTLED = "settled"
    REJECTED = "rejected"


OUTCOMES = {
    Resolution.REFUNDED: Outcome.WHOLE,
    Resolution.GRANTED_BY_SILENCE: Outcome.WHOLE,
    Resolution.PARTLY_REFUNDED: Outcome.PART,
    Resolution.REPLACED: Outcome.REPLACED,
    Resolution.CREDITED: Outcome.CREDITED,
    Resolution.SETTLED: Outcome.SETTLED,
    Resolution.REJECTED: Outcome.REJECTED,
}
"""What was withdrawn, or lapsed, says nothing of what is right."""

BANDS_MINOR = (2_000, 5_000, 10_000, 25_000, 100_000)
"""Where one size of claim ends and the next begins, in minor units: of what is at stake, people decide alike."""


def band(minor: int) -> int:
    """Return the size of a claim: how many of BANDS_MINOR it reaches."""
    return sum(minor >= bound for bound in BANDS_MINOR)


class Share(Struct, frozen=True):
    """One outcome, and its part in a hundred."""

    outcome: Outcome
    percent: int


class Precedents(Struct, frozen=True):
    """What `cases` similar claims got, the most frequent first; no shares where there is no case."""

    cases: int = 0
    shares: tuple[Share, ...] = ()


def precedents(ended: Mapping[Resolution, int]) -> Precedents:
    """Return the shares of each outcome among claims that ended so.

    Each is rounded down, and what is missing to a hundred goes to the largest remainders, so that they add up.
    """
    counts: dict[Outcome, int] = {}
    for resolution, number in ended.items():
        if resolution in OUTCOMES and number > 0:
            outcome = OUTCOMES[resolution]
            counts[outcome] = counts.get(outcome, 0) + number
    cases = sum(counts.values())
    if not cases:
        return Precedents()
    percents = {outcome: 100 * number // cases for outcome, number in counts.items()}
    by_remainder = sorted(counts, key=lambda outcome: (-(100 * counts[outcome] % cases), outcome))
    for outcome in by_remainder[: 100 - sum(percents.values())]:
        percents[outcome] += 1
    order = sorted(counts, key=lambda outcome: (-counts[outcome], outcome))
    return Precedents(cases, tuple(Share(outcome, percents[outcome]) for outcome in order))
