"""Where the guide sends people outside the marketplace: each place with its source and the day it was checked."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office or a site, for the buyers of one country, under the name that it gives itself.

    `limit_minor` is in euro cents; `wait_days` is how long a trader must have been silent.
    """

    key: str
    country: str
    name: str
    url: str
    source: str
    checked_on: date
    verified: bool
    telephone: str = ""
    limit_minor: int | None = None
    wait_days: int | None = None


class _File(Struct, forbid_unknown_fields=True):
    place: list[Place]


@cache
def _places() -> dict[tuple[str, str], Place]:
    read = msgspec.convert(tomllib.loads((files(__package__) / "places.toml").read_text("utf-8")), _File)
    found = {(each.country, each.key): each for each in read.place}
    if len(found) != len(read.place):
        raise ValueError("places.toml names a place twice")
    return found


def place(key: str, country: str) -> Place | None:
    """Return a place, None where a country has none or nobody has looked it up."""
    return _places().get((country, key))
