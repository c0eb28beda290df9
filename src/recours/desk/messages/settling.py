"""Setting several conversations aside: first shown one by one, then done where nothing is owed; and undoing it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recours import clock
from recours.casework.refusals import TooManyConversations
from recours.conversations.commands.settling import settle_conversation, take_up_again
from recours.conversations.forms import said
from recours.conversations.inbox import inbox_of_desk
from recours.conversations.models import Conversation
from recours.desk.queries import Desk
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.marketplaces.models import Marketplace
from recours.rules.casework.assigning import most_at_once
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

CHOSEN, SURE = "conversation", "sure"


@dataclass(frozen=True)
class Chosen:
    """One conversation of those that were ticked, and whether it can be set aside: one that waits for the desk."""

    row: Conversation
    waits: bool

    @property
    def who(self) -> str:
        return self.row.buyer_name or _("Sans nom")


@require_POST
@for_agents
def settle_several(request: HttpRequest) -> HttpResponseBase:
    """Show what would become of each; sent again from that page, do it, and offer to undo it."""
    desk, places = desk_of(request)
    ids = _ids(request)
    most = most_at_once(desk.identity, desk.marketplace.pk)
    if not ids:
        messages.info(request, _("Cochez d’abord les conversations concernées."))
        return back_to("desk:messages", desk)
    if len(ids) > most:
        context = desk_context(places, desk, error=said(TooManyConversations(count=len(ids), most=most)))
        return render(request, "desk/messages/several.html", context, status=422)
    chosen = _chosen(desk, ids)
    if request.POST.get(SURE) != "1":
        return _page(request, desk, places, chosen=chosen)
    me, now = Actor(Role.AGENT, desk.identity.user_id), clock.now()
    done = [
        one
        for one in chosen
        if one.waits and settle_conversation(conversation_id=one.row.pk, by=me, now=now) is not None
    ]
    return _page(request, desk, places, chosen=[one for one in chosen if one not in done], done=done)


@require_POST
@for_agents
def take_up(request: HttpRequest) -> HttpResponseBase:
    """Undo it, for what one has set aside oneself and nobody has written in since."""
    desk, _places = desk_of(request)
    me = Actor(Role.AGENT, desk.identity.user_id)
    chosen = _chosen(desk, _ids(request))
    back = sum(take_up_again(conversation_id=one.row.pk, by=me) for one in chosen)
    if back:
        text = ngettext(
            "%(number)d conversation attend de nouveau une réponse.",
            "%(number)d conversations attendent de nouveau une réponse.",
            back,
        )
        messages.success(request, text % {"number": back})
    else:
        messages.info(request, _("Rien à annuler : quelqu’un a écrit depuis, ou un collègue l’a fait."))
    return back_to("desk:messages", desk)


def _ids(request: HttpRequest) -> list[UUID]:
    found: list[UUID] = []
    for given in dict.fromkeys(request.POST.getlist(CHOSEN)):
        try:
            found.append(UUID(given))
        except ValueError:
            continue
    return found


def _chosen(desk: Desk, ids: list[UUID]) -> list[Chosen]:
    """Return those that exist for this agent, in the order of the page."""
    (rows,) = inbox_of_desk(desk.marketplace.pk, desk.identity).branches
    found = rows.filter(pk__in=ids).select_related("buyer", "contact").in_bulk()
    return [Chosen(found[key], found[key].waiting_on == Waiting.PLATFORM) for key in ids if key in found]


def _page(
    request: HttpRequest,
    desk: Desk,
    places: list[Marketplace],
    *,
    chosen: list[Chosen],
    done: list[Chosen] | None = None,
) -> HttpResponse:
    context = desk_context(places, desk, chosen=chosen, done=done, possible=sum(one.waits for one in chosen))
    return render(request, "desk/messages/several.html", context)
