"""Claims on which silence could not act: the reason, and another try."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recours.claims.commands.parking import unpark
from recours.claims.queries import PAGE
from recours.desk.queries import parked_claim, parked_page
from recours.desk.views.door import desk_context, desk_of, for_agents
from recours.people.queries import identity
from recours.ui.paging import page_of, place_in


@require_safe
@for_agents
def parked(request: HttpRequest) -> HttpResponseBase:
    """The claims that the sweep set aside, the longest waiting first."""
    desk, places = desk_of(request)
    rows = parked_page(desk, after=place_in(request))
    page = page_of(request, rows, PAGE, lambda row: (row.parked_at or row.sort_at, row.pk))
    return render(request, "desk/parked.html", desk_context(places, desk, page=page))


@require_POST
@for_agents
def retry(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Put a claim back among those the sweep looks at."""
    row = parked_claim(identity(request), reference)
    if row is None:
        raise Http404
    unpark(row.pk)
    messages.success(
        request,
        _("%(reference)s sera réessayé dans la minute. S’il échoue encore, il reviendra ici avec sa raison.")
        % {"reference": reference},
    )
    return redirect("desk:parked")
