"""What a team lead looks at: the load of each, what is late and why, the hours, and the team's own aim."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.casework.commands.hours import set_hours
from recours.casework.queries import hours_of
from recours.claims.forms import said
from recours.desk.forms import HoursForm
from recours.desk.load import load as load_of
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.people.models import User
from recours.rules.access import may
from recours.rules.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def load(request: HttpRequest) -> HttpResponseBase:
    """Show it; or keep the hours that were typed. For who assigns."""
    desk, places = desk_of(request)
    if not may(desk.identity, "claim.assign", marketplace_id=desk.marketplace.pk):
        raise Http404
    now, status = clock.now(), 200
    form = HoursForm(hours_of(desk.marketplace.pk))
    if request.method == "POST":
        form, status = HoursForm(hours_of(desk.marketplace.pk), request.POST), 422
        if form.is_valid():
            try:
                set_hours(
                    marketplace_id=desk.marketplace.pk,
                    hours=form.says,
                    by_id=cast(User, request.user).pk,
                    now=now,
                )
            except Refusal as refusal:
                form.add_error(None, said(refusal))
            else:
                messages.success(request, _("Horaires enregistrés. Aucune échéance promise n’a bougé."))
                return back_to("desk:load", desk)
    context = desk_context(places, desk, load=load_of(desk, now), form=form)
    return render(request, "desk/load.html", context, status=status)
