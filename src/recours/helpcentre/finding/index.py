"""The texts of one language of a marketplace, turned inside out: for each word, where it stands and what it weighs."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from sys import intern

from msgspec import Struct

from recours.helpcentre.finding.profiles import Profiles
from recours.helpcentre.finding.tongues import Tongue, denied
from recours.helpcentre.finding.words import fold, split

TITLE, KEYWORD, SUMMARY, BODY, BODY_MOST = 3.0, 2.5, 1.2, 0.35, 1.4
"""What a word in each place weighs; in the body for each time, at most `BODY_MOST`."""
HALF = 2.0
"""The weight that counts half: more and more of a word says less and less."""
LIGHT, DENIED, UNNAMED = 0.35, 0.8, 0.35
"""What is left of the rarity of a light word, of a denied one, and of one that no article is about."""
BASE, EVEN = 0.6, 0.6
"""Below 1, common words and rare ones tell articles apart more alike."""
NOT = "¬"
MORE, ONLY_LENT = 0.3, 0.8
LENT, MOST_LENT, ABOUT = 1.0, 4, 0.55
"""What a lent word weighs; how many texts a group is lent to; and how much of a phrase its first member must be."""
ALONE, TITLED = 0.95, 0.3
"""The same for a word by itself; and what it counts to stand in a title as it is written."""
UNKNOWN = 1 << 30
"""The code of a word that no text has."""


class Text(Struct, frozen=True):
    """An article as search reads it. `key` is the caller's."""

    key: int
    title: str
    keywords: Sequence[str]
    summary: str
    body: str


class Entry(Struct, frozen=True):
    """What is kept of a text: its title and keywords as sets of terms, the title first."""

    key: int
    phrases: tuple[frozenset[int], ...]
    title: frozenset[str]
    """The words of the title as they are written, folded, without the small ones."""


class Lent(Struct, frozen=True):
    """What texts answer to though they do not say it: places and weights for each term, phrases for each place."""

    standing: dict[int, tuple[array[int], bytearray]]
    phrases: dict[int, tuple[tuple[frozenset[int], float], ...]]
    """Each with how much of it its terms are: small words say something too."""


class _Surfaces(dict[str, int]):
    """The code of each word as it is written: what a small word does, or the number of its term."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self.index = index

    def __missing__(self, surface: str) -> int:
        folded = fold(surface)
        code = self.index.tongue.codes.get(folded)
        if code is None:
            code = self.index.number(self.index.tongue.stem(folded))
        self[surface] = code
        return code


class Index:
    """Texts can be added, replaced and taken out one by one. Not for two threads at once."""

    def __init__(self, tongue: Tongue) -> None:
        self.tongue = tongue
        self.entries: list[Entry | None] = []
        self.places: dict[int, int] = {}
        self.terms: dict[str, int] = {}
        self.names: list[str] = [""]
        self.standing: list[array[int]] = [array("I")]
        self.weights: list[bytearray] = [bytearray()]
        self.surfaces = _Surfaces(self)
        self.written: Counter[str] = Counter()
        """How often each word stands in the texts, as it is written."""
        self.gone = 0
        self.lent = Lent({}, {})
        self.profiles = Profiles(tongue)
        self._named: set[int] = set()
        self._rarities: array[float] = array("d")
        self._infinitives: frozenset[int] = frozenset(self.number(stem) for stem in tongue.infinitives)

    def __len__(self) -> int:
        return len(self.places)

    def number(self, stem: str) -> int:
        """Return the number of a term, a new one if need be; numbers begin with 1."""
        number = self.terms.get(stem)
        if number is None:
            number = self.terms[stem] = len(self.names)
            self.names.append(stem)
            self.standing.append(array("I"))
            self.weights.append(bytearray())
        return number

    def put(self, text: Text) -> None:
        """Add a text, in place of the one with the same key."""
        self.remove(text.key)
        place = len(self.entries)
        weights: dict[int, float] = {}
        title = self._terms(text.title)
        keywords = [self._terms(keyword) for keyword in text.keywords]
        for term in title:
            weights[term] = weights.get(term, 0.0) + TITLE
        for term in set().union(*keywords):
            weights[term] = weights.get(term, 0.0) + KEYWORD
        for term in set(self._terms(text.summary)):
            weights[term] = weights.get(term, 0.0) + SUMMARY
        for term, times in Counter(self._terms(text.body)).items():
            weights[term] = weights.get(term, 0.0) + min(BODY_MOST, BODY * times)
        self._named.update(title, *keywords)
        for term, weight in weights.items():
            self.standing[term].append(place)
            self.weights[term].append(round(255 * weight / (weight + HALF)))
        self.entries.append(
            Entry(text.key, (frozenset(title), *map(frozenset, keywords)), self._plain(split(text.title)))
        )
        self.places[text.key] = place
        self.profiles.put(place, text.title, text.keywords, text.summary)

    def remove(self, key: int) -> None:
        """Take a text out. Its words weigh until the index is made anew, which `is_worn` says when."""
        place = self.places.pop(key, None)
        if place is not None:
            self.entries[place] = None
            self.profiles.remove(place)
            self.gone += 1

    @property
    def is_worn(self) -> bool:
        return self.gone > 50 + len(self.places) // 4

    def rarity(self, term: int) -> float:
        """Return how much it says that a text has a term: the more, the fewer have it."""
        return self._rarities[term] if term < len(self._rarities) else self._rarity(term)

    def _rarity(self, term: int) -> float:
        texts = len(self.entries)
        lent = self.lent.standing.get(term)
        having = len(self.standing[term]) + (len(lent[0]) if lent else 0)
        rarity = math.pow(BASE + max(0.0, math.log(1 + (texts - having + 0.5) / (having + 0.5))), EVEN)
        name = self.names[term]
        if name.startswith(NOT):
            rarity *= DENIED
        if name.lstrip(NOT) in self.tongue.light:
            rarity *= LIGHT
        if term in self._named:
            return rarity
        return rarity * (ONLY_LENT if lent else UNNAMED)

    def find(self, words: Iterable[str]) -> tuple[int, ...]:
        """Return the terms of some words that are in the texts, denied ones twice: « pas reçu » is reçu and ¬reçu.

        Unknown words are left out; nothing is added to the index.
        """
        codes = [self.code(word) for word in words]
        found = [code for code in codes if 0 < code < UNKNOWN and self.has(code)]
        for place in sorted(denied(codes, self._infinitives)):
            term = self.terms.get(NOT + self.names[codes[place]]) if codes[place] < UNKNOWN else None
            if term is not None and self.has(term):
                found.append(term)
        return tuple(dict.fromkeys(found))

    def has(self, term: int) -> bool:
        """Whether some text has a term, or was lent it."""
        return bool(self.standing[term]) or term in self.lent.standing

    def lend(self, groups: Iterable[Sequence[Sequence[str]]]) -> None:
        """Let texts answer to all that readers say for one of their phrases; in place of what was lent before.

        A group is the words of each of its members. It goes to the texts whose title or whose keyword is its first
        member, or little more; one that would go to many tells nothing, and goes to none.
        """
        self.lent = Lent({}, {})
        self._weigh()
        phrases: dict[int, list[tuple[frozenset[int], float]]] = {}
        spoken: dict[int, list[Counter[int]]] = {}
        most = max(MOST_LENT, len(self.places) // 30)
        for members in groups:
            places = self._about(members[0], most)
            if places:
                lent = [self._lendable(member) for member in members[1:]]
                said = self.profiles.lendable(members)
                for place in places:
                    spoken.setdefault(place, []).append(said)
                    phrases.setdefault(place, []).extend(each for each in lent if each[0])
        self.profiles.settle(spoken)
        standing: dict[int, tuple[array[int], bytearray]] = {}
        for place, lent in phrases.items():
            counts = Counter(chain.from_iterable(terms for terms, _ in lent))
            for term, times in counts.items():
                weight = LENT * (1 - MORE + MORE * math.log2(1 + times))
                places_of, weights = standing.setdefault(term, (array("I"), bytearray()))
                places_of.append(place)
                weights.append(round(255 * weight / (weight + HALF)))
        self.lent = Lent(standing, {place: tuple(set(lent)) for place, lent in phrases.items()})
        self._weigh()

    def _weigh(self) -> None:
        self._rarities = array("d", (self._rarity(term) for term in range(len(self.names))))

    def _lendable(self, words: Sequence[str]) -> tuple[frozenset[int], float]:
        return frozenset(self._numbers(words)), self.tongue.weight(words)

    def _about(self, words: Sequence[str], most: int) -> list[int]:
        """Return the places of the texts that have a phrase of these words and of little else."""
        wanted = frozenset(self._numbers(words))
        if not wanted or not all(self.standing[term] for term in wanted):
            return []
        mass = sum(self.rarity(term) for term in wanted)
        plain = self._plain(words)
        least = ABOUT if len(words) > 1 else ALONE
        fits: dict[int, float] = {}
        for place in self.standing[min(wanted, key=lambda term: len(self.standing[term]))]:
            entry = self.entries[place]
            for phrase in entry.phrases if entry else ():
                if wanted <= phrase:
                    fit = mass / sum(self.rarity(term) for term in phrase)
                    if entry is not None and fit >= least:
                        fit += TITLED * len(plain & entry.title) / len(plain)
                        fits[place] = max(fits.get(place, 0.0), fit)
        best = max(fits.values(), default=0.0)
        found = [place for place, fit in fits.items() if fit >= best - 0.05]
        return found if len(found) <= most else []

    def code(self, word: str) -> int:
        """Return what a word does or its term, without adding it."""
        folded = fold(word)
        code = self.tongue.codes.get(folded)
        if code is None:
            code = self.terms.get(self.tongue.stem(folded), UNKNOWN)
        return code

    def _terms(self, text: str) -> list[int]:
        words = split(text)
        self.written.update(words)
        return self._numbers(words)

    def _numbers(self, words: Sequence[str]) -> list[int]:
        codes = [self.surfaces[word] for word in words]
        terms = [code for code in codes if code > 0]
        if min(codes, default=0) < 0:
            terms += [
                self.number(NOT + self.names[codes[place]]) for place in denied(codes, self._infinitives)
            ]
        return terms

    def _plain(self, words: Iterable[str]) -> frozenset[str]:
        folded = (fold(word) for word in words)
        return frozenset(intern(word) for word in folded if word not in self.tongue.codes)
