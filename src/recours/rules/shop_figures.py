"""A shop's own figures: what is counted, and what is set apart because it is not the shop's doing."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.lifecycle.vocabulary import COMPLAINTS, MARKETPLACE_GROUNDS, Ground, Resolution

PERIODS = (30, 90, 365)
"""Days that a shop may look back: a month, a quarter, a year."""

CARRIER = (Ground.LOST, Ground.LATE)
"""Grounds that are the carrier's before they are the shop's: counted apart."""

OWN = tuple(ground for ground in COMPLAINTS if ground not in MARKETPLACE_GROUNDS and ground not in CARRIER)
"""Grounds that a shop answers for. Payment grounds are the marketplace's, and counted against no shop."""

UPHELD = (
    Resolution.REFUNDED,
    Resolution.PARTLY_REFUNDED,
    Resolution.CREDITED,
    Resolution.REPLACED,
    Resolution.GRANTED_BY_SILENCE,
)
"""Endings in which the buyer got what they asked for, or a part of it."""

NOT_UPHELD = (Resolution.REJECTED,)
"""Claims that were withdrawn, settled without the platform or lapsed are on neither side of the share."""


class Cases(StrEnum):
    """The claims behind a figure; the values are in addresses."""

    CLAIMS = "claims"
    CARRIER = "carrier"
    WITHDRAWN = "withdrawals"
    ANSWERED = "answered"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"


GROUNDS_OF: dict[Cases, tuple[Ground, ...]] = {
    Cases.CARRIER: CARRIER,
    Cases.WITHDRAWN: (Ground.CHANGE_OF_MIND,),
}
"""Which grounds each set of claims has; the shop's own where it is not named here."""

RESOLUTIONS_OF: dict[Cases, tuple[Resolution, ...]] = {Cases.UPHELD: UPHELD, Cases.NOT_UPHELD: NOT_UPHELD}


class Figures(Struct, frozen=True, kw_only=True):
    """What was counted of the claims opened within a period; `answer` is the median time to the shop's first answer."""

    orders: int
    claims: int
    carrier: int
    withdrawals: int
    answered: int
    answer: dt.timedelta | None
    upheld: int
    not_upheld: int

    @property
    def is_empty(self) -> bool:
        return not (self.claims or self.carrier or self.withdrawals)

    @property
    def per_hundred(self) -> float | None:
        """Claims of the shop's own doing for a hundred orders of the period; None without orders."""
        return round(100 * self.claims / self.orders, 1) if self.orders else None

    @property
    def carrier_per_hundred(self) -> float | None:
        return round(100 * self.carrier / self.orders, 1) if self.orders else None

    @property
    def upheld_percent(self) -> int | None:
        """The share of upheld claims among those decided, in whole per cent; None while none is."""
        decided = self.upheld + self.not_upheld
        return round(100 * self.upheld / decided) if decided else None


class Product(Struct, frozen=True, kw_only=True):
    """Why one article was complained of, the most frequent reason first; a claim about two articles counts for both."""

    title: str
    claims: int
    reasons: tuple[tuple[Ground, int], ...]


def period(text: str | None) -> int:
    """Return the days that an address asks for; a quarter for what it says wrong."""
    return next((days for days in PERIODS if str(days) == text), 90)
