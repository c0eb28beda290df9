"""The profiles that come with Recours: marketplaces that are not connected, as their buyers meet them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from recours.rules.profile import Profile, parse_profile

PROFILES: tuple[str, ...] = ("aliexpress_fr", "grandbazar_exemple")


def profile_text(key: str) -> str:
    """Return the text of a profile that comes with Recours. Raises KeyError for another key."""
    if key not in PROFILES:
        raise KeyError(key)
    return (files(__package__) / f"{key}.toml").read_text("utf-8")


@cache
def load_profile(key: str) -> Profile:
    """Return a profile that comes with Recours. Raises KeyError for another key."""
    return parse_profile(profile_text(key))
