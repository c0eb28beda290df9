"""What the fonts that come with us can draw. What they cannot is written as its code, never left out."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")

MAIN = "NotoSans-Regular.ttf"
"""The font of the text; its bold and italic draw the same characters."""

_PLAIN = re.compile(r"[\n -~\u00a0-\u00ac\u00ae-\u017f‐-—‘’“”„•…\u202f‹›€−]*")
"""Texts that every font of ours for French and English draws: nothing to look at."""

_KEPT_UNSEEN = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""Characters that are not drawn and cannot mislead: joiners, soft breaks, marks of direction, variants."""

_MARKS_AT_MOST = 4
"""Marks drawn above one letter. Vietnamese and vocalised Hebrew need three; a tower of twenty hides other lines."""

_LONG = re.compile(r"\S{31,}")
_PIECE = re.compile(r"(\S{20})(?=\S)")
_BREAK = "\u200b"


def printable(text: str, *, cautious: bool = False) -> str:
    """Return `text` with whatever cannot be drawn, or would draw over the rest, written as its code: `[U+1780]`.

    Controls, characters that turn the direction of what follows (they could make a sentence of ours read
    otherwise), unassigned ones, those no font has, and letters with marks that no *one* font has. Words of more
    than thirty characters may be broken each twenty, so that none leaves the page. `cautious` keeps what the main
    font draws without marks, and nothing else: for a text that Typst refused all the same.
    """
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", "    "))
        text = "".join(_drawn(cluster, cautious=cautious) for cluster in _clusters(text))
    return _LONG.sub(lambda word: _PIECE.sub(rf"\1{_BREAK}", word[0]), text)


def code_of(char: str) -> str:
    """Return how a character that cannot be drawn is written."""
    return f"[U+{ord(char):04X}]"


def _clusters(text: str) -> list[str]:
    """Letters with the marks and joiners that follow them."""
    clusters: list[str] = []
    for char in text:
        if clusters and (unicodedata.category(char)[0] == "M" or char in _KEPT_UNSEEN):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _drawn(cluster: str, *, cautious: bool) -> str:
    if cluster == "\n":
        return cluster
    fonts = [drawn_by(MAIN)] if cautious else _coverage()
    base, tail = cluster[0], cluster[1:]
    if base in _KEPT_UNSEEN:
        head = "" if cautious else base
    elif unicodedata.category(base) in {"Cc", "Cf", "Cs", "Cn", "Co"} or not any(
        ord(base) in font for font in fonts
    ):
        head = code_of(base)
    elif unicodedata.category(base)[0] == "M":
        head = code_of(base)  # a mark on nothing: it would sit on our own words
    else:
        head = base
    if cautious:
        return head + "".join(code_of(char) for char in tail if char not in _KEPT_UNSEEN)
    return head + _marks(head, tail, fonts)


def _marks(head: str, tail: str, fonts: list[frozenset[int]]) -> str:
    """Return the marks after `head`; those that the font of `head` cannot set, and the fifth and later, as codes."""
    able = [font for font in fonts if len(head) == 1 and ord(head) in font]
    joined, written, count = "", "", 0
    for char in tail:
        if char in _KEPT_UNSEEN:
            joined += char
            continue
        still = [font for font in able if ord(char) in font]
        count += 1
        if still and count <= _MARKS_AT_MOST:
            able, joined = still, joined + char
        else:
            written += code_of(char)
    return joined + written


@cache
def _coverage() -> list[frozenset[int]]:
    return [drawn_by(path.name) for path in sorted(FONTS.glob("*.ttf"))]


@cache
def drawn_by(font: str) -> frozenset[int]:
    """Return the code points that a font of ours draws, from its own table (OpenType `cmap`, formats 4 and 12)."""
    content = (FONTS / font).read_bytes()
    tables = {
        content[at : at + 4]: struct.unpack_from(">I", content, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", content, 4)[0], 16)
    }
    start = tables[b"cmap"]
    drawn: set[int] = set()
    for number in range(struct.unpack_from(">H", content, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", content, start + 4 + 8 * number)
        if platform in {0, 3}:
            drawn |= _mapped(content, start + offset)
    return frozenset(drawn)


def _mapped(content: bytes, at: int) -> set[int]:
    kind = struct.unpack_from(">H", content, at)[0]
    if kind == 12:
        groups = struct.unpack_from(">I", content, at + 12)[0]
        return {
            code
            for first, last, _ in struct.iter_unpack(">III", content[at + 16 : at + 16 + 12 * groups])
            for code in range(first, last + 1)
        }
    return _of_segments(content, at) if kind == 4 else set()


def _of_segments(content: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", content, at + 6)[0] // 2
    read = f">{count}H"
    ends = struct.unpack_from(read, content, at + 14)
    starts = struct.unpack_from(read, content, at + 16 + 2 * count)
    deltas = struct.unpack_from(read, content, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = struct.unpack_from(read, content, ranges_at)
    drawn = set()
    for segment in range(count):
        for code in range(starts[segment], min(ends[segment], 0xFFFE) + 1):
            if not ranges[segment]:
                glyph = (code + deltas[segment]) & 0xFFFF
            else:
                where = ranges_at + 2 * segment + ranges[segment] + 2 * (code - starts[segment])
                glyph = struct.unpack_from(">H", content, where)[0]
            if glyph:
                drawn.add(code)
    return drawn
