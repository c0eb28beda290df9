"""The words that are right as they are, and which one of them a misspelt word was meant to be."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recours.helpcentre.finding.index import Index
from recours.helpcentre.finding.words import fold

SHORTEST = 3
"""Letters of a word that is corrected at all; one of three only by how it sounds."""
ENOUGH, SURE = 0.66, 0.74
"""How alike a word must be to be searched instead, and to be searched without asking."""
_NEAR = 0.6
_KEPT = 20_000


class Guess(Struct, frozen=True):
    """A word that may be meant, as it is written, and how alike it is, about 0 to 1."""

    shown: str
    alike: float
    sounds_so: bool
    """Whether it sounds like what was written."""


class Lexicon:
    """Words of the texts, of the synonyms and of the language. Follows its index as texts come."""

    def __init__(self, index: Index, others: Iterable[str]) -> None:
        self.index = index
        self.tongue = index.tongue
        self.shown: dict[str, str] = {}
        """Each word, folded, as it is mostly written."""
        self._times: dict[str, int] = {}
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self._sounds_by_length: defaultdict[int, list[str]] = defaultdict(list)
        self._sorted: list[str] = []
        self._guesses: dict[str, tuple[Guess, ...]] = {}
        self._known_surfaces = 0
        self._others = {fold(word): word for word in others}
        self._meant = frozenset(self._others)
        self._others |= {word: word for word in (*self.tongue.known, *self.tongue.codes)}
        self.keep_up()

    def keep_up(self) -> None:
        """Take in the words that came into the index since."""
        if len(self.index.written) == self._known_surfaces:
            return
        best: dict[str, int] = {}
        for surface, times in self.index.written.items():
            folded = fold(surface)
            if times > best.get(folded, 0) and not any(char.isdigit() for char in folded):
                best[folded] = times
                self.shown[folded] = surface
        self._times = best
        self._known_surfaces = len(self.index.written)
        self.shown = self._others | self.shown
        self._sorted = sorted(self._times)
        for table in (self._by_sound, self._by_length, self._sounds_by_length, self._guesses):
            table.clear()

    def __contains__(self, folded: str) -> bool:
        return folded in self.shown

    def begins(self, folded: str, most: int) -> list[str]:
        """Return the words of the texts that begin so, the most written first."""
        first = bisect_left(self._sorted, folded)
        last = bisect_left(self._sorted, folded + "\uffff", lo=first)
        found = self._sorted[first:last]
        return sorted(found, key=lambda word: (-self._times[word], word))[:most]

    def guesses(self, surface: str) -> tuple[Guess, ...]:
        """Return what a word that is not in the lexicon may stand for, the likeliest first; at most two."""
        found = self._guesses.get(surface)
        if found is None:
            if len(self._guesses) > _KEPT:
                self._guesses.clear()
            found = self._guesses[surface] = self._guess(surface)
        return found

    def _guess(self, surface: str) -> tuple[Guess, ...]:
        folded = fold(surface)
        if len(folded) < SHORTEST or len(folded) > 30 or not folded.isalpha():
            return ()
        self._listen()
        sound = self.tongue.sound(surface)
        candidates = set(self._by_sound.get(sound, ()))
        if len(folded) > SHORTEST:
            for length in range(len(folded) - 2, len(folded) + 3):
                if length > 1 and self._by_length.get(length):
                    near = process.extract(
                        folded,
                        self._by_length[length],
                        scorer=OSA.normalized_similarity,
                        limit=6,
                        score_cutoff=_NEAR,
                    )
                    candidates.update(word for word, _, _ in near)
            for length in range(len(sound) - 1, len(sound) + 2):
                if length > 2 and self._sounds_by_length.get(length):
                    close = process.extract(
                        sound,
                        self._sounds_by_length[length],
                        scorer=OSA.normalized_similarity,
                        limit=4,
                        score_cutoff=0.74,
                    )
                    for other, _, _ in close:
                        candidates.update(self._by_sound[other][:4])
        scored = sorted(
            ((self._alike(folded, sound, word), word) for word in candidates),
            key=lambda each: (-each[0], each[1]),
        )
        least = ENOUGH + (0.1 if len(folded) == SHORTEST else 0.04 if len(folded) < 6 else 0.0)
        scored = [(alike, word) for alike, word in scored if alike >= least]
        if len(scored) > 1 and scored[1][0] < scored[0][0] - 0.06:
            scored = scored[:1]
        return tuple(
            Guess(self.shown[word], alike, self.tongue.sound(self.shown[word]) == sound)
            for alike, word in scored[:2]
        )

    def _alike(self, folded: str, sound: str, word: str) -> float:
        written = OSA.normalized_similarity(folded, word)
        other = self.tongue.sound(self.shown[word])
        heard = 1.0 if sound == other else OSA.normalized_similarity(sound, other)
        alike = 0.5 * written + 0.5 * heard
        if sorted(folded) == sorted(word):
            alike += 0.08
        if folded[0] != word[0]:
            alike -= 0.03 if sound[:1] == other[:1] else 0.15
        if heard == 1.0:
            alike += 0.08
        times = self._times.get(word, 0)
        if times:
            return alike + min(0.08, 0.015 * math.log1p(times))
        return alike if word in self._meant else alike - 0.06

    def _listen(self) -> None:
        """Sort the words by how they sound and how long they are; at the first misspelt word."""
        if self._by_length:
            return
        for word, shown in self.shown.items():
            if len(word) < 2:
                continue
            sound = self.tongue.sound(shown)
            self._by_length[len(word)].append(word)
            self._by_sound[sound].append(word)
        for sound in self._by_sound:
            self._sounds_by_length[len(sound)].append(sound)
