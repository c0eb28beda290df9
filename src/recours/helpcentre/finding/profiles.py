"""What is typical of the questions that an article answers: its words and pairs of words, small ones too.

Single words say what a question speaks of; pairs of them and small words say how people put it (« je peux », « qui
paye », « pas encore »). Everything is in sorted arrays of 64-bit numbers, so that thousands of articles take little
memory: the sum of the word or pair (32 bits), the place of the text (22), how often it is said, in quarters (10).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from zlib import crc32

from recours.helpcentre.finding.tongues import Tongue
from recours.helpcentre.finding.words import fold, split

TITLE, KEYWORD, SUMMARY, LENT = 12, 10, 1, 4
"""Quarters of a time that a word counts where it stands; « lent » is what readers say for it."""
PAIR = 0.7
LONG = 40.0
"""How fast what is said again and again counts less; more is slower to."""
COMMON = 0.3
"""Among many texts, what more than this part of them says is not looked at."""
MANY = 1_000
_MOST = (1 << 10) - 1
_PLACE = (1 << 22) - 1


class Profiles:
    """The profiles of the texts of an index, by place."""

    def __init__(self, tongue: Tongue) -> None:
        self.tongue = tongue
        self._own: dict[int, array[int]] = {}
        self._all: array[int] = array("Q")
        self._own_said: dict[int, int] = {}
        self._said: dict[int, int] = {}

    def put(self, place: int, title: str, keywords: Sequence[str], summary: str) -> None:
        counts: Counter[int] = Counter()
        for phrase, times in ((title, TITLE), *((keyword, KEYWORD) for keyword in keywords)):
            for trait in self.traits(split(phrase)):
                counts[abs(trait)] += times
        for trait in self.traits(split(summary)):
            if trait > 0:
                counts[trait] += SUMMARY
        self._own[place] = _packed(place, counts)
        self._own_said[place] = sum(counts.values())

    def remove(self, place: int) -> None:
        self._own.pop(place, None)
        self._own_said.pop(place, None)

    def settle(self, lent: Mapping[int, Iterable[Counter[int]]]) -> None:
        """Make ready to be asked, with what readers say lent to the texts; in place of what was lent before."""
        rows: list[Iterable[int]] = list(self._own.values())
        self._said = dict(self._own_said)
        for place, groups in lent.items():
            first, *more = groups
            counts = sum(more, first)
            rows.append(_packed(place, counts))
            self._said[place] = self._said.get(place, 0) + counts.total()
        self._all = array("Q", sorted(chain.from_iterable(rows)))

    def lendable(self, phrases: Iterable[Sequence[str]]) -> Counter[int]:
        """Return what a group of phrases says, to be lent."""
        counts: Counter[int] = Counter()
        for phrase in phrases:
            for trait in self.traits(phrase):
                counts[abs(trait)] += LENT
        return counts

    def traits(self, words: Sequence[str]) -> list[int]:
        """Return the sum of each word that says anything and, negative, of each pair of neighbours."""
        said = []
        for word in words:
            folded = "0" if word.isdecimal() else fold(word)  # any number is a number
            if folded not in self.tongue.hollow:
                said.append(folded if folded in self.tongue.codes else self.tongue.stem(folded))
        return [
            *(crc32(word.encode()) for word in said),
            *(-crc32(f"{first} {second}".encode()) for first, second in pairwise(said)),
        ]

    def fit(self, words: Sequence[str]) -> dict[int, float]:
        """Return how typical a question is of each text, 1 for the one that it is most typical of."""
        texts = max(1, len(self._own))
        most = texts * COMMON if texts > MANY else texts
        found: dict[int, float] = {}
        for trait in set(self.traits(words)):
            key = abs(trait)
            first = bisect_left(self._all, key << 32)
            last = bisect_left(self._all, (key + 1) << 32, lo=first)
            if not 0 < last - first <= 2 * most:
                continue
            times: dict[int, int] = {}
            for each in self._all[first:last]:
                place = each >> 10 & _PLACE
                times[place] = times.get(place, 0) + (each & _MOST)
            rare = math.log(1 + texts / len(times)) * (PAIR if trait < 0 else 1.0)
            for place, quarters in times.items():
                part = math.log1p(LONG * quarters / 4 / math.sqrt(self._said[place] / 4 + 1)) * rare
                found[place] = found.get(place, 0.0) + part
        best = max(found.values(), default=0.0)
        return {place: part / best for place, part in found.items()} if best else {}


def _packed(place: int, counts: Mapping[int, int]) -> array[int]:
    return array(
        "Q", (key << 32 | (place & _PLACE) << 10 | min(times, _MOST) for key, times in counts.items())
    )
