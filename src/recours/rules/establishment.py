"""Where a seller is established, as far as it changes what a buyer should know."""

from __future__ import annotations

EUROPEAN_UNION = frozenset(
    ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
     "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"]
)  # fmt: skip
"""The 27 members since 1 February 2020. Source: Treaty on European Union, art. 52(1)."""

_FRENCH_TERRITORIES = frozenset({"GF", "GP", "MQ", "RE", "YT", "MF"})
"""Parts of the Union with a code of their own in ISO 3166-1. Source: TFEU, art. 349 and 355(1)."""


def is_outside_the_union(country: str) -> bool:
    """Whether a country (ISO 3166-1, two letters) is known to be no part of the European Union."""
    return bool(country) and country not in EUROPEAN_UNION | _FRENCH_TERRITORIES
