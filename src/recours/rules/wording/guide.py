"""What came of the guide in words: the same sentences on pages, in calendars and on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from recours.rules.guide.model import Door, Note, Rung, Term, Way
from recours.rules.guide.places import Place
from recours.rules.letters.model import Kind
from recours.rules.wording import Lang, Value, say
from recours.rules.wording import format as formats
from recours.rules.wording.trace import source_text


def way_text(way: Way, lang: Lang) -> str:
    """Say which way leads out."""
    return say(lang, f"guide.way.{way.value}")


def rung_text(rung: Rung, lang: Lang) -> str:
    """Name a rung as something to do: "Ouvrir un litige"."""
    return say(lang, f"guide.rung.{rung.value}")


def rung_help(rung: Rung, lang: Lang) -> str:
    """Say what a rung is for."""
    return say(lang, f"guide.rung_help.{rung.value}")


def term_text(term: Term, marketplace: str, lang: Lang) -> str:
    """Say what a day is the last one for."""
    return say(lang, f"guide.term.{term.key}", marketplace=marketplace)


def left_text(term: Term, lang: Lang) -> str:
    """Say how many days are left, or since when it is over."""
    if term.is_over:
        return say(lang, "guide.over", days=-term.days_left)
    return (
        say(lang, "guide.last_day") if term.days_left == 0 else say(lang, "guide.left", days=term.days_left)
    )


def note_text(note: Note, lang: Lang) -> str:
    """Say a note, with the articles that it rests on."""
    said = say(lang, f"guide.note.{note.code}", **_words(note, lang))
    return _with_articles(said, note.articles, () if note.verified else note.articles, lang)


def owed_text(owed: Note, lang: Lang) -> str:
    """Say what is owed; `owed_source` says by which articles."""
    return say(lang, f"guide.owed.{owed.code}", **_words(owed, lang))


def owed_source(owed: Note, lang: Lang) -> str:
    """Name the articles that give it, "" where it is only counted."""
    return ", ".join(_articles(owed.articles, () if owed.verified else owed.articles, lang))


def door_text(door: Door, lang: Lang) -> str:
    """Name a next door."""
    return say(lang, f"guide.door.{door.key}")


def door_reason(door: Door, lang: Lang) -> str:
    """Say why a door is open, or is not."""
    words = {"limit": door.limit} if door.limit is not None else {}
    days = door.place.wait_days if door.place is not None else None
    said = say(lang, f"guide.door_reason.{door.key}.{door.reason}", **words, days=days or 0)
    return _with_articles(said, door.articles, door.unverified, lang)


def door_state(door: Door, lang: Lang) -> str:
    """Say whether a door is open."""
    return say(lang, f"guide.door_state.{door.state.value}")


def place_text(place: Place, lang: Lang) -> str:
    """Say what a place is for."""
    return say(lang, f"guide.place.{place.key}")


def letter_text(kind: Kind, lang: Lang) -> str:
    """Name a kind of letter."""
    return say(lang, f"guide.letter.{kind.value}")


def reader_text(reader: str, lang: Lang) -> str:
    """Name whom a text is for."""
    return say(lang, f"guide.reader.{reader}")


def _words(note: Note, lang: Lang) -> dict[str, Value]:
    words: dict[str, Value] = {**note.params}
    if note.window is not None:
        words["window"] = formats.window(note.window.count, note.window.unit, lang)
    return words


def _with_articles(said: str, articles: Iterable[str], unverified: Iterable[str], lang: Lang) -> str:
    shown = _articles(articles, unverified, lang)
    return said if not shown else say(lang, "guide.with_articles", said=said, articles=", ".join(shown))


def _articles(articles: Iterable[str], unverified: Iterable[str], lang: Lang) -> list[str]:
    marked = f" {say(lang, 'rights.unverified')}"
    return [source_text(article, lang) + (marked if article in unverified else "") for article in articles]
