"""Answers written in advance: flat placeholders, filled once, evaluated never.

A placeholder is one of five words in double braces, `{{ buyer }}`. What stands there is looked up and put in as it is;
it is not read again. Everything else, braces and all, is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Placeholder(StrEnum):
    """What an answer can name. The value is how it is written; `ALIASES` has the French words."""

    BUYER = "buyer"
    ORDER = "order"
    ARTICLE = "article"
    SHOP = "shop"
    ME = "me"


ALIASES = {
    "acheteur": Placeholder.BUYER,
    "commande": Placeholder.ORDER,
    "boutique": Placeholder.SHOP,
    "moi": Placeholder.ME,
}
"""The same, as people who write French will type them; "article" is one word in both languages."""

MAX_SHOWN = 40

# Braces with anything between them on one line, so that what was meant as a placeholder and is none can be pointed out.
_BRACED = re.compile(r"\{\{([^{}\n]*)\}\}")


class Filled(Struct, frozen=True):
    """An answer ready to be read over. `unknown` and `empty` were left as they were written, in their order."""

    text: str
    unknown: tuple[str, ...] = ()
    """What stood in braces and is no placeholder."""
    empty: tuple[str, ...] = ()
    """Placeholders for which there is nothing here: an order, in a conversation about none."""


def fill(text: str, values: Mapping[Placeholder, str]) -> Filled:
    """Put `values` in the place of their placeholders, in one pass from left to right."""
    unknown: dict[str, None] = {}
    empty: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        which = named(name)
        if which is None:
            unknown[name[:MAX_SHOWN]] = None
            return match[0]
        if not values.get(which):
            empty[name] = None
            return match[0]
        return values[which]

    return Filled(text=_BRACED.sub(put, text), unknown=tuple(unknown), empty=tuple(empty))


def named(name: str) -> Placeholder | None:
    """Return the placeholder of that name, in either language and any case; None for another word."""
    folded = name.casefold()
    return ALIASES.get(folded) or next((each for each in Placeholder if each.value == folded), None)
