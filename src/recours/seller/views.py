"""The seller's pages: the claims against their shops, one claim, and each act on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.claims.acts import ACTS, send_message
from recours.claims.forms import MessageForm
from recours.claims.presentation.acts import act_outcome
from recours.claims.presentation.parcels import typed_looks
from recours.claims.queries import PAGE, ClaimNotVisible, OpenedClaim, claim_for
from recours.claims.sending import Sent, send
from recours.claims.serving import serve_exhibit
from recours.conversations.commands import mark_read
from recours.marketplaces.models import Shop
from recours.notices.commands import mark_seen
from recours.people.queries import identity
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Role
from recours.seller.away import meanwhile
from recours.seller.canned import inserted
from recours.seller.pages import act_page, claim_page
from recours.seller.queries import MOST, Tab, claims_page, counts, shops_of
from recours.ui.paging import page_of, place_in

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

LABELS = {
    Tab.TO_ANSWER: gettext_lazy("À répondre"),
    Tab.UNDERWAY: gettext_lazy("En cours"),
    Tab.RETURNS: gettext_lazy("Retours"),
    Tab.CLOSED: gettext_lazy("Clos"),
}
NOTHING = {
    Tab.TO_ANSWER: gettext_lazy("Aucun acheteur n’attend votre réponse."),
    Tab.UNDERWAY: gettext_lazy("Aucun dossier n’est en cours."),
    Tab.RETURNS: gettext_lazy("Aucun retour n’est attendu."),
    Tab.CLOSED: gettext_lazy("Aucun dossier n’est clos."),
}


SELLERS_ACTS = frozenset(act for (_state, act, role) in TRANSITIONS if role is Role.SELLER) & ACTS.keys()
"""What a seller ever does; the forms of the others are not theirs to see, filled in or not."""


def for_sellers(view: View[Rest]) -> View[Rest]:
    """Let in who acts for a shop, ask others to sign in, and tell who does not that there is no such page."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        if not identity(request).shop_ids:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(checked)


@require_safe
@for_sellers
def claims(request: HttpRequest) -> HttpResponseBase:
    """One tab of the list, of all their shops or one. What the address says wrong is taken as not said."""
    shops = shops_of(identity(request))
    chosen = shop_in(request, shops)
    shop_ids = [chosen.pk] if chosen else [shop.pk for shop in shops]
    tab = next((each for each in Tab if each == request.GET.get("tab")), Tab.TO_ANSWER)
    rows = claims_page(shop_ids, tab, after=place_in(request))
    kept = {"shop": str(chosen.pk)} if chosen else {}
    held = counts(shop_ids)
    context = {
        "page": page_of(request, rows, PAGE, lambda row: (row.sort_at, row.pk)),
        "tabs": [_tab(each, held.get(each), current=each is tab, kept=kept) for each in Tab],
        "title": LABELS[tab],
        "nothing": NOTHING[tab],
        "shops": shop_links(shops, chosen, tab.value) if len(shops) > 1 else [],
        "several_shops": len(shops) > 1,
        "closed": tab is Tab.CLOSED,
        **meanwhile([shop for shop in shops if shop.pk in shop_ids]),
    }
    return render(request, "seller/claims.html", context)


@require_safe
@for_sellers
def claim(request: HttpRequest, reference: str) -> HttpResponseBase:
    """One claim: whose turn it is, what is asked, what can be done."""
    opened = opened_by(request, reference)
    mark_seen(user_id=opened.actor.id, topic=f"claim:{opened.row.pk}", now=clock.now())
    if opened.row.conversation_id is not None and opened.actor.id is not None:
        # Its messages are on this page.
        mark_read(
            conversation_id=opened.row.conversation_id,
            user_id=opened.actor.id,
            until=opened.now,
            now=opened.now,
        )
    return render(request, "seller/claim.html", claim_page(opened))


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def act(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """The page of one act, and the act itself. Refused, it keeps what was typed and shows the claim as it is now."""
    opened = opened_by(request, reference)
    if name not in SELLERS_ACTS:
        raise Http404
    wanted = Act(name)
    if request.method == "POST":
        return _answered(request, reference, wanted, send(request, opened, wanted))
    if wanted not in opened.acts:
        return _not_now(request, reference)
    return render(request, "seller/act.html", act_page(opened, wanted, offer=request.GET.get("offer")))


@require_safe
@for_sellers
def tracking(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """Say what a tracking number looks like while it is typed."""
    opened_by(request, reference)
    said_of = typed_looks(request.GET.get("carrier", ""), request.GET.get("tracking", ""))
    return render(request, "claims/tracking_verdict.html", {"looks": said_of})


def _answered(request: HttpRequest, reference: str, wanted: Act, sent: Sent) -> HttpResponse:
    opened = opened_by(request, reference)
    if sent.row is None:
        page = act_page(opened, wanted, sent=sent)
        return render(request, "seller/act.html", page, status=422 if sent.refusal is None else 409)
    messages.success(request, act_outcome(wanted, opened))
    for refused in sent.refused_files:
        messages.warning(request, refused)
    return redirect("seller:claim", reference)


def _not_now(request: HttpRequest, reference: str) -> HttpResponse:
    messages.info(request, _("Ce n’est pas possible à ce stade. Voici où en est le dossier."))
    return redirect("seller:claim", reference)


@require_POST
@for_sellers
def message(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Write to the buyer, or put an answer kept ready into the message; then nothing is sent."""
    opened = opened_by(request, reference)
    if "insert" in request.POST:
        filled, cautions = inserted(request, opened)
        return render(request, "seller/claim.html", claim_page(opened, message=filled, cautions=cautions))
    form = MessageForm(opened, request.POST)
    if form.is_valid():
        send_message(opened, form.cleaned_data["text"])
        messages.success(request, _("Votre message est envoyé."))
        return redirect(reverse("seller:claim", args=[reference]) + "#echanges")
    return render(request, "seller/claim.html", claim_page(opened, message=form), status=422)


@require_safe
@for_sellers
def exhibit(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand out the clean copy of an exhibit."""
    return serve_exhibit(request, opened_by(request, reference), number, "clean")


@require_safe
@for_sellers
def thumbnail(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand out the small picture of an exhibit."""
    return serve_exhibit(request, opened_by(request, reference), number, "thumb")


def opened_by(request: HttpRequest, reference: str) -> OpenedClaim:
    try:
        return claim_for(identity(request), reference, role=Role.SELLER)
    except ClaimNotVisible as error:
        raise Http404 from error


def shop_in(request: HttpRequest, shops: list[Shop]) -> Shop | None:
    """Return the shop among theirs that the address names; None for none of them."""
    return next((shop for shop in shops if str(shop.pk) == request.GET.get("shop")), None)


def _tab(which: Tab, count: int | None, *, current: bool, kept: dict[str, str]) -> dict[str, Any]:
    shown = None if count is None else f"{MOST - 1}+" if count >= MOST else str(count)
    url = f"?{urlencode(kept | {'tab': which.value})}"
    return {"label": LABELS[which], "url": url, "current": current, "count": shown}


def shop_links(shops: list[Shop], chosen: Shop | None, tab: str) -> list[dict[str, Any]]:
    """Return the links by which a list is narrowed to one of their shops."""
    everything = {"label": _("Toutes vos boutiques"), "url": f"?tab={tab}", "current": chosen is None}
    return [
        everything,
        *(
            {"label": shop.name, "url": f"?tab={tab}&shop={shop.pk}", "current": shop == chosen}
            for shop in shops
        ),
    ]
