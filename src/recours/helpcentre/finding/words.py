"""Taking text apart into words, and making them comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
"""Letters and digits; whatever else there is stands between words, apostrophes and hyphens too."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return `word` in lower case without accents and ligatures, as `recours_fold` does in the database."""
    lower = word.lower().translate(_LIGATURES)
    if lower.isascii():
        return lower
    return "".join(
        char for char in unicodedata.normalize("NFD", lower) if not "\u0300" <= char <= "\u036f"
    ).translate(_LIGATURES)


def clean(text: str, longest: int) -> str:
    """Return the first `longest` characters of what a reader typed, composed, without anything unprintable.

    Compatibility forms (full-width letters, ligatures) become plain ones; soft hyphens and joiners go.
    """
    head = unicodedata.normalize("NFKC", text[: longest * 2])
    shown = (
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs", "Co", "Cn") else char for char in head
    )
    return "".join(char for char in shown if unicodedata.category(char) != "Cf")[:longest]


def split(text: str) -> list[str]:
    """Return the words of `text` in lower case, accents kept."""
    return WORD.findall(text.lower())
