"""The canned answers of a marketplace's desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.conversations.canned.pages import Edited, edit
from recours.conversations.canned.queries import Holder, answer_of, answers_of
from recours.conversations.commands.canned import delete_answer
from recours.conversations.models import CannedAnswer
from recours.desk.queries import marketplaces_of
from recours.desk.views.door import PLACE, desk_context, desk_of, for_agents
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity


@require_safe
@for_agents
def answers(request: HttpRequest) -> HttpResponseBase:
    """The answers of one desk."""
    desk, places = desk_of(request)
    place = desk.marketplace
    new_url = f"{reverse('desk:new_answer')}?{PLACE}={place.slug}"
    context = desk_context(places, desk, answers=answers_of(_holder(place)), new_url=new_url)
    return render(request, "desk/messages/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new_answer(request: HttpRequest) -> HttpResponseBase:
    """A new answer of one desk."""
    place = desk_of(request)[0].marketplace
    return _page(request, place, edit(request, _holder(place), None, now=clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def answer(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """One answer, to be changed."""
    place, found = _theirs(request, answer_id)
    return _page(request, place, edit(request, _holder(place), found, now=clock.now()))


@require_POST
@for_agents
def delete(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """Delete an answer; what was sent stays sent."""
    place, found = _theirs(request, answer_id)
    delete_answer(marketplace_id=place.pk, shop_id=None, answer_id=found.pk)
    messages.success(request, _("« %(title)s » est supprimée.") % {"title": found.title})
    return redirect(_list_url(place))


def _page(request: HttpRequest, place: Marketplace, edited: Edited) -> HttpResponseBase:
    if edited.saved is not None:
        messages.success(request, _("« %(title)s » est enregistrée.") % {"title": edited.saved.title})
        return redirect(_list_url(place))
    context = edited.context | {"marketplace": place, "cancel_url": _list_url(place)}
    return render(request, "desk/messages/answer.html", context, status=edited.status)


def _theirs(request: HttpRequest, answer_id: int) -> tuple[Marketplace, CannedAnswer]:
    """Return an answer of one of their desks, with the marketplace. Raises Http404."""
    for place in marketplaces_of(identity(request)):
        found = answer_of(_holder(place), answer_id)
        if found is not None:
            return place, found
    raise Http404


def _holder(place: Marketplace) -> Holder:
    return Holder(marketplace_id=place.pk, name=place.name)


def _list_url(place: Marketplace) -> str:
    return f"{reverse('desk:answers')}?{PLACE}={place.slug}"
