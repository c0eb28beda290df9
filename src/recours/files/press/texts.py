"""A text, read in the letters it was written in and written again in ours, with nothing in it that acts."""

from __future__ import annotations

import codecs
import unicodedata
from typing import BinaryIO

from recours.files.kinds import TEXT
from recours.files.press.verdict import Fault, Flawed, Pressed

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KEPT = {"\n", "\t"}
_ACTS = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINS = {"\u200c", "\u200d"}
"""Without the first Persian reads wrongly, without the second a family of emoji falls apart."""
_LINE_ENDS = {"\u2028": "\n", "\u2029": "\n\n", "\x0c": "\n", "\x0b": "\n", "\x85": "\n"}


def press_text(source: BinaryIO) -> tuple[Pressed, bytes]:
    """Return what was found and the copy to show, in UTF-8. Raises Flawed for what is no text."""
    return Pressed(media_type=TEXT), written(decoded(source.read()))


def decoded(content: bytes) -> str:
    """Return the text of `content`: as its mark says, else UTF-8, else what Windows writes. Raises Flawed."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    for attempt in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break  # no text has one; a program has many
        return text
    raise Flawed(Fault.UNREADABLE, detail="not a text")


def written(text: str) -> bytes:
    """Return a text as a file that every program opens as one.

    What would act on a terminal, hide, or turn letters round (U+202E) is written out as `[U+202E]`: whoever reads the
    exhibit sees that it was there. The mark at its beginning says UTF-8 to programs that would guess.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return codecs.BOM_UTF8 + "".join(_tamed(letter) for letter in text).encode()


def _tamed(letter: str) -> str:
    if letter in _KEPT or letter in _JOINS:
        return letter
    if letter in _LINE_ENDS:
        return _LINE_ENDS[letter]
    return f"[U+{ord(letter):04X}]" if unicodedata.category(letter) in _ACTS else letter
