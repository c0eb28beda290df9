"""What the simulator really did: one line of JSON per act, on the disk before anybody hears of it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class InUse(Exception):
    """Another simulator keeps its journal in this folder."""


class Journal:
    """Append-only. A line that a kill cut short was never told to anybody: it is dropped when the file is opened."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "journal.jsonl"
        self._file = self.path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise InUse(str(folder)) from None
        self._cut_torn_end()
        self.written = 0

    def read(self) -> Iterator[Line]:
        """Yield every act so far, oldest first."""
        with self.path.open("rb") as file:
            for raw in file:
                self.written += 1
                yield json.loads(raw)

    def write(self, line: Line, *, durable: bool = True) -> Line:
        """Add an act; return it as it stands. `durable`: not before it is on the disk."""
        self.written += 1
        line = {"n": self.written, **line}
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        if durable:
            os.fsync(self._file.fileno())
        return line

    def close(self) -> None:
        """Leave the folder to another."""
        self._file.close()

    def _cut_torn_end(self) -> None:
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            self._file.truncate(whole)
