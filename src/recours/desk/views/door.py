"""Who may come in: people who work at a desk. For others these pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from recours.desk.queries import Desk, marketplaces_of
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

PLACE = "place"
"""The parameter that chooses among the marketplaces of an agent who works at several desks."""


def for_agents(view: View[Rest]) -> View[Rest]:
    """Let agents and administrators in, ask others to sign in, and tell who is none that there is no such page."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not identity(request).agent_of:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(checked)


def desk_of(request: HttpRequest) -> tuple[Desk, list[Marketplace]]:
    """Return the desk that the address names, or the first, and the marketplaces one may change to."""
    who = identity(request)
    places = marketplaces_of(who)
    if not places:
        raise Http404
    wanted = request.POST.get(PLACE, "") or request.GET.get(PLACE, "")
    chosen = next((place for place in places if place.slug == wanted), places[0])
    return Desk(identity=who, marketplace=chosen), places


def desk_context(places: list[Marketplace], desk: Desk, **more: Any) -> dict[str, Any]:
    """Return what every list of the desk shows around itself."""
    several = [
        {"label": place.name, "url": f"?{PLACE}={place.slug}", "current": place == desk.marketplace}
        for place in places
    ]
    return {"marketplace": desk.marketplace, "places": several if len(several) > 1 else [], **more}


def kept_place(desk: Desk) -> dict[str, str]:
    """Return the parameters by which an address stays at this desk; none for who works at one."""
    return {PLACE: desk.marketplace.slug} if len(desk.identity.agent_of) > 1 else {}


def back_to(name: str, desk: Desk) -> HttpResponseRedirect:
    """Lead to a page of this same desk, by the name of its address."""
    query = urlencode(kept_place(desk))
    return HttpResponseRedirect(f"{reverse(name)}?{query}" if query else reverse(name))
