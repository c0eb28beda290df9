"""The gate: every request is an action of the table, and who may not do it at all comes no further.

Whether the thing that is asked for is theirs, the query says that fetches it. It starts from `identity(request)`,
which here becomes what the person is *for this action*: an auditor is at the desk while they read, and not when they
would write.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from recours.people.queries import ask_for, whole_identity
from recours.people.second_factor import ask_again, ask_to_enrol
from recours.rules.access import Action, Condition, Identity, action_of_route, may_do

DESK = "desk:"
"""What the routes of the desk's own pages begin with."""


class Gate:
    """Middleware, after who is signed in is known. A route without an action is an error of ours, and stays shut."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Ask who is unknown to sign in, and tell who may not that there is no such page. Raises UnknownAction."""
        match = request.resolver_match
        route = match.view_name if match is not None else ""
        act = str(kwargs.get("name") or kwargs.get("act") or "")
        wanted = action_of_route(request.method or "GET", route, act)
        if wanted is not None and wanted.is_open:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        who = whole_identity(request)
        if who.desk_is_shut and route.startswith(DESK):
            return ask_to_enrol(request)
        if wanted is None or not may_do(who, wanted):
            raise Http404
        ask_for(request, wanted)
        if settings.STAFF_SECOND_FACTOR and _is_asked_again(wanted, who):
            return ask_again(request, otherwise="desk:queue" if route.startswith(DESK) else "start")
        return None


def _is_asked_again(wanted: Action, who: Identity) -> bool:
    """Whether a cell of theirs asks who acts to have signed in anew."""
    persons = {who.person_at_desk(place) for place in who.desks}
    persons |= {who.person_in_shop(shop) for shop in who.shop_ids}
    return any(Condition.AGAIN in wanted.cells[one].conditions for one in persons if one in wanted.cells)
