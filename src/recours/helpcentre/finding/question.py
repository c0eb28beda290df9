"""Understanding a question: which words it is made of once spelt right, and what to look for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from recours.helpcentre.finding.index import NOT, Index
from recours.helpcentre.finding.lexicon import SURE, Lexicon
from recours.helpcentre.finding.thesaurus import Said, Thesaurus
from recours.helpcentre.finding.words import WORD, clean, fold

LONGEST, MOST_WORDS = 300, 32
"""Characters and words of a question that are read: of a letter, the beginning says what it is about."""
MOST_CORRECTED = 8
"""Words that are corrected, which takes longest; the others stay as they are."""
MOST_SLOTS, MOST_WAYS = 12, 8
COMPLETED, MOST_COMPLETED = 3, 12
"""From how many letters on the word being typed is completed, and by how many words."""
ITSELF, MEANT, AKIN, GUESSED, BEGUN = 1.0, 0.95, 0.5, 0.7, 0.85
"""How well another word stands for the one that was written: the one that articles use, another of its group, a
second guess at a misspelling, one that begins so."""
PHRASE, COVERED = 1.1, 0.6
"""How much a phrase of the synonyms says, of what its words say one by one; and how much these then say less."""
CLEAR = 0.6
"""How surely a phrase is said for its words to mean nothing else besides: « fausse » in « la date est fausse »."""
KNOWN = 0.15
"""How much a word counts as lost that is right but in no article: « casque »."""
_REPEATED = re.compile(r"(.)\1{2,}")

Way = tuple[float, tuple[int, ...]]
"""What to look for instead of a word, and how well it stands for it."""


class Slot(Struct, frozen=True):
    """Something that the question speaks of: the ways to say it, and how much it tells articles apart."""

    ways: tuple[Way, ...]
    mass: float


class Understood(Struct, frozen=True):
    """`read` is the question as it was read, None when it was read as written; `doubtful` is what may have been meant
    besides. `lost` is the mass of the words that nothing is known of."""

    slots: tuple[Slot, ...]
    words: frozenset[str]
    """The words of the question, spelt right, folded."""
    spoken: tuple[str, ...]
    """All words of the question, spelt right, in their order."""
    read: str | None
    doubtful: str | None
    lost: float


class _Read(Struct):
    """A word of the question, as it is understood: other words for shorthand, a guess for a misspelling."""

    start: int
    end: int
    words: list[str]
    second: str | None = None
    begun: bool = False
    is_corrected: bool = False
    is_doubtful: bool = False


def understand(text: str, index: Index, lexicon: Lexicon, thesaurus: Thesaurus) -> Understood:
    """Read a question. Never raises, whatever the text; takes as long for any length."""
    written = _REPEATED.sub(r"\1\1", clean(text, LONGEST))
    reads = _Reader(index, lexicon, written).reads()
    words: list[str] = []
    owners: list[_Read] = []
    for read in reads:
        words += read.words
        owners += [read] * len(read.words)
    slots, lost = _slots(words, owners, index, lexicon, thesaurus)
    shown = _shown(written, reads)
    doubtful = any(read.is_doubtful for read in reads)
    return Understood(
        slots=tuple(sorted(slots, key=lambda slot: -slot.mass)[:MOST_SLOTS]),
        words=frozenset(map(fold, words)) - index.tongue.codes.keys(),
        spoken=tuple(words),
        read=shown if any(read.is_corrected for read in reads) and not doubtful else None,
        doubtful=shown if doubtful else None,
        lost=lost,
    )


class _Reader:
    """Spells a question right, word by word."""

    def __init__(self, index: Index, lexicon: Lexicon, text: str) -> None:
        self.index, self.lexicon, self.text = index, lexicon, text
        self.tongue = index.tongue
        self.found = list(WORD.finditer(text))[:MOST_WORDS]
        self.corrected = 0

    def reads(self) -> list[_Read]:
        reads: list[_Read] = []
        at = 0
        while at < len(self.found):
            read, used = self._read(at)
            reads.append(read)
            at += used
        return reads

    def _read(self, at: int) -> tuple[_Read, int]:
        found = self.found[at]
        word = found[0].lower()
        read = _Read(found.start(), found.end(), [word])
        is_elided = self.text[found.end() : found.end() + 1] in ("'", "’")
        if at + 1 < len(self.found):
            both = self.tongue.shorthand.get(f"{word} {self.found[at + 1][0].lower()}")
            if both is not None:
                read.end, read.words, read.is_corrected = self.found[at + 1].end(), both.split(), True
                return read, 2
        short = None if is_elided else self._shorthand(word)
        if short is not None:
            read.words, read.is_corrected = short, len(word) > 1 or short != [word]
            return read, 1
        if self._is_right(word) or any(char.isdigit() for char in word):
            return read, 1
        is_last = found.end() == len(self.text)
        if is_last and len(word) >= COMPLETED and self.lexicon.begins(fold(word), 1):
            read.begun = True
            return read, 1
        joined = self._joined(at)
        if joined is not None:
            read.end, read.words, read.is_corrected = self.found[at + 1].end(), [joined], True
            return read, 2
        if self.corrected < MOST_CORRECTED:
            self.corrected += 1
            self._correct(read, word)
        return read, 1

    def _shorthand(self, word: str) -> list[str] | None:
        stands_for = self.tongue.shorthand.get(word) or self.tongue.shorthand.get(fold(word))
        if stands_for is None or (len(word) > 3 and self.index.written[word]):
            return None
        return WORD.findall(stands_for.lower())

    def _is_right(self, word: str) -> bool:
        folded = fold(word)
        if folded in self.lexicon:
            return True
        stem = self.tongue.stem(folded)
        return len(stem) > 3 and self.index.has(self.index.terms.get(stem, 0))

    def _joined(self, at: int) -> str | None:
        """The word that this one and the next are, when a space was typed within it: « rem boursement »."""
        if (
            at + 1 == len(self.found)
            or not self.text[self.found[at].end() : self.found[at + 1].start()].isspace()
        ):
            return None
        both = self.found[at][0].lower() + self.found[at + 1][0].lower()
        if len(both) > 5 and fold(both) in self.lexicon:
            return self.lexicon.shown[fold(both)]
        return None

    def _correct(self, read: _Read, word: str) -> None:
        elided = self._elided(word)
        if elided is not None:
            read.words, read.is_corrected = elided, True
            return
        guesses = self.lexicon.guesses(word)
        parts = None if guesses and guesses[0].sounds_so else self._parted(word)
        if parts is not None and (not guesses or guesses[0].alike < 0.9):
            read.words, read.is_corrected = parts, True
        elif guesses:
            read.words = [guesses[0].shown]
            read.is_corrected = guesses[0].alike >= SURE
            read.is_doubtful = not read.is_corrected
            read.second = guesses[1].shown if len(guesses) > 1 else None

    def _elided(self, word: str) -> list[str] | None:
        """A small word with its elided one: « jetais », « quil »."""
        if self.tongue.code != "fr":
            return None
        folded = fold(word)
        found = re.match(r"(?:qu|[ldjnsmtc])(?=[aeiouyh])", folded)
        rest = folded[found.end() :] if found else ""
        return [found[0], self.lexicon.shown[rest]] if found and rest in self.tongue.codes else None

    def _parted(self, word: str) -> list[str] | None:
        """The words that were typed without what stands between them: « larticle », « moncolis »."""
        folded = fold(word)
        if len(folded) < 4:
            return None
        if self.tongue.code == "fr":
            elided = re.match(r"(?:qu|[ldjnsmtc])(?=[aeiouyh])", folded)
            if elided:
                rest = folded[elided.end() :]
                if rest in self.lexicon:
                    return [elided[0], self.lexicon.shown[rest]]
                guesses = self.lexicon.guesses(rest) if len(rest) > 3 else ()
                if guesses and guesses[0].alike > 0.9:
                    return [elided[0], guesses[0].shown]
        best: list[str] | None = None
        for cut in range(2, len(folded) - 1):
            left, right = folded[:cut], folded[cut:]
            if all(
                part in self.lexicon and (len(part) > 3 or part in self.tongue.codes)
                for part in (left, right)
            ):
                small = left in self.tongue.codes or right in self.tongue.codes
                if len(left) + len(right) > 5 and (best is None or not small):
                    best = [self.lexicon.shown[left], self.lexicon.shown[right]]
        return best


def _slots(
    words: Sequence[str], owners: Sequence[_Read], index: Index, lexicon: Lexicon, thesaurus: Thesaurus
) -> tuple[list[Slot], float]:
    said = thesaurus.said(words)
    alone: dict[int, list[Said]] = {}
    phrases: list[Said] = []
    for each in said:
        is_alone = len(each.places) == 1 and each.words == 1 and index.code(words[each.places[0]]) > 0
        if is_alone:
            alone.setdefault(each.places[0], []).append(each)
        else:
            phrases.append(each)
    covered = {place: each.surely for each in reversed(phrases) for place in each.places}
    slots: dict[int, Slot] = {}
    lost = 0.0
    for place, word in enumerate(words):
        if index.code(word) <= 0:
            continue
        ways = _ways_of(word, owners[place], index, lexicon)
        for each in () if covered.get(place, 0.0) >= CLEAR else alone.get(place, ()):
            ways += _akin(each, index, thesaurus)
        slot = _slot(ways, index)
        if slot is not None:
            slots[place] = slot
        elif place not in covered:
            lost += index.rarity(0) * (KNOWN if fold(word) in lexicon else 1.0)
    whole: list[Slot] = []
    for each in phrases:
        at_least = PHRASE * each.surely * sum(slots[place].mass for place in each.places if place in slots)
        slot = _slot(_akin(each, index, thesaurus), index, at_least)
        if slot is not None:
            whole.append(slot)
    alone_slots = _once(
        Slot(slot.ways, slot.mass * (1 - COVERED * covered.get(place, 0.0))) for place, slot in slots.items()
    )
    return [*alone_slots, *whole, *_denials(words, index, bool(covered))], lost


def _once(slots: Iterable[Slot]) -> list[Slot]:
    """Leave out a word that is said again."""
    found: dict[tuple[Way, ...], Slot] = {}
    for slot in slots:
        if slot.ways not in found or found[slot.ways].mass < slot.mass:
            found[slot.ways] = slot
    return list(found.values())


def _ways_of(word: str, read: _Read, index: Index, lexicon: Lexicon) -> list[Way]:
    ways: list[Way] = []
    terms = _plain(index, (word,))
    if terms:
        ways.append((ITSELF, terms))
    if read.begun:
        for begun in lexicon.begins(fold(word), MOST_COMPLETED):
            ways.append((BEGUN, _plain(index, (begun,))))
    if read.second is not None:
        ways.append((GUESSED, _plain(index, (read.second,))))
    return ways


def _akin(said: Said, index: Index, thesaurus: Thesaurus) -> list[Way]:
    """What else to look for when a group is said: what articles say, then what they may say too."""
    members = thesaurus.members[said.group]
    ways: list[Way] = []
    for number, member in enumerate(members):
        if number == 0 or number != said.member:
            terms = index.find(member)
            if terms and len(terms) >= len(thesaurus.reduce(member)):
                ways.append((said.surely * (MEANT if number == 0 else AKIN), terms))
    ways.sort(key=lambda way: -way[0])
    return ways


def _denials(words: Sequence[str], index: Index, is_covered: bool) -> Iterable[Slot]:
    scale = 1 - COVERED if is_covered else 1.0
    for term in index.find(words):
        if index.names[term].startswith(NOT):
            yield Slot(((ITSELF, (term,)),), index.rarity(term) * scale)


def _slot(ways: Iterable[Way], index: Index, at_least: float = 0.0) -> Slot | None:
    best: dict[tuple[int, ...], float] = {}
    for weight, terms in ways:
        if terms and weight > best.get(terms, 0.0):
            best[terms] = weight
    if not best:
        return None
    kept = sorted(((weight, terms) for terms, weight in best.items()), key=lambda way: -way[0])[:MOST_WAYS]
    weight, terms = kept[0]
    mass = weight * sum(index.rarity(term) for term in terms) / len(terms) ** 0.5
    return Slot(tuple(kept), max(mass, at_least))


def _plain(index: Index, words: Sequence[str]) -> tuple[int, ...]:
    return tuple(term for term in index.find(words) if not index.names[term].startswith(NOT))


def _shown(text: str, reads: Sequence[_Read]) -> str:
    """Return the text with its words as they were read, in the capitals that it had."""
    parts: list[str] = []
    end = 0
    for read in reads:
        written = text[read.start : read.end]
        parts.append(text[end : read.start])
        parts.append(written if read.words == [written.lower()] else _spoken(read.words))
        end = read.end
    return " ".join(("".join(parts) + text[end:]).split())


def _spoken(words: Sequence[str]) -> str:
    """Join words as they are written: « j » and « ai » are « j'ai »."""
    out = ""
    for word in words:
        out += word + ("’" if word in ("l", "d", "j", "n", "s", "m", "t", "c", "qu") else " ")
    return out.strip()
