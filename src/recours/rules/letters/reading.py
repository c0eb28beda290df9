"""A story as JSON, and what is wrong with it, by the name of the field."""

from __future__ import annotations

import re

import msgspec

from recours.rules.letters.model import Kind, Story
from recours.rules.profile import Profile
from recours.rules.refusals import Refusal

_WHOLE = "{ }"
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


class ProfileWithoutAddress(Refusal, ValueError):
    """The marketplace's profile does not say where it is written to."""


NOT_TO_THE_MARKETPLACE = frozenset({Kind.BANK, Kind.MEDIATOR})
"""Letters whose addressee no profile knows."""


def read_story(content: bytes, *, kind: Kind | None = None, profile: Profile | None = None) -> Story:
    """Return the story of a JSON text.

    `kind` stands instead of the text's own; of `profile` are taken the addressee and the marketplace's name, where the
    text has none. Raises NotJson, LetterFieldMissing, LetterFieldUnknown, LetterFieldWrong, ProfileWithoutAddress.
    """
    try:
        said = msgspec.json.decode(content)
        if isinstance(said, dict):
            said |= {"kind": kind.value} if kind is not None else {}
            if profile is not None:
                said = _known_of(profile, said) | said
        return msgspec.convert(said, Story)
    except msgspec.ValidationError as error:
        raise _named(str(error)) from error
    except RecursionError as error:
        raise LetterFieldWrong(field=_WHOLE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(reason=str(error)) from error


def _known_of(profile: Profile, said: dict[str, object]) -> dict[str, object]:
    known: dict[str, object] = {"marketplace": profile.meta.name}
    if "addressee" in said or said.get("kind") in NOT_TO_THE_MARKETPLACE:
        return known
    if profile.address is None:
        raise ProfileWithoutAddress(marketplace=profile.meta.name)
    name, *lines = profile.address.lines
    return known | {"addressee": {"name": name, "address": lines}}


def _named(said: str) -> Refusal:
    found = _PATH.search(said)
    path = found["path"] if found else ""
    named = _NAMED.search(said)
    if named is None:
        return LetterFieldWrong(field=path or _WHOLE)
    field = ".".join(filter(None, (path, named["name"])))
    return LetterFieldMissing(field=field) if "missing" in named["what"] else LetterFieldUnknown(field=field)
