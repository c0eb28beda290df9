"""Taking a webhook of Meta apart: element by element, so that one that cannot be read costs none of the others."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from recours.channels.providers import Kind, Told, Unreadable

Thing = dict[str, Any]
Reader = Callable[[], Iterable[Told]]

LONGEST_TEXT = 20_000
"""Characters of a text that are read: the services themselves stop at 4,096 and 2,000."""
LONGEST_ID = 160
LONGEST_ACCOUNT = 64
LONGEST_ADDRESS = 4000
_MARKUP = re.compile(r"[\x00-\x08\x0b-\x1f\x7f‪-‮⁦-⁩]")


def opened(body: bytes, wanted: str) -> list[Thing]:
    """Return the entries of a webhook about an object. Raises Unreadable."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(said, dict) or said.get("object") != wanted or not isinstance(said.get("entry"), list):
        raise Unreadable(f"not of {wanted}")
    return [entry if isinstance(entry, dict) else {"unread": entry} for entry in said["entry"]]


def each(
    things: object, read: Callable[[Thing], Iterable[Told]], account: str, now: dt.datetime
) -> Iterator[Told]:
    """Yield what each thing of a list says; of one that cannot be read, that it was there."""
    listed: list[Any] = things if isinstance(things, list) else [] if things is None else [things]
    for thing in listed:
        try:
            found = list(read(thing))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, OSError):
            found = [unknown(thing, account, now)]
        yield from found


def unknown(thing: object, account: str, now: dt.datetime) -> Told:
    """Tell that something came which cannot be read, named by what it is."""
    digest = hashlib.sha256(msgspec.json.encode(thing)).hexdigest()
    return Told(key=f"sha256:{digest}", account=account[:LONGEST_ACCOUNT], lane="", at=now, kind=Kind.UNKNOWN)


def clean(text: object, most: int = LONGEST_TEXT) -> str:
    """Return a stranger's text without what turns lines around or cannot be stored; "" for no text."""
    return _MARKUP.sub("", text)[:most] if isinstance(text, str) else ""


def line(text: object, most: int = 120) -> str:
    """Return a stranger's text as one line: a name, a title."""
    return " ".join(clean(text).split())[:most]


def named(thing: Thing, name: str, most: int = LONGEST_ID) -> str:
    """Return an id out of a thing. Raises ValueError for none, or for what is too long to be one."""
    found = thing[name]
    if isinstance(found, int):
        found = str(found)
    if not isinstance(found, str) or not 0 < len(found) <= most or "\0" in found:
        raise ValueError(name)
    return found


def moment(seconds: object) -> dt.datetime:
    """Read an instant of whole seconds since 1970. Raises ValueError, OverflowError, TypeError."""
    if not isinstance(seconds, int | str):
        raise TypeError(seconds)
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def instant(milliseconds: object) -> dt.datetime:
    """Read an instant of milliseconds since 1970. Raises ValueError, OverflowError, TypeError."""
    if not isinstance(milliseconds, int | str):
        raise TypeError(milliseconds)
    return dt.datetime.fromtimestamp(int(milliseconds) / 1000, dt.UTC)
