"""Taking the next claim, and doing the same to several: first shown claim by claim, then done where it may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recours import clock
from recours.casework.commands.several import for_each, remind, send_answer, write_note
from recours.casework.commands.sharing import Done, do_to_each, rehearse
from recours.casework.commands.sharing import take_next as take_the_next
from recours.casework.refusals import TooManyClaims
from recours.claims.forms import said
from recours.claims.models import Claim
from recours.claims.templatetags.claims import claim_title
from recours.conversations.canned.queries import Holder, answer_of, answers_of
from recours.desk.forms import AnswerForm, NoteForm, ReminderForm
from recours.desk.queries import Desk, colleagues, who_sees
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.people.models import User
from recours.rules.access import may
from recours.rules.casework.assigning import most_at_once
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Assign, Command, Release, Take
from recours.rules.lifecycle.vocabulary import Act, Role

CHOSEN, WHAT, AGENT, ANSWER, SURE = "claim", "what", "agent", "answer", "sure"
SEND, NOTE, REMIND = "send", "note", "remind"

Try = Callable[[list[Claim], bool], list[Done]]
"""Does something to each of the claims; with False, only says what would become of each."""


@dataclass(frozen=True)
class Wanted:
    """What was chosen: what it is called, how it is done, and what is still to be typed for it."""

    title: str
    do: Try | None
    form: forms.Form | None = None
    sure: str = "1"
    """What its page sends back as SURE: nothing where a preview is still to come."""


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
    wanted = _wanted(request, desk)
    if wanted is None:
        messages.info(request, _("Choisissez ce qu’il faut faire de ces dossiers."))
        return back_to("desk:queue", desk)
    rows = _rows(desk, chosen)
    around = desk_context(places, desk)
    if request.POST.get(SURE) != "1" or wanted.do is None:
        return _preview(request, around, rows, wanted)
    done = wanted.do(rows, True)
    _tell(request, done)
    refused = [each for each in done if each.refusal is not None]
    if not refused:
        return back_to("desk:queue", desk)
    context = around | {"lines": _lines(refused), "what": wanted.title, "is_done": True}
    return render(request, "desk/several.html", context, status=409)


def _wanted(request: HttpRequest, desk: Desk) -> Wanted | None:
    """Return what was chosen; None for nothing that this person has."""
    me = Actor(Role.AGENT, desk.identity.user_id)
    place = desk.marketplace.pk
    match request.POST.get(WHAT):
        case Act.TAKE:
            return Wanted(_("Prendre ces dossiers"), _acting(Take(by=me)))
        case Act.RELEASE:
            return Wanted(_("Rendre ces dossiers à la file"), _acting(Release(by=me)))
        case Act.ASSIGN if may(desk.identity, "claim.assign", marketplace_id=place):
            agent = _agent(desk, request.POST.get(AGENT, ""))
            if agent is not None:
                title = _("Attribuer ces dossiers à %(name)s") % {"name": agent}
                return Wanted(title, _acting(Assign(by=me, agent=agent.pk)))
        case str(what) if what == SEND and may(desk.identity, "message.post", marketplace_id=place):
            return _sending(request, Holder(marketplace_id=place))
        case str(what) if what == NOTE and may(desk.identity, "note.write", marketplace_id=place):
            return _noting(request)
        case str(what) if what == REMIND and may(desk.identity, "note.write", marketplace_id=place):
            return _reminding(request)
    return None


def _sending(request: HttpRequest, holder: Holder) -> Wanted:
    """Ask for the answer first, since which claims may be sent it depends on what it says."""
    answer = answer_of(holder, request.POST.get(ANSWER, ""))
    if answer is None:
        title = _("Envoyer une réponse type aux parties de ces dossiers")
        return Wanted(title, None, AnswerForm(answers_of(holder)), sure="")
    title = _("Envoyer « %(title)s » aux parties de ces dossiers") % {"title": answer.title}
    return Wanted(title, _doing(request, lambda user: send_answer(user, answer.pk)))


def _noting(request: HttpRequest) -> Wanted:
    form = NoteForm(request.POST if request.POST.get(SURE) == "1" else None)
    title = _("Ajouter une note interne à ces dossiers")
    if not form.is_valid():
        return Wanted(title, None, form)
    return Wanted(title, _doing(request, lambda _user: write_note(form.cleaned_data["text"], who_sees)), form)


def _reminding(request: HttpRequest) -> Wanted:
    tomorrow = (localtime(clock.now()) + dt.timedelta(days=1)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    form = ReminderForm(request.POST if request.POST.get(SURE) == "1" else None, initial={"at": tomorrow})
    title = _("Mettre ces dossiers de côté")
    if not form.is_valid():
        return Wanted(title, None, form)
    typed = form.cleaned_data
    return Wanted(title, _doing(request, lambda user: remind(user.pk, typed["at"], typed["note"])), form)


def _acting(command: Command) -> Try:
    return lambda rows, keep: do_to_each(rows, command) if keep else rehearse(rows, command)


def _doing(request: HttpRequest, deed: Callable[[User], Any]) -> Try:
    user, now = cast(User, request.user), clock.now()
    return lambda rows, keep: for_each(rows, deed(user), by=user, now=now, keep=keep)


def _agent(desk: Desk, given: str) -> User | None:
    try:
        key = UUID(given)
    except ValueError:
        return None
    return next((each for each in colleagues(desk.marketplace.pk) if each.pk == key), None)


def _rows(desk: Desk, references: list[str]) -> list[Claim]:
    """Return those of the claims that exist for this agent, in the order of the page."""
    wanted = [reference for reference in references if "\0" not in reference]
    rows = desk.claims.filter(reference__in=wanted).select_related("buyer", "order", "shop", "marketplace")
    return sorted(rows, key=lambda row: wanted.index(row.reference))


def _preview(request: HttpRequest, around: dict[str, Any], rows: list[Claim], wanted: Wanted) -> HttpResponse:
    rehearsed = wanted.do(rows, False) if wanted.do is not None else [Done(row) for row in rows]
    possible = [each for each in rehearsed if each.refusal is None]
    fields = wanted.form.fields if wanted.form is not None else {}
    kept = [(name, request.POST.get(name, "")) for name in (WHAT, AGENT, ANSWER) if name not in fields]
    context = around | {
        "lines": _lines(rehearsed),
        "what": wanted.title,
        "form": wanted.form,
        "sure": wanted.sure,
        "hidden": kept + [(CHOSEN, each.claim.reference) for each in possible],
        "possible": len(possible),
    }
    is_wrong = wanted.form is not None and wanted.form.is_bound
    return render(request, "desk/several.html", context, status=422 if is_wrong else 200)


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
        text = ngettext("%(number)d dossier changé.", "%(number)d dossiers changés.", number)
        messages.success(request, text % {"number": number})
