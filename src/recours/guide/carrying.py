"""What a form of the guide brings along, read once and checked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from msgspec import Struct
from msgspec.structs import replace

from recours.guide.state import FIELD, State, Unreadable, opened, sealed
from recours.marketplaces.profiles import load_profile
from recours.rules.profile import Profile


class Broken(Exception):
    """The state cannot be counted with: it was altered, or is old. `state` is what could be kept of it."""

    def __init__(self, state: State, *, is_old: bool) -> None:
        super().__init__()
        self.state, self.is_old = state, is_old


class Carried(Struct, frozen=True):
    """The answers so far, and the marketplace that they are about."""

    state: State
    profile: Profile

    def with_state(self, state: State) -> Carried:
        return replace(self, state=state)


def carried(request: HttpRequest) -> Carried:
    """Return what the form brings along. Raises Broken."""
    try:
        found = opened(request.POST.get(FIELD, ""))
    except Unreadable:
        raise Broken(State(profile=settings.GUIDE_PROFILES[0]), is_old=False) from None
    if found.state.profile not in settings.GUIDE_PROFILES:
        # The marketplace was taken out of the guide since: its answers are of use elsewhere, but not counted here.
        raise Broken(replace(found.state, profile=settings.GUIDE_PROFILES[0]), is_old=True)
    if found.is_old:
        raise Broken(found.state, is_old=True)
    return Carried(found.state, load_profile(found.state.profile))


def head(state: State) -> dict[str, Any]:
    """Return what every page of the guide needs to go on."""
    return {"sealed": sealed(state)}
