"""The page that an invitation opens."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.people.commands import proven_addresses
from recours.people.models import User
from recours.rules.refusals import Refusal
from recours.staff.commands import accept_invitation
from recours.staff.forms import HINTS, NAMES
from recours.staff.places import Workplace
from recours.staff.queries import living_invitation
from recours.ui.language import lang


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who invites to what, and take the role on when it is accepted. Raises Http404 for a secret of nothing."""
    found = living_invitation(secret, clock.now())
    if found is None:
        raise Http404
    user = cast(User, request.user)
    place = Workplace(found.marketplace, found.shop)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            accept_invitation(user=user, invitation_id=found.pk, now=clock.now())
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request, _("Bienvenue. Vous travaillez maintenant pour %(name)s.") % {"name": place.name}
            )
            return redirect("start")
    person = place.person(found.role)
    context = {
        "place": place,
        "invitation": found,
        "role": NAMES[person],
        "hint": HINTS[person],
        "is_theirs": found.email in proven_addresses(user),
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    return render(request, "staff/invitation.html", context, status=409 if refusal else 200)
