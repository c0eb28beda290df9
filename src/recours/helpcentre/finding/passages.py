"""The passage of a text that answers, with the words that were looked for told apart. Never HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recours.helpcentre.finding.index import Index
from recours.helpcentre.finding.question import Slot
from recours.helpcentre.finding.words import WORD, fold

LONGEST = 220
"""Characters of a passage, about; it is cut between words."""
_SENTENCE = re.compile(r"[^.!?\n…]+(?:[.!?…]+(?=\s|$)|[.!?…]|\n|$)[»)”]?")

Segments = tuple[tuple[str, bool], ...]
"""Pieces of a passage in their order, each with whether it is a word that was looked for."""


def passage(text: str, index: Index, slots: Sequence[Slot]) -> Segments:
    """Return the sentence of `text` that has most of what is looked for; nothing when none has any."""
    wanted: dict[str, float] = {}
    for slot in slots:
        for weight, terms in slot.ways:
            for term in terms:
                name = index.names[term].lstrip("¬")
                wanted[name] = max(wanted.get(name, 0.0), weight * slot.mass)
    best: tuple[float, str] | None = None
    for sentence in _SENTENCE.findall(text):
        names = {index.tongue.stemmed(word[0]) for word in WORD.finditer(sentence)} & wanted.keys()
        if names:
            worth = sum(wanted[name] for name in names) / (60 + min(len(sentence), LONGEST)) ** 0.3
            if best is None or worth > best[0]:
                best = worth, sentence
    return _segments(best[1].strip(), index, wanted) if best else ()


def _segments(sentence: str, index: Index, wanted: dict[str, float]) -> Segments:
    matches = [
        found
        for found in WORD.finditer(sentence)
        if fold(found[0]) not in index.tongue.codes and index.tongue.stemmed(found[0]) in wanted
    ]
    begin, end = _window(sentence, [found.start() for found in matches])
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = begin
    for found in matches:
        if found.start() < at or found.end() > end:
            continue
        if found.start() > at:
            parts.append((sentence[at : found.start()], False))
        parts.append((found[0], True))
        at = found.end()
    if at < end:
        parts.append((sentence[at:end], False))
    if end < len(sentence):
        parts.append((" …", False))
    return tuple(parts)


def _window(sentence: str, starts: Sequence[int]) -> tuple[int, int]:
    """Return where to cut a sentence that is too long, around its first match, between words where there are any."""
    if len(sentence) <= LONGEST:
        return 0, len(sentence)
    begin = max(0, min((starts[0] if starts else 0) - LONGEST // 3, len(sentence) - LONGEST))
    if begin:
        space = sentence.find(" ", begin, begin + 30)
        begin = space + 1 if space >= 0 else begin
    end = begin + LONGEST
    if end < len(sentence):
        space = sentence.rfind(" ", end - 30, end)
        end = space if space > begin else end
    return begin, min(end, len(sentence))
