"""The words of the letters, in the language of the law they rest on."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from recours.rules.wording import format as formats


@cache
def texts() -> dict[str, Any]:
    """Return the tables of `fr.toml`, with their typographic marks."""
    read: dict[str, Any] = _marked(tomllib.loads((files(__package__) / "fr.toml").read_text("utf-8")))
    return read


def fill(text: str, words: dict[str, str]) -> str:
    """Put words into a text of ours; what they contain is never read as a placeholder."""
    return text.format(**words)


def _marked(value: Any) -> Any:
    match value:
        case str():
            return formats.typography(value, "fr")
        case dict():
            return {name: _marked(each) for name, each in value.items()}
        case list():
            return [_marked(each) for each in value]
        case _:
            return value
