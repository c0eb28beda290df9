"""On which line of a TOML text each key stands: tomllib reads values but keeps no lines."""

from __future__ import annotations

import re
import tomllib

_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
_SYNTAX = re.compile(r"at line (\d+)")
_STRING = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|#[^\n]*", re.DOTALL)


class LineIndex:
    """The line (from 1) of each key and table of a text that tomllib could read."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        self._last = max(1, len(text.rstrip().splitlines()))
        table, depth = "", 0
        # Strings and comments are blanked, their line ends kept, so that brackets in them do not count.
        bare = _STRING.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), text)
        for number, (line, shown) in enumerate(zip(text.split("\n"), bare.split("\n"), strict=True), start=1):
            if depth == 0:
                if header := _HEADER.match(line):
                    table = _plain(header[1]) + "."
                    self._note(table[:-1], number)
                    continue
                if key := _KEY.match(line):
                    self._note(table + _plain(key[1]), number)
            depth = max(0, depth + shown.count("[") + shown.count("{") - shown.count("]") - shown.count("}"))

    def line(self, key: str) -> int:
        """Return the line of a key; of its table when the key is not there; the last when neither is."""
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key.rpartition(".")[0]
        return self._last

    def _note(self, key: str, number: int) -> None:
        parts = key.split(".")
        for size in range(1, len(parts) + 1):
            self._lines.setdefault(".".join(parts[:size]), number)


def syntax_line(error: Exception) -> int:
    """Return the line tomllib stopped at."""
    match = _SYNTAX.search(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
    return int(match[1]) if match else 1


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
