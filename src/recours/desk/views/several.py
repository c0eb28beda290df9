"""Taking the next claim, and doing the same to several: first shown claim by claim, then done where it may be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recours.casework.commands.sharing import Done, do_to_each, rehearse
from recours.casework.commands.sharing import take_next as take_the_next
from recours.casework.refusals import TooManyClaims
from recours.claims.forms import said
from recours.claims.models import Claim
from recours.claims.templatetags.claims import claim_title
from recours.desk.queries import Desk, colleagues
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.people.models import User
from recours.rules.access import may
from recours.rules.casework.assigning import most_at_once
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Assign, Command, Release, Take
from recours.rules.lifecycle.vocabulary import Act, Role

CHOSEN, WHAT, AGENT, SURE = "claim", "what", "agent", "sure"


@require_POST
@for_agents
def take_next(request: HttpRequest) -> HttpResponseBase:
    """Take the claim that is due first among those that nobody follows, and open it."""
    desk, _places = desk_of(request)
    taken = take_the_next(desk.claims, Actor(Role.AGENT, desk.identity.user_id))
    if taken is None:
        messages.info(request, _("Aucun dossier n’attend d’agent."))
        return back_to("desk:queue", desk)
    messages.success(request, _("Vous suivez ce dossier, le premier dû de ceux que personne ne suivait."))
    return redirect("desk:claim", taken.reference)


@require_POST
@for_agents
def several(request: HttpRequest) -> HttpResponseBase:
    """Show what would become of each claim; sent again from that page, do it and say what was done."""
    desk, places = desk_of(request)
    chosen = list(dict.fromkeys(request.POST.getlist(CHOSEN)))
    most = most_at_once(desk.identity, desk.marketplace.pk)
    if not chosen:
        messages.info(request, _("Cochez d’abord les dossiers concernés."))
        return back_to("desk:queue", desk)
    if len(chosen) > most:
        context = desk_context(places, desk, error=said(TooManyClaims(count=len(chosen), most=most)))
        return render(request, "desk/several.html", context, status=422)
    command, what = _command(request, desk)
    if command is None:
        messages.info(request, _("Choisissez ce qu’il faut faire de ces dossiers."))
        return back_to("desk:queue", desk)
    rows = _rows(desk, chosen)
    if request.POST.get(SURE) != "1":
        return _preview(request, desk_context(places, desk), rehearse(rows, command), what)
    done = do_to_each(rows, command)
    _tell(request, done)
    refused = [each for each in done if each.refusal is not None]
    if not refused:
        return back_to("desk:queue", desk)
    context = desk_context(places, desk, lines=_lines(refused), what=what, is_done=True)
    return render(request, "desk/several.html", context, status=409)


def _command(request: HttpRequest, desk: Desk) -> tuple[Command | None, str]:
    """Return the command that was chosen, and what it is called; None for none that this person has."""
    me = Actor(Role.AGENT, desk.identity.user_id)
    match request.POST.get(WHAT):
        case Act.TAKE:
            return Take(by=me), _("Prendre ces dossiers")
        case Act.RELEASE:
            return Release(by=me), _("Rendre ces dossiers à la file")
        case Act.ASSIGN if may(desk.identity, "claim.assign", marketplace_id=desk.marketplace.pk):
            agent = _agent(desk, request.POST.get(AGENT, ""))
            if agent is not None:
                return Assign(by=me, agent=agent.pk), _("Attribuer ces dossiers à %(name)s") % {"name": agent}
    return None, ""


def _agent(desk: Desk, given: str) -> User | None:
    try:
        key = UUID(given)
    except ValueError:
        return None
    return next((each for each in colleagues(desk.marketplace.pk) if each.pk == key), None)


def _rows(desk: Desk, references: list[str]) -> list[Claim]:
    """Return those of the claims that exist for this agent, in the order of the page."""
    wanted = [reference for reference in references if "\0" not in reference]
    rows = desk.claims.filter(reference__in=wanted).select_related("shop")
    return sorted(rows, key=lambda row: wanted.index(row.reference))


def _preview(request: HttpRequest, around: dict[str, Any], rehearsed: list[Done], what: str) -> HttpResponse:
    possible = [each for each in rehearsed if each.refusal is None]
    context = around | {
        "lines": _lines(rehearsed),
        "what": what,
        "hidden": [(WHAT, request.POST[WHAT]), (AGENT, request.POST.get(AGENT, ""))]
        + [(CHOSEN, each.claim.reference) for each in possible],
        "possible": len(possible),
    }
    return render(request, "desk/several.html", context)


def _lines(done: list[Done]) -> list[dict[str, Any]]:
    return [
        {
            "reference": each.claim.reference,
            "title": claim_title(each.claim),
            "why": said(each.refusal) if each.refusal is not None else "",
        }
        for each in done
    ]


def _tell(request: HttpRequest, done: list[Done]) -> None:
    number = sum(each.refusal is None for each in done)
    if number:
        text = ngettext("C’est fait pour %(number)d dossier.", "C’est fait pour %(number)d dossiers.", number)
        messages.success(request, text % {"number": number})
