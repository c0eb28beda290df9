"""Who is meant by `@name` in a note. A name is matched as people type it: without accents, first name or whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from uuid import UUID

_WORD = re.compile(r"[^\W_]+")


def mentioned(text: str, people: Mapping[UUID, str]) -> tuple[UUID, ...]:
    """Return those of `people`, by name, that the text calls, in the order in which they are first called.

    `@` begins a word: an address is no call. The longest name that fits is meant; a first name that two people share
    calls both, since the one who is not meant loses a glance, and the one who is would lose the matter.
    """
    names = {key: tuple(_fold(word) for word in _WORD.findall(name)) for key, name in people.items()}
    called: dict[UUID, None] = {}
    for match in re.finditer(r"(?<![\w@.])@(?=\w)", text):
        words = [_fold(word) for word in _WORD.findall(text[match.end() : match.end() + 200])]
        best, found = 0, list[UUID]()
        for key, name in names.items():
            length = _common(name, words)
            if length and length >= best:
                found = [*found, key] if length == best else [key]
                best = length
        called.update(dict.fromkeys(found))
    return tuple(called)


def _common(name: tuple[str, ...], words: list[str]) -> int:
    """How many words of a name begin what is called."""
    count = 0
    for mine, given in zip(name, words, strict=False):
        if mine != given:
            break
        count += 1
    return count


def _fold(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
