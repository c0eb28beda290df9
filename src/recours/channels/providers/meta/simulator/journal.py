"""What a simulator really did: one line of JSON per act, on the disk before anybody hears of it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Journal:
    """Append-only; read again at the start. A line that a kill cut short was told to nobody, and is dropped."""

    def __init__(self, folder: Path, apply: Callable[[Line], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "journal.jsonl"
        self._apply, self._lock = apply, threading.RLock()
        content = self.path.read_bytes() if self.path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        self._file = self.path.open("r+b" if content else "w+b")
        self._file.truncate(len(whole))
        self._file.seek(0, os.SEEK_END)
        for raw in whole.splitlines():
            apply(json.loads(raw))

    def did(self, **line: Any) -> None:
        """Write an act down, durably, and let it count."""
        with self._lock:
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self._apply(line)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
