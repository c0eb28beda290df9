"""Words that mean the same: finding them in a question, in whatever form and order, and what else to look for."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from msgspec import Struct, structs

from recours.helpcentre.finding.tongues import BREAK, NOT_AFTER, NOT_AROUND, NOT_WITH_NE, Tongue
from recours.helpcentre.finding.words import fold, split

DENIAL, BROKEN = "¬", "|"
_MARKS = frozenset({DENIAL, BROKEN})
APART = 3
"""How far from one another the words of a pair may stand."""


class Said(Struct, frozen=True):
    """A group that a question speaks of."""

    group: int
    places: tuple[int, ...]
    """Of the words that carry the meaning."""
    surely: float
    """0 to 1: the less, the less it is said as the member has it."""
    member: int
    words: int
    """How many words say it, small ones too when they are the member's own."""


class _Pattern(Struct, frozen=True):
    words: tuple[str, ...]
    """What carries its meaning; all of it for one of small words only (« où est »)."""
    full: tuple[str, ...]
    """Every word, stemmed."""
    group: int
    member: int


AS_IT_IS, ITS_MEANING, SPREAD, TURNED, ONE_OF_IT = 1.0, 0.85, 0.6, 0.55, 0.5
"""How surely a member is said: word for word; with other small words; with others between; in another order; when but
one of its words carries meaning."""


class Thesaurus:
    """Groups of words and phrases; the first of each is what articles say."""

    def __init__(self, groups: Iterable[tuple[str, Sequence[str]]], tongue: Tongue) -> None:
        self.tongue = tongue
        self.members: list[tuple[tuple[str, ...], ...]] = []
        self.words: set[str] = set()
        """Every word of every member, as it is written."""
        self._by_word: defaultdict[str, list[_Pattern]] = defaultdict(list)
        self._literal: defaultdict[str, list[_Pattern]] = defaultdict(list)
        self._canon: dict[str, str] = {}
        """The word that articles use, for each that stands alone for it: « thune » in a phrase is « argent »."""
        for word, others in groups:
            self.members.append(tuple(tuple(split(member)) for member in (word, *others)))
        for members in self.members:
            stems = [self.reduce(member) for member in members]
            if len(stems[0]) == 1 == len(members[0]):
                for member, stem in zip(members[1:], stems[1:], strict=True):
                    if len(member) == len(stem) == 1 and stem[0][0] != stems[0][0][0]:
                        self._canon.setdefault(stem[0][0], stems[0][0][0])
        for group, members in enumerate(self.members):
            for number, member in enumerate(members):
                self.words.update(member)
                self._add(member, group, number)

    def reduce(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return what carries meaning, stemmed, each with its place; every « not » is alike."""
        found: list[tuple[str, int]] = []
        for place, word in enumerate(words):
            folded = fold(word)
            code = self.tongue.codes.get(folded)
            if code is None:
                found.append((self.tongue.stem(folded), place))
            elif code in (NOT_AROUND, NOT_AFTER, NOT_WITH_NE) and (not found or found[-1][0] != DENIAL):
                found.append((DENIAL, place))
            elif code == BREAK and found and found[-1][0] == DENIAL:
                found.append((BROKEN, place))
        return found

    def said(self, words: Sequence[str]) -> list[Said]:
        """Return the groups that `words` speak of, each once, those of single words too; the longest match first."""
        stems = [self._stem(word) for word in words]
        reduced = self.reduce(words)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, (stem, _) in enumerate(reduced):
            places[stem].append(at)
            if stem in self._canon:
                places[self._canon[stem]].append(at)
        hits: Counter[_Pattern] = Counter()
        for stem in places:
            if stem not in _MARKS:
                hits.update(self._by_word.get(stem, ()))
        found: list[Said] = []
        for pattern, times in hits.items():
            if times != len({word for word in pattern.words if word not in _MARKS}):
                continue
            match = _match(pattern.words, places)
            if match is None:
                continue
            stood, surely = tuple(reduced[each][1] for each in match[0]), match[1]
            if len(pattern.words) == 1 and reduced[match[0][0]][0] != pattern.words[0]:
                continue
            if _is_there(pattern.full, stems, stood):
                found.append(Said(pattern.group, stood, AS_IT_IS, pattern.member, len(pattern.full)))
            elif len(pattern.words) == 1:
                found.append(Said(pattern.group, stood, ONE_OF_IT, pattern.member, 1))
            else:
                surely *= min(1.0, self.tongue.weight(self.members[pattern.group][pattern.member]))
                found.append(Said(pattern.group, stood, surely, pattern.member, len(stood)))
        found += self._said_literally(stems)
        found.sort(key=lambda said: (-said.words, -len(said.places), -said.surely, said.group))
        return _longest(found)

    def _add(self, member: tuple[str, ...], group: int, number: int) -> None:
        stems = tuple(stem for stem, _ in self.reduce(member))
        full = tuple(self._stem(word) for word in member)
        meant = {stem for stem in stems if stem not in _MARKS}
        if not meant or (len(member) > 1 and len(stems) == 1 and meant <= self.tongue.light):
            if member:
                self._literal[full[0]].append(_Pattern(full, full, group, number))
            return
        canon = tuple(self._canon.get(stem, stem) for stem in stems) if len(stems) > 1 else stems
        pattern = _Pattern(canon, full, group, number)
        for stem in set(canon) - _MARKS:
            self._by_word[stem].append(pattern)

    def _said_literally(self, stems: Sequence[str]) -> list[Said]:
        return [
            Said(
                pattern.group,
                tuple(range(at, at + len(pattern.full))),
                AS_IT_IS,
                pattern.member,
                len(pattern.full),
            )
            for at, stem in enumerate(stems)
            for pattern in self._literal.get(stem, ())
            if tuple(stems[at : at + len(pattern.full)]) == pattern.full
        ]

    def _stem(self, word: str) -> str:
        """Return the stem of a word, a small one as it is, any « not » alike."""
        folded = fold(word)
        code = self.tongue.codes.get(folded)
        if code is None:
            return self.tongue.stem(folded)
        return DENIAL if code in (NOT_AROUND, NOT_AFTER, NOT_WITH_NE) else folded


def _is_there(full: tuple[str, ...], stems: Sequence[str], stood: tuple[int, ...]) -> bool:
    """Whether all words of a member stand together around the places of those that carry its meaning."""
    first = max(0, min(stood) - len(full) + 1)
    return any(tuple(stems[at : at + len(full)]) == full for at in range(first, max(stood) + 1))


def _match(
    words: tuple[str, ...], places: Mapping[str, Sequence[int]]
) -> tuple[tuple[int, ...], float] | None:
    """Return where the words stand: one after another; or near one another, less surely. A « not » stays beside its
    neighbour."""
    if len(words) == 1:
        return (places[words[0]][0],), AS_IT_IS
    if any(mark in words and mark not in places for mark in _MARKS):
        return None
    best: tuple[tuple[int, ...], float] | None = None
    for first in places[words[0]]:
        at = [first]
        for word in words[1:]:
            nearest = min(
                (p for p in places[word] if p not in at), key=lambda p: abs(p - at[-1] - 1), default=None
            )
            if nearest is None:
                break
            at.append(nearest)
        else:
            gaps = [b - a for a, b in pairwise(at)]
            if any(abs(gap) != 1 and DENIAL in pair for gap, pair in zip(gaps, pairwise(words), strict=True)):
                continue
            if all(gap == 1 for gap in gaps):
                return tuple(at), ITS_MEANING
            if max(at) - min(at) < len(words) + APART - 1 and (best is None or best[1] < SPREAD):
                best = tuple(at), SPREAD if all(gap > 0 for gap in gaps) else TURNED
    return best


def _longest(found: Sequence[Said]) -> list[Said]:
    """Leave out what is said within something longer, and what says a group again; the longest come first."""
    clear: list[tuple[frozenset[int], Said]] = []
    for said in found:
        mine = frozenset(said.places)
        if not any(_says_more(other, theirs, said, mine) for theirs, other in clear):
            clear.append((mine, said))
    kept: dict[int, Said] = {}
    for _, said in clear:
        again = kept.get(said.group)
        if again is None:
            kept[said.group] = said
        elif said.surely >= ITS_MEANING:
            both = tuple(dict.fromkeys((*again.places, *said.places)))
            kept[said.group] = structs.replace(again, places=both)
    return list(kept.values())


def _says_more(other: Said, theirs: frozenset[int], said: Said, mine: frozenset[int]) -> bool:
    if mine == theirs:
        return other.words > said.words or other.surely > said.surely + 0.1
    return len(mine) > 1 and other.words > said.words and mine < theirs


def starting_groups(language: str) -> dict[str, list[str]]:
    """Return the synonyms that a marketplace starts with in a language, and how readers put the question of each
    article; none in a language that we have none of."""
    return {word: list(others) for word, others in _starter(language).items()}


@cache
def _starter(language: str) -> Mapping[str, Sequence[str]]:
    groups: dict[str, list[str]] = {}
    for name in ("synonyms", "asked"):
        source = files("recours.helpcentre").joinpath("starter", f"{name}.{language}.toml")
        if source.is_file():
            for word, others in tomllib.loads(source.read_text(encoding="utf-8")).items():
                groups.setdefault(word, []).extend(others)
    return groups
