"""Doors that let a visitor in as anybody of the cast, and the clock. None of this exists outside the demo."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recours.demo.cast import FIRST, PERSONAS
from recours.demo.commands import Moved, advance, advance_to
from recours.demo.context import OPEN
from recours.demo.queries import done_by_silence, next_deadline
from recours.people.models import User
from recours.ui.templatetags.recours import when

TOLD = 3
"""Deadlines that are named one by one; the rest is a number."""
STEPS = {"day": dt.timedelta(days=1), "five": dt.timedelta(days=5)}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The doors for who is outside; their own face for who is inside."""
    if request.user.is_authenticated:
        return redirect("start")
    return doors(request)


@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Who is who, and what to try."""
    others = [persona for persona in PERSONAS.values() if persona not in FIRST]
    return render(request, "demo/doors.html", {"first": FIRST, "others": others})


@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Become somebody of the cast. "any" takes the name from the form, for lists to choose from."""
    if key == "any":
        key = request.POST.get("persona", "")
    persona = PERSONAS.get(key)
    user = User.objects.filter(email=persona.email).first() if persona else None
    if user is None:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("start")


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move time forward: a day, five days, or to the next deadline, of all claims or of the one shown."""
    by = STEPS.get(request.POST.get("by", ""))
    claim = request.POST.get("claim", "")
    if by is not None:
        _tell(request, advance(by), claim)
    elif (due_at := next_deadline(claim)) is not None:
        _tell(request, advance_to(due_at), claim)
    else:
        messages.info(request, _("Aucune échéance n’est en cours : avancer l’horloge ne changerait rien."))
    request.session[OPEN] = True
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return redirect(back)


def _tell(request: HttpRequest, moved: Moved, claim: str) -> None:
    """Say what time it is now, and what silence did meanwhile."""
    done = done_by_silence(moved.now, first=claim)
    said = [_("Il est maintenant %(now)s.") % {"now": when(moved.now)}]
    if done:
        said.append(
            ngettext(
                "%(count)s échéance est tombée :", "%(count)s échéances sont tombées :", len(done)
            ) % {"count": len(done)}
        )  # fmt: skip
        told = [
            _("« %(title)s », %(happened)s") % {"title": title, "happened": _uncapped(happened)}
            for title, happened in done[:TOLD]
        ]
        if len(done) > TOLD:
            more = len(done) - TOLD
            told.append(ngettext("et %(count)s autre", "et %(count)s autres", more) % {"count": more})
        said.append(" ; ".join(told) + ".")
    else:
        said.append(_("Aucune échéance n’est tombée."))
    if moved.paid:
        said.append(
            ngettext(
                "%(count)s remboursement a été versé.", "%(count)s remboursements ont été versés.", moved.paid
            ) % {"count": moved.paid}
        )  # fmt: skip
    messages.success(request, " ".join(said))


def _uncapped(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
