"""What changed between two versions, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

CONTEXT = 2
"""Unchanged lines that are shown around a change."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(Struct, frozen=True):
    """Some text, and what became of it: "" as it was, "ins" new, "del" gone, "skip" left out, unchanged."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Return the pieces that make up both texts, unchanged stretches shortened; nothing when they are the same."""
    if before == after:
        return []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_lines(old, new))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield from _around(old[a:b], first=a == 0, last=b == len(old))
        elif tag == "replace":
            yield from _words("".join(old[a:b]), "".join(new[c:d]))
        elif tag == "delete":
            yield Piece("del", "".join(old[a:b]))
        else:
            yield Piece("ins", "".join(new[c:d]))


def _around(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    if len(lines) <= head + tail:
        yield Piece("", "".join(lines))
        return
    if head:
        yield Piece("", "".join(lines[:head]))
    yield Piece("skip", "")
    if tail:
        yield Piece("", "".join(lines[-tail:]))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield Piece("", "".join(old[a:b]))
            continue
        if b > a:
            yield Piece("del", "".join(old[a:b]))
        if d > c:
            yield Piece("ins", "".join(new[c:d]))
