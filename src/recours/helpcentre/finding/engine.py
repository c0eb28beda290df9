"""Search in one language of one marketplace: the index with all that it needs to understand questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

from msgspec import Struct

from recours.helpcentre.finding.index import Index, Text
from recours.helpcentre.finding.lexicon import Lexicon
from recours.helpcentre.finding.passages import Segments, passage
from recours.helpcentre.finding.question import Understood, understand
from recours.helpcentre.finding.ranking import Ranked, rank
from recours.helpcentre.finding.thesaurus import Thesaurus
from recours.helpcentre.finding.tongues import tongue
from recours.helpcentre.finding.words import WORD, clean, fold

Group = tuple[str, tuple[str, ...]]
"""A word or phrase that articles use, and what readers say for it."""
KEPT_WORDS, KEPT_LENGTH = 8, 120
"""The most words and characters that are kept of a question."""


class Answer(Struct, frozen=True):
    """What a question was understood as, and the texts that answer it, the best first."""

    asked: Understood
    ranked: tuple[Ranked, ...]


class Engine:
    """Texts and synonyms are given to it; it answers. One thread at a time holds `lock`."""

    def __init__(self, language: str) -> None:
        self.lock = Lock()
        self.tongue = tongue(language)
        self.index = Index(self.tongue)
        self.thesaurus = Thesaurus((), self.tongue)
        self.lexicon = Lexicon(self.index, ())
        self._groups: tuple[Group, ...] = ()

    def __len__(self) -> int:
        return len(self.index)

    def take(self, texts: Iterable[Text], gone: Iterable[int], groups: Sequence[Group] | None) -> None:
        """Take in what changed: texts that are new or say something else, keys of those that are gone, and the
        synonyms if they are not the same."""
        for key in gone:
            self.index.remove(key)
        for text in texts:
            self.index.put(text)
        if groups is not None and tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self.thesaurus = Thesaurus(self._groups, self.tongue)
            self.lexicon = Lexicon(self.index, self.thesaurus.words)
        self.index.lend(self.thesaurus.members)
        self.lexicon.keep_up()

    def ask(self, text: str, limit: int) -> Answer:
        """Answer a question. Never raises, whatever the text."""
        asked = understand(text, self.index, self.lexicon, self.thesaurus)
        return Answer(asked, tuple(rank(self.index, asked, limit)))

    def passage(self, text: str, asked: Understood) -> Segments:
        return passage(text, self.index, asked.slots)

    def nameless(self, text: str) -> str:
        """Return the words of a question that can name nobody: those of the articles, of the synonyms and of everyday
        speech, folded; neither numbers, nor addresses, nor anything else that a reader alone may have written."""
        kept: dict[str, None] = {}
        for chunk in clean(text, KEPT_LENGTH * 4).split():
            if "@" in chunk or "://" in chunk or any(char.isdigit() for char in chunk):
                continue
            for word in WORD.findall(chunk):
                folded = fold(word)
                if len(folded) > 1 and folded in self.lexicon and folded not in self.tongue.codes:
                    kept[folded] = None
        out = ""
        for word in list(kept)[:KEPT_WORDS]:
            if len(out) + len(word) >= KEPT_LENGTH:
                break
            out = f"{out} {word}".strip()
        return out
