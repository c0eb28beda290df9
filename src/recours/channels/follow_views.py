"""What somebody sees of a claim who follows it by a link: where it stands, its dates and the decision, and no more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recours import clock
from recours.channels.commands.following_claims import NotFollowed, followed
from recours.channels.networks import network_of
from recours.claims.models import Claim
from recours.claims.presentation import paragraphs, status, timeline
from recours.claims.presentation.due_dates import due_dates
from recours.claims.queries import OpenedClaim, story
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show a claim to who holds its link. Nothing can be done there, and nothing that a party wrote is shown."""
    now = clock.now()
    try:
        link = followed(token, network=network_of(request), now=now)
    except NotFollowed:
        answer = render(request, "channels/follow.html", {"link": None}, status=404)
    else:
        row = Claim.objects.select_related("buyer", "shop", "order", "payment", "marketplace").get(
            pk=link.claim_id
        )
        opened = OpenedClaim(row=row, role=Role.BUYER, actor=Actor(Role.BUYER, None), now=now)
        with override(opened.zone):
            answer = render(request, "channels/follow.html", {"link": link, **_shown(opened)})
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _shown(opened: OpenedClaim) -> dict[str, Any]:
    """Return the status, the dates and the decisions: the platform's own words are the only ones of anybody."""
    entries = [entry for entry in story(opened) if entry.event is not None]
    rulings = [entry for entry in entries if isinstance(entry.event, e.RulingMade)]
    return {
        "row": opened.row,
        "status": status(opened),
        "steps": timeline(opened, entries),
        "dates": due_dates(opened),
        "rulings": paragraphs(opened, rulings),
    }
