"""The queue: what is due first, narrowed by what the address asks; the views that are kept of it; and the search."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.casework.commands.views import delete_view as let_view_go
from recours.casework.commands.views import save_view as keep_view
from recours.casework.queries import views_of
from recours.claims.forms import said
from recours.claims.queries import PAGE
from recours.desk.counting import view_counts
from recours.desk.finding import search
from recours.desk.forms import ViewForm
from recours.desk.queries import MOST, Desk, colleagues, shop_name, view_page
from recours.desk.queue_words import LABELS, NOTHING, OTHERS
from recours.desk.rows import found_rows, rows_of
from recours.desk.views.door import desk_context, desk_of, for_agents, kept_place
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.casework.filters import Filters, Queue, address_of, read
from recours.rules.refusals import Refusal
from recours.ui.paging import PARAMETER, page_of, place_in

OPENED = "narrow"
"""The parameter that asks for the filters of a view that has none: drawing them costs half as much as the rows."""


@require_safe
@for_agents
def queue(request: HttpRequest) -> HttpResponseBase:
    """One view, or what was searched for. What the address says wrong is taken as not said."""
    desk, places = desk_of(request)
    wanted = request.GET.get("q", "").strip()
    if wanted:
        found = search(desk, wanted)
        if len(found.hits) == 1 and not found.hits[0].place:
            return redirect("desk:claim", found.hits[0].claim.reference)
        context = desk_context(
            places,
            desk,
            wanted=wanted,
            rows=found_rows(found.hits, desk.identity.user_id),
            is_part=found.is_part,
            kept=kept_place(desk),
        )
        return render(request, "desk/found.html", context)
    filters = read(request.GET, desk.marketplace.currency)
    opened = filters.narrows or OPENED in request.GET
    return render(request, "desk/queue.html", _context(request, desk, places, filters, opened=opened))


@require_POST
@for_agents
def save_view(request: HttpRequest) -> HttpResponseBase:
    """Keep the view that the form shows, under a name; refused, the page comes back with what was typed."""
    desk, places = desk_of(request)
    filters = read(request.POST, desk.marketplace.currency)
    try:
        keep_view(
            marketplace_id=desk.marketplace.pk,
            owner=cast(User, request.user),
            name=request.POST.get("name", ""),
            filters=filters,
            is_shared=request.POST.get("shared") == "on",
            now=clock.now(),
        )
    except Refusal as refusal:
        context = _context(request, desk, places, filters, opened=True)
        context |= {"view_name": request.POST.get("name", ""), "view_error": said(refusal)}
        return render(request, "desk/queue.html", context, status=422)
    messages.success(request, _("Vue enregistrée."))
    return redirect(_url(filters, kept_place(desk)))


@require_POST
@for_agents
def delete_view(request: HttpRequest, view_id: UUID) -> HttpResponseBase:
    """Let one of one's own views go; those of colleagues do not exist here."""
    user_id = identity(request).user_id
    if user_id is None or not let_view_go(view_id=view_id, owner_id=user_id):
        raise Http404
    messages.success(request, _("Vue supprimée."))
    return redirect("desk:queue")


def _context(
    request: HttpRequest, desk: Desk, places: list[Marketplace], filters: Filters, *, opened: bool
) -> dict[str, Any]:
    now, me = clock.now(), cast(User, request.user)
    found = view_page(desk, filters, now, after=place_in(request))
    kept = kept_place(desk)
    views = views_of(marketplace_id=desk.marketplace.pk, user_id=me.pk)
    queues = [Filters(queue=each) for each in Queue]
    counts = view_counts(desk, [*queues, *(each.filters for each in views)], now)
    named = next((each for each in views if each.filters == filters), None)
    page = page_of(request, found.rows, PAGE, lambda row: (row.sort_at, row.pk))
    assigns = may(desk.identity, "claim.assign", marketplace_id=desk.marketplace.pk)
    staff = colleagues(desk.marketplace.pk) if opened or (assigns and page.rows) else []
    tabs = {
        each.queue: _tab(LABELS[each.queue], each, count, filters, kept)
        for each, count in zip(queues, counts, strict=False)
    }
    return desk_context(
        places,
        desk,
        page=page,
        rows=rows_of(page.rows, me.pk),
        further_url=_further_url(filters, kept, found.further),
        tabs=[tab for which, tab in tabs.items() if which not in OTHERS],
        other_tabs=[tabs[which] for which in OTHERS],
        view_tabs=[
            _tab(each.name, each.filters, count, filters, kept)
            for each, count in zip(views, counts[len(queues) :], strict=True)
        ],
        title=named.name if named else LABELS[filters.queue],
        nothing=_("Aucun dossier ne répond à ces critères.") if filters.narrows else NOTHING[filters.queue],
        named=named,
        is_mine=named is not None and named.owner_id == me.pk,
        filters=filters,
        form=ViewForm(filters, staff) if opened else None,
        narrow_url=f"{_url(filters, kept)}&{OPENED}=1",
        assigns=assigns,
        staff=staff if assigns else None,
        shop=shop_name(desk.marketplace.pk, filters.shop),
        hidden=kept | {"queue": filters.queue.value} | ({"shop": str(filters.shop)} if filters.shop else {}),
        whole_queue_url=_url(Filters(queue=filters.queue), kept),
        view_hidden=kept | address_of(filters),
        kept=kept,
    )


def _url(filters: Filters, kept: dict[str, str]) -> str:
    return f"{reverse('desk:queue')}?{urlencode(kept | address_of(filters))}"


def _further_url(filters: Filters, kept: dict[str, str], further: Any) -> str:
    if further is None:
        return ""
    at, key = further
    return f"{_url(filters, kept)}&{urlencode({PARAMETER: f'{at.isoformat()}~{key}'})}"


def _tab(label: Any, filters: Filters, count: int, current: Filters, kept: dict[str, str]) -> dict[str, Any]:
    shown = f"{MOST - 1}+" if count >= MOST else str(count)
    is_current = filters == current or (not filters.narrows and filters.queue is current.queue)
    return {"label": label, "url": _url(filters, kept), "current": is_current, "count": shown}
