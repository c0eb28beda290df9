"""What search knows of a language: its small words, its « not », its shorthand, how its words are cut and sound."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from recours.helpcentre.finding import sounds, stems
from recours.helpcentre.finding.words import fold

# What a word does in a sentence, as a code beside the numbers of terms, which are positive.
SMALL, NOT_AROUND, NOT_AFTER, NOT_WITH_NE, AUXILIARY, NE, BREAK = 0, -1, -2, -3, -4, -5, -6
_DENIALS = (NOT_AROUND, NOT_AFTER, NOT_WITH_NE)
REACH = 3
"""How many words a « not » looks past for the word that it denies."""


class Tongue(Struct, frozen=True):
    """One language. Words are folded; `light` and `infinitives` are stems."""

    code: str
    stem: Callable[[str], str]
    sound: Callable[[str], str]
    codes: dict[str, int]
    """Each small word, with what it does."""
    light: frozenset[str]
    hollow: frozenset[str]
    """Small words that say nothing: « le », « mon », « je »."""
    infinitives: frozenset[str]
    """Verbs that lend their « not » to what follows an « à »: « n'arrive pas à payer »."""
    shorthand: dict[str, str]
    known: frozenset[str]

    def weight(self, words: Sequence[str]) -> float:
        """Return how much of a phrase is left without its small words, 0 to 1: « la commande de quelqu'un » is more
        than « commande »."""
        folded = [fold(word) for word in words]
        meant = sum(word not in self.codes for word in folded)
        return math.sqrt(meant / max(1, sum(word not in self.hollow for word in folded)))

    def stemmed(self, word: str) -> str:
        return self.stem(fold(word))


@cache
def tongue(language: str) -> Tongue:
    """Return the language of that code; one that search knows nothing of is looked through as it is written."""
    if language not in ("fr", "en"):
        return Tongue(language, str, str, {}, frozenset(), frozenset(), frozenset(), {}, frozenset())
    source = files("recours.helpcentre.finding").joinpath("words", f"{language}.toml")
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    stem, sound = (stems.french, sounds.french) if language == "fr" else (stems.english, sounds.english)
    codes: dict[str, int] = {}
    for name, code in (
        ("stop", SMALL), ("auxiliaries", AUXILIARY), ("breaks", BREAK), ("ne", NE),
        ("not_with_ne", NOT_WITH_NE), ("not_after", NOT_AFTER),
        ("not_around", NOT_AROUND),
    ):  # fmt: skip
        codes |= dict.fromkeys(_words(data[name]), code)
    return Tongue(
        code=language,
        stem=stem,
        sound=sound,
        codes=codes,
        light=frozenset(stem(word) for word in _words(data["light"])),
        hollow=frozenset(_words(data["hollow"])),
        infinitives=frozenset(stem(word) for word in _words(data["auxiliaries_to"])),
        shorthand=data["shorthand"],
        known=frozenset(word for words in data["known"].values() for word in _words(words)),
    )


def denied(codes: list[int], infinitives: Iterable[int] = ()) -> set[int]:
    """Return the places of the words that a « not » denies.

    A « not » denies the verb before it (« ne répond pas ») unless that is an auxiliary, and what comes soon after it
    (« pas encore reçu », « sans retour »).
    """
    found: set[int] = set()
    for place, code in enumerate(codes):
        if code not in _DENIALS or (code == NOT_WITH_NE and not _is_denial(codes, place)):
            continue
        after = _next(codes, range(place + 1, min(place + 1 + REACH, len(codes))), (BREAK,))
        if after is not None:
            found.add(after)
        if code == NOT_AFTER or (after is not None and NE not in codes[max(0, place - 4) : place]):
            continue
        before = _next(codes, range(place - 1, max(place - 1 - REACH, -1), -1), (BREAK, AUXILIARY))
        lends = place + 1 < len(codes) and codes[place + 1] == AUXILIARY
        if before is not None and not (lends and codes[before] in infinitives):
            found.add(before)
    return found


def _next(codes: list[int], places: Iterable[int], stops: tuple[int, ...]) -> int | None:
    for place in places:
        if codes[place] > 0:
            return place
        if codes[place] in stops:
            return None
    return None


def _is_denial(codes: list[int], place: int) -> bool:
    """Whether « plus » is « no more » here: after « ne », or at the end of what is said."""
    return NE in codes[max(0, place - 4) : place] or all(code <= 0 for code in codes[place + 1 :])


def _words(text: str) -> list[str]:
    return [fold(word) for word in text.split()]
