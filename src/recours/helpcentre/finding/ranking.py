"""Ranking the texts of an index by how well they answer a question that is understood."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence, Set
from heapq import nlargest
from operator import itemgetter

from msgspec import Struct

from recours.helpcentre.finding.index import NOT, Entry, Index
from recours.helpcentre.finding.question import ITSELF, Slot, Understood

ENOUGH_TEXTS, KEPT_TEXTS = 400, 1_500
"""Once so many texts are in question, the more common words only reorder them; of more, the best are kept."""
COMPARED = 60
"""The best texts, whose titles and keywords are compared with the question as phrases."""
PHRASE, TITLE, OTHERS = 1.3, 0.3, 0.07
"""What the phrase that fits best adds to what the words add up to, the title by itself, and all other phrases."""
LENT = 0.9
"""What is left of a phrase that the text does not say itself."""
CONTRARY = 0.6
"""What is left of a phrase that denies what the question says: « pas reçu » when it is « reçu »."""
SHARP = 0.7
"""How much a phrase is held to what it says beyond the question: 0 not at all, 1 in full."""
SAME = 0.2
"""What a title gains whose very words are asked: « annuler ma commande » is not « ma commande est annulée »."""
PROFILE, TYPICAL = 1.6, 20
"""How much it counts that a question is typical of a text, beside all else; and how many texts that alone brings in."""
LEAST = 0.12
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
    ways = _ways_of(index, slots)
    fits = index.profiles.fit(asked.spoken)
    best = dict(nlargest(COMPARED, scores.items(), key=lambda each: (each[1], -each[0])))
    for place in nlargest(TYPICAL, fits, key=lambda place: (fits[place], -place)):
        best.setdefault(place, scores.get(place, 0.0))
    whole = (1 + PHRASE + TITLE) * (total + asked.lost)
    found: list[tuple[float, int, Entry]] = []
    known: dict[int, float] = {}
    for place, score in best.items():
        entry = index.entries[place]
        if entry is not None:
            score += _by_phrases(index, place, entry, slots, ways, known)
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
        among = scores.keys() if len(scores) > ENOUGH_TEXTS else None
        for weight, terms in slot.ways:
            for place, part in _parts(index, terms, among).items():
                if weight * part > had.get(place, 0.0):
                    had[place] = weight * part
        mass = slot.mass
        for place, part in had.items():
            scores[place] = scores.get(place, 0.0) + mass * part
        if len(scores) > KEPT_TEXTS:
            scores = dict(nlargest(ENOUGH_TEXTS + 1, scores.items(), key=itemgetter(1)))
    return scores


def _parts(index: Index, terms: tuple[int, ...], among: Set[int] | None) -> dict[int, float]:
    """Return how well each text answers to a way, 0 to 1."""
    if len(terms) == 1:
        return {place: weight / 255 for place, weight in _weights(index, terms[0], among).items()}
    return {place: part * math.sqrt(part) for place, part in _sums(index, terms, among).items()}


def _weights(index: Index, term: int, among: Set[int] | None) -> dict[int, int]:
    """Return what a term weighs in the texts that have it, 0 to 255; of those in `among`, where it is given."""
    standing, weights = index.standing[term], index.weights[term]
    lent = index.lent.standing.get(term)
    if among is None or len(standing) < 2 * len(among):
        found = dict(zip(standing, weights, strict=True))
    else:
        found = {}
        for place in among:
            at = bisect_left(standing, place)
            if at < len(standing) and standing[at] == place:
                found[place] = weights[at]
    for place, weight in zip(*lent, strict=True) if lent else ():
        if weight > found.get(place, 0):
            found[place] = weight
    return found if among is None else {place: found[place] for place in found.keys() & among}


def _sums(index: Index, terms: tuple[int, ...], among: Set[int] | None) -> dict[int, float]:
    """Return how much of several terms each text has, 0 to 1; of the texts that have the rarest of them."""
    total = sum(index.rarity(term) for term in terms)
    sums: dict[int, float] = {}
    for term in sorted(terms, key=index.rarity, reverse=True):
        share = index.rarity(term) / total / 255
        for place, weight in _weights(index, term, among).items():
            sums[place] = sums.get(place, 0.0) + share * weight
        among = sums.keys() if among is None else among & sums.keys()
    return sums


_Asked = dict[int, list[tuple[int, float]]]
"""For each term, the ways that it is part of, by number, and how much of each it is."""


class _Ways(Struct, frozen=True):
    """All ways of all slots, numbered."""

    asked: _Asked
    slots: tuple[int, ...]
    weights: tuple[float, ...]
    contrary: frozenset[int]
    """What the question would say if it denied what it does not."""


def _ways_of(index: Index, slots: Sequence[Slot]) -> _Ways:
    asked: _Asked = {}
    owners: list[int] = []
    weights: list[float] = []
    for number, slot in enumerate(slots):
        for weight, terms in slot.ways:
            total = sum(index.rarity(term) for term in terms)
            for term in terms:
                asked.setdefault(term, []).append((len(owners), index.rarity(term) / total))
            owners.append(number)
            weights.append(weight)
    said = {term for slot in slots for weight, terms in slot.ways if weight == ITSELF for term in terms}
    contrary = {index.terms.get(NOT + index.names[term], 0) for term in said} - {0} - asked.keys()
    return _Ways(asked, tuple(owners), tuple(weights), frozenset(contrary))


def _by_phrases(
    index: Index, place: int, entry: Entry, slots: Sequence[Slot], ways: _Ways, known: dict[int, float]
) -> float:
    asked = ways.asked.keys()
    fits = [0.0 if phrase.isdisjoint(asked) else _fit(index, phrase, slots, ways) for phrase in entry.phrases]
    best = max(fits)
    for phrase, part in index.lent.phrases.get(place, ()):
        if not phrase.isdisjoint(asked):
            fit = known.get(id(phrase))  # lent to several texts, it is the same for all
            if fit is None:
                fit = known[id(phrase)] = _fit(index, phrase, slots, ways)
            best = max(best, LENT * part * fit)
    return PHRASE * best + TITLE * fits[0] + OTHERS * (sum(fits) - min(best, max(fits)))


def _fit(index: Index, phrase: frozenset[int], slots: Sequence[Slot], ways: _Ways) -> float:
    """How much of the question a phrase says, less for what it says besides."""
    parts: dict[int, float] = {}
    own = shared = 0.0
    for term in phrase:
        rarity = index.rarity(term)
        own += rarity
        if term in ways.asked:
            shared += rarity
            for way, part in ways.asked[term]:
                parts[way] = parts.get(way, 0.0) + part
    best: dict[int, float] = {}
    for way, part in parts.items():
        weight = ways.weights[way] * (part * math.sqrt(part) if part < 1 else 1.0)
        slot = ways.slots[way]
        if weight > best.get(slot, 0.0):
            best[slot] = weight
    said = sum(slots[slot].mass * weight for slot, weight in best.items())
    scale = 1.0 if ways.contrary.isdisjoint(phrase) else CONTRARY
    return float(scale * said * (shared / own) ** SHARP)
