"""Ranking the texts of an index by how well they answer a question that is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import chain

from msgspec import Struct

from recours.helpcentre.finding.index import Entry, Index
from recours.helpcentre.finding.question import Slot, Understood

ENOUGH_TEXTS = 600
"""Once so many texts are in question, the more common words only reorder them."""
COMPARED = 60
"""The best texts, whose titles and keywords are compared with the question as phrases."""
PHRASE, TITLE, OTHERS = 1.3, 0.3, 0.07
"""What the phrase that fits best adds to what the words add up to, the title by itself, and all other phrases."""
LENT = 0.9
"""What is left of a phrase that the text does not say itself."""
SHARP = 0.7
"""How much a phrase is held to what it says beyond the question: 0 not at all, 1 in full."""
SAME = 0.2
"""What a title gains whose very words are asked: « annuler ma commande » is not « ma commande est annulée »."""
PROFILE, TYPICAL = 1.2, 20
"""How much it counts that a question is typical of a text, beside all else; and how many texts that alone brings in."""
LEAST = 0.16
"""The part of a question that some text must answer for any to be worth showing."""
CLOSE = 0.25
"""The least, of the best one's score, that others need."""


class Ranked(Struct, frozen=True):
    """A text that answers: its key, and how well, 0 to about 1."""

    key: int
    score: float


def rank(index: Index, asked: Understood, limit: int) -> list[Ranked]:
    """Return the keys of the texts that answer best, the best first; none when none answers."""
    slots = asked.slots
    total = sum(slot.mass for slot in slots)
    if not total:
        return []
    scores = _by_words(index, slots)
    ways = _ways_by_term(slots)
    fits = index.profiles.fit(asked.spoken)
    best = dict(nlargest(COMPARED, scores.items(), key=lambda each: (each[1], -each[0])))
    for place in nlargest(TYPICAL, fits, key=lambda place: (fits[place], -place)):
        best.setdefault(place, scores.get(place, 0.0))
    whole = (1 + PHRASE + TITLE) * (total + asked.lost)
    found: list[tuple[float, int, Entry]] = []
    for place, score in best.items():
        entry = index.entries[place]
        if entry is not None:
            score += _by_phrases(index, place, entry, slots, ways)
            score *= 1 + SAME * len(entry.title & asked.words) / max(len(entry.title | asked.words), 1)
            found.append((score / whole, place, entry))
    strongest = max((score for score, _, _ in found), default=0.0)
    if strongest < LEAST:
        return []
    ranked = [
        Ranked(entry.key, (score + PROFILE * strongest * fits.get(place, 0.0)) / (1 + PROFILE))
        for score, place, entry in found
    ]
    ranked.sort(key=lambda each: (-each.score, index.places[each.key]))
    return [each for each in ranked[:limit] if each.score >= CLOSE * ranked[0].score]


def _by_words(index: Index, slots: Sequence[Slot]) -> dict[int, float]:
    """Add up, for each text, how much of each slot it has, wherever in the text."""
    scores: dict[int, float] = {}
    for slot in slots:
        had: dict[int, float] = {}
        is_closed = len(scores) > ENOUGH_TEXTS
        for weight, terms in slot.ways:
            for place, part in _having(index, terms, scores if is_closed else None):
                part *= weight
                if part > had.get(place, 0.0):
                    had[place] = part
        for place, part in had.items():
            scores[place] = scores.get(place, 0.0) + slot.mass * part
    return scores


def _having(
    index: Index, terms: tuple[int, ...], among: dict[int, float] | None
) -> Iterable[tuple[int, float]]:
    if len(terms) == 1:
        term = terms[0]
        pairs = _pairs(index, term)
        if among is None:
            return ((place, weight / 255) for place, weight in pairs)
        return ((place, weight / 255) for place, weight in pairs if place in among)
    rarities = [index.rarity(term) for term in terms]
    total = sum(rarities)
    sums: dict[int, float] = {}
    for term, rarity in zip(terms, rarities, strict=True):
        share = rarity / total / 255
        had: set[int] = set()
        for place, weight in _pairs(index, term):
            if place in had:
                continue
            had.add(place)
            if among is None or place in among:
                sums[place] = sums.get(place, 0.0) + share * weight
    return ((place, part * part**0.5) for place, part in sums.items())


def _pairs(index: Index, term: int) -> Iterable[tuple[int, int]]:
    own = zip(index.standing[term], index.weights[term], strict=True)
    lent = index.lent.standing.get(term)
    return chain(own, zip(*lent, strict=True)) if lent else own


def _ways_by_term(slots: Sequence[Slot]) -> dict[int, list[tuple[int, float, tuple[int, ...]]]]:
    found: dict[int, list[tuple[int, float, tuple[int, ...]]]] = {}
    for number, slot in enumerate(slots):
        for weight, terms in slot.ways:
            for term in terms:
                found.setdefault(term, []).append((number, weight, terms))
    return found


def _by_phrases(
    index: Index,
    place: int,
    entry: Entry,
    slots: Sequence[Slot],
    ways: dict[int, list[tuple[int, float, tuple[int, ...]]]],
) -> float:
    fits = [_fit(index, phrase, slots, ways) for phrase in entry.phrases]
    asked = ways.keys()
    lent = [
        LENT * part * _fit(index, phrase, slots, ways)
        for phrase, part in index.lent.phrases.get(place, ())
        if not phrase.isdisjoint(asked)
    ]
    best = max(max(fits), max(lent, default=0.0))
    return PHRASE * best + TITLE * fits[0] + OTHERS * (sum(fits) - best)


def _fit(
    index: Index,
    phrase: frozenset[int],
    slots: Sequence[Slot],
    ways: dict[int, list[tuple[int, float, tuple[int, ...]]]],
) -> float:
    """How much of the question a phrase says, less for what it says besides."""
    asked = [term for term in phrase if term in ways]
    if not asked:
        return 0.0
    best: dict[int, float] = {}
    for term in asked:
        for number, weight, terms in ways[term]:
            if len(terms) > 1:
                rarities = [index.rarity(each) for each in terms]
                part = sum(
                    rarity for each, rarity in zip(terms, rarities, strict=True) if each in phrase
                ) / sum(rarities)
                weight *= part * part**0.5
            if weight > best.get(number, 0.0):
                best[number] = weight
    said = sum(slots[number].mass * weight for number, weight in best.items())
    own = sum(index.rarity(term) for term in phrase)
    shared = sum(index.rarity(term) for term in asked)
    return float(said * (shared / own) ** SHARP)
