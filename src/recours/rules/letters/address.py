"""A postal address as the French standard wants it: six lines of 38 characters, the last in capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from recours.rules.refusals import Refusal

MAX_LINES = 6
MAX_CHARACTERS = 38
"""Both from NF Z10-011, as the post office and the letter services print it."""

ABBREVIATIONS = {
    "allée": "all", "appartement": "app", "avenue": "av", "bâtiment": "bat", "boulevard": "bd", "chemin": "che",
    "docteur": "dr", "escalier": "esc", "établissements": "ets", "étage": "etg", "faubourg": "fg", "général": "gal",
    "immeuble": "imm", "impasse": "imp", "lotissement": "lot", "madame": "mme", "maréchal": "mal",
    "monsieur": "m", "place": "pl", "président": "pdt", "professeur": "pr", "quartier": "qu", "résidence": "res",
    "route": "rte", "saint": "st", "sainte": "ste", "société": "ste", "square": "sq",
}  # fmt: skip
"""What is shortened, and how; the longest word of a line first, and only in a line that is too long."""

_TOWN = re.compile(r"[0-9]{5} +\S.*", re.ASCII)
_BLANK = re.compile(r"\s+")


class AddressEmpty(Refusal, ValueError):
    """The address has fewer lines than a name and a town."""


class AddressTooLong(Refusal, ValueError):
    """The address has more than six lines."""


class AddressLineTooLong(Refusal, ValueError):
    """A line is longer than 38 characters, and shortening it by rule was not enough."""


class AddressWithoutPostcode(Refusal, ValueError):
    """The last line of a French address has no postcode before the town."""


class Shortened(Struct, frozen=True):
    """A line as it was given, and as it will be printed; to be shown before anything is."""

    given: str
    printed: str


class Address(Struct, frozen=True):
    """The lines to print, the name first, and what was shortened to get there."""

    lines: tuple[str, ...]
    shortened: tuple[Shortened, ...] = ()


def address(given: Sequence[str], *, country: str | None = None) -> Address:
    """Return an address of at most six lines of 38 characters.

    `given` is the name, then the lines down to the town; `country` a foreign country's name, which becomes the last
    line. Commas go, the last line is in capitals without accents. A line that is too long has its words shortened
    (ABBREVIATIONS), then goes on over a second line if there is room: no letter is ever cut. Raises AddressEmpty,
    AddressTooLong, AddressLineTooLong, AddressWithoutPostcode. Source: NF Z10-011.
    """
    lines = [_BLANK.sub(" ", line.replace(",", " ")).strip() for line in given]
    lines = [line for line in lines if line]
    if len(lines) < 2:
        raise AddressEmpty()
    if country:
        lines.append(_BLANK.sub(" ", country).strip())
    elif not _TOWN.fullmatch(lines[-1]):
        raise AddressWithoutPostcode(line=lines[-1])
    if len(lines) > MAX_LINES:
        raise AddressTooLong(count=len(lines), most=MAX_LINES)
    lines[-1] = capitals(lines[-1])
    room = MAX_LINES - len(lines)
    printed: list[str] = []
    shortened: list[Shortened] = []
    for line in lines:
        pieces = _fitted(line, room, is_last=line is lines[-1])
        room -= len(pieces) - 1
        printed += pieces
        if pieces != [line]:
            shortened.append(Shortened(given=line, printed=" / ".join(pieces)))
    return Address(lines=tuple(printed), shortened=tuple(shortened))


def capitals(text: str) -> str:
    """Return a text in capitals without accents; scripts that have none stay as they are."""
    apart = unicodedata.normalize("NFD", text)
    latin = "".join(char for char in apart if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", latin).upper()


def _fitted(line: str, room: int, *, is_last: bool) -> list[str]:
    words = line.split(" ")
    for at in sorted(range(len(words)), key=lambda at: -len(words[at])):
        if len(" ".join(words)) <= MAX_CHARACTERS:
            break
        short = ABBREVIATIONS.get(words[at].lower()) or _unaccented().get(words[at].lower())
        if short:
            words[at] = short.upper() if words[at].isupper() else short.capitalize()
    short_line = " ".join(words)
    if len(short_line) <= MAX_CHARACTERS:
        return [short_line]
    if room < 1 or is_last:
        raise AddressLineTooLong(line=line, count=len(short_line), most=MAX_CHARACTERS)
    first = ""
    while words and len(f"{first} {words[0]}".strip()) <= MAX_CHARACTERS:
        first = f"{first} {words.pop(0)}".strip()
    second = " ".join(words)
    if not first or len(second) > MAX_CHARACTERS:
        raise AddressLineTooLong(line=line, count=len(short_line), most=MAX_CHARACTERS)
    return [first, second]


def _unaccented() -> dict[str, str]:
    return {capitals(word).lower(): short for word, short in ABBREVIATIONS.items()}
