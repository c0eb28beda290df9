"""A story as JSON, and what is wrong with it, by the name of the field."""

from __future__ import annotations

import re

import msgspec

from recours.rules.letters.model import Story
from recours.rules.refusals import Refusal

_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"(?P<what>missing required|contains unknown) field `(?P<name>[^`]*)`")


class NotJson(Refusal, ValueError):
    """The text is not JSON."""


class LetterFieldMissing(Refusal, ValueError):
    """A field that every letter has is not there."""


class LetterFieldUnknown(Refusal, ValueError):
    """There is a field that no letter has."""


class LetterFieldWrong(Refusal, ValueError):
    """A field is not of the form it should have."""


def read_story(content: bytes) -> Story:
    """Return the story of a JSON text. Raises NotJson, LetterFieldMissing, LetterFieldUnknown, LetterFieldWrong."""
    try:
        return msgspec.json.decode(content, type=Story)
    except msgspec.ValidationError as error:
        raise _named(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJson(reason=str(error)) from error


def _named(said: str) -> Refusal:
    found = _PATH.search(said)
    path = found["path"] if found else ""
    named = _NAMED.search(said)
    if named is None:
        return LetterFieldWrong(field=path or "{ }")
    field = ".".join(filter(None, (path, named["name"])))
    return LetterFieldMissing(field=field) if "missing" in named["what"] else LetterFieldUnknown(field=field)
