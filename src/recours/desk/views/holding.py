"""The seconds in which an agent can take back what they sent: how many are left, and taking it back."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.casework.commands.holding import take_back
from recours.casework.models import HeldMessage
from recours.casework.queries import held_messages
from recours.casework.refusals import MessageHasLeft
from recours.conversations.forms import said
from recours.desk.held import held_of, waiting_of
from recours.desk.views.door import for_agents
from recours.people.models import User


@require_safe
@for_agents
def held(request: HttpRequest, held_id: UUID) -> HttpResponseBase:
    """How many seconds are left of a message of one's own; that it has left, once it has."""
    me = cast(User, request.user)
    row = held_messages().filter(pk=held_id, author=me).first()
    waiting = waiting_of(held_of(row), me.pk, page_of(row), clock.now()) if row is not None else None
    return render(request, "desk/held.html", {"waiting": waiting})


@require_POST
@for_agents
def undo(request: HttpRequest, held_id: UUID) -> HttpResponseBase:
    """Take a message back, and lead to where it was typed: its words are there again."""
    mine = HeldMessage.objects.filter(author=cast(User, request.user))
    row = mine.select_related("claim").filter(pk=held_id).first()
    try:
        if row is None:
            raise MessageHasLeft
        files = list(row.files.order_by("original_name").values_list("original_name", flat=True))
        take_back(held_id=held_id, user_id=row.author_id, now=clock.now())
    except MessageHasLeft as refusal:
        messages.error(request, said(refusal))
        return HttpResponseRedirect(_back(request))
    text = _("Envoi annulé : personne n’a vu ce message. Son texte est de nouveau dans le formulaire.")
    if files:
        text += " " + ngettext(
            "Choisissez de nouveau ce fichier : %(files)s.",
            "Choisissez de nouveau ces fichiers : %(files)s.",
            len(files),
        ) % {"files": ", ".join(files)}
    messages.success(request, text)
    return HttpResponseRedirect(page_of(row) + "#composer")


def page_of(row: HeldMessage) -> str:
    """Return the address where a message was sent."""
    if row.claim is not None:
        return reverse("desk:claim", args=[row.claim.reference])
    return reverse("desk:conversation", args=[row.conversation_id])


def _back(request: HttpRequest) -> str:
    """Where a message was sent that is no more: the form says so itself, and leads nowhere but within the desk."""
    back = request.POST.get("back", "")
    return back if back.startswith(reverse("desk:queue")) and "\\" not in back else reverse("desk:queue")
