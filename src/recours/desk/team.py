"""Who works at the desk, and what was done and looked at there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.staff.places import Workplace
from recours.staff.teams import Team, member_page, team_page, withdraw_page


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def team(request: HttpRequest) -> HttpResponseBase:
    """The desk's members, its invitations, and the form to invite."""
    return team_page(request, _team(request))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def member(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """One member's role."""
    return member_page(request, _team(request), member_id)


@require_POST
@for_agents
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponseBase:
    """Withdraw an invitation."""
    return withdraw_page(request, _team(request), invitation_id)


def _team(request: HttpRequest) -> Team:
    desk, places = desk_of(request)
    own = desk.identity.person_at_desk(desk.marketplace.pk)
    if own is None:
        raise Http404
    return Team(
        place=Workplace(desk.marketplace),
        own=own,
        base="desk/base.html",
        routes="desk:team",
        query=f"?{PLACE}={desk.marketplace.slug}" if len(places) > 1 else "",
        context=desk_context(places, desk, in_team=True),
    )
