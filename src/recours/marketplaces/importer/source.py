"""Opening a file of orders: its encoding, its lines, and the answer when it is no such file at all."""

from __future__ import annotations

import codecs
import io
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from msgspec import Struct

from recours.rules.refusals import Refusal

MAX_LINE_CHARS = 1_000_000
"""A longer line is no order line: it is passed over without being held in memory."""
_CHUNK_BYTES = 1 << 20
_FALLBACK = "windows-1252"
_NOT_TEXT = {
    b"PK\x03\x04": "Excel/ZIP",
    b"\xd0\xcf\x11\xe0": "Excel 97-2003",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}


class EmptyFile(Refusal):
    """There is nothing in the file."""


class NotAText(Refusal):
    """The file is a workbook or an archive, not text."""


class WrongEncoding(Refusal):
    """The file is not written in the encoding it was said to be."""


class UnknownEncoding(Refusal):
    """There is no such encoding."""


class Notice(Struct, frozen=True):
    """Something the reader should know about the whole file; `key` is a key of the wording."""

    key: str
    params: dict[str, str | int] = {}


class Source(Struct):
    """An open file of orders."""

    lines: Lines
    binary: IO[bytes]
    size: int
    encoding: str
    errors: str
    notices: list[Notice]
    text: io.TextIOWrapper | None = None

    def position(self) -> int:
        """How many bytes were read so far, to the nearest buffer."""
        return min(self.binary.tell(), self.size)

    def again(self) -> Lines:
        """Go back to the beginning and return the lines anew; those of before are spent."""
        self.binary.seek(0)
        if self.text is not None:
            self.text.detach()  # or it would close the file when it goes
        self.text = io.TextIOWrapper(self.binary, self.encoding, self.errors, newline="")
        self.lines = Lines(self.text)
        return self.lines


class Lines:
    """The physical lines, in blocks that can be handed back; `number` is that of the last line handed out."""

    def __init__(self, text: IO[str]) -> None:
        self._pieces = iter(partial(text.readline, MAX_LINE_CHARS), "")
        self._back: deque[str] = deque()
        self.number = 0
        self.at_end = False

    def block(self, count: int) -> list[str]:
        """Return up to `count` lines; a line too long comes as a `TooLong`. Empty at the end of the file."""
        block = [self._back.popleft() for _ in range(min(count, len(self._back)))]
        fresh = list(islice(self._pieces, count - len(block)))
        self.at_end = len(fresh) < count - len(block)
        if fresh and max(map(len, fresh)) >= MAX_LINE_CHARS:
            fresh = list(self._joined(fresh))
        block += fresh
        self.number += len(block)
        return block

    def back(self, lines: list[str]) -> None:
        """Hand lines back, to be given out again."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def _joined(self, pieces: list[str]) -> Iterator[str]:
        """Put one `TooLong` in the place of the pieces of each line that is too long."""
        rest = iter(pieces)
        for piece in rest:
            if len(piece) < MAX_LINE_CHARS or piece.endswith(("\n", "\r")):
                yield piece
                continue
            yield TooLong(piece[:200])
            for more in rest:
                if more.endswith(("\n", "\r")):
                    break
            else:
                for more in self._pieces:
                    if more.endswith(("\n", "\r")):
                        break


class TooLong(str):
    """The beginning of a line that is too long."""


@contextmanager
def opened(path: Path, *, encoding: str | None = None) -> Iterator[Source]:
    """Open the file. Without `encoding` it is found: a byte order mark, UTF-8, else Windows-1252 with a notice.

    Raises EmptyFile, NotAText, UnknownEncoding, WrongEncoding; OSError when the file cannot be read.
    """
    with path.open("rb") as given, tempfile.TemporaryFile() as spool:
        binary: IO[bytes] = given
        if not given.seekable():
            # A pipe is kept aside: the file is read a second time when there are lines to reject.
            shutil.copyfileobj(given, spool)
            spool.seek(0)
            binary = spool
        head = binary.read(4096)
        if not head.strip():
            raise EmptyFile(name=path.name)
        for magic, what in _NOT_TEXT.items():
            if head.startswith(magic):
                raise NotAText(name=path.name, what=what)
        found, errors, notices = _encoding(binary, head, encoding, path.name)
        size = binary.seek(0, io.SEEK_END)
        source = Source(Lines(io.StringIO()), binary, size, found, errors, notices)
        source.again()
        try:
            yield source
        finally:
            if source.text is not None:
                source.text.detach()


def _encoding(binary: IO[bytes], head: bytes, named: str | None, name: str) -> tuple[str, str, list[Notice]]:
    """Return the encoding, what to do with what it cannot read, and what to tell."""
    if named is not None:
        return _named_encoding(binary, named, name)
    for mark, found in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return found, "surrogateescape" if found == "utf-8-sig" else "replace", []
    at = _first_unreadable(binary, "utf-8")
    if at is None:
        return "utf-8", "strict", []
    line, any_utf8 = at
    if not any_utf8 and _first_unreadable(binary, _FALLBACK) is None:
        return _FALLBACK, "strict", [Notice("import.notice.read_as_windows_1252", {"line": line})]
    # Some of it is UTF-8: a guess would spoil what is right. The lines that cannot be read are rejected.
    return "utf-8", "surrogateescape", [Notice("import.notice.partly_utf8", {"line": line})]


def _named_encoding(binary: IO[bytes], named: str, name: str) -> tuple[str, str, list[Notice]]:
    try:
        found = codecs.lookup(named).name
        "".encode(found)
    except (LookupError, ValueError):
        raise UnknownEncoding(encoding=named[:40]) from None
    if found == "utf-8":
        found = "utf-8-sig"  # a byte order mark is no part of the first column's name
    at = _first_unreadable(binary, found)
    if at is not None:
        raise WrongEncoding(name=name, encoding=named, line=at[0])
    return found, "strict", []


def _first_unreadable(binary: IO[bytes], encoding: str) -> tuple[int, bool] | None:
    """Return the line where decoding fails first, and whether characters outside ASCII were read before."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    binary.seek(0)
    line, beyond_ascii = 1, False
    while True:
        chunk = binary.read(_CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # The decoder's own bytes come first when a character was cut between two chunks.
            before = error.object[: error.start]
            good = before.decode(encoding, "ignore")
            return line + good.count("\n"), beyond_ascii or not good.isascii()
        if not chunk:
            return None
        line += text.count("\n")
        beyond_ascii = beyond_ascii or not text.isascii()
