"""The seller's page on a return: what comes back, by when, and what to do once it is there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recours.claims.presentation import status
from recours.claims.presentation.acts import act_buttons
from recours.claims.presentation.returns import goods_back
from recours.rules.lifecycle.vocabulary import Act
from recours.seller.pages import DIRECT, primary_act, url_of
from recours.seller.views import for_sellers, opened_by

RECEIVING = (Act.RECORD_RETURN_ARRIVAL, Act.ACCEPT_RETURN, Act.CONTEST_RETURN)


@require_safe
@for_sellers
def coming_back(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Where the slip's code leads: the parcel, its contents and dates, and receiving it."""
    opened = opened_by(request, reference)
    back = goods_back(opened)
    if back is None:
        raise Http404
    shown = [act for act in opened.acts if act in RECEIVING]
    context = {
        "opened": opened,
        "row": opened.row,
        "back": back,
        "status": status(opened),
        "actions": act_buttons(opened, shown, url_of(opened), direct=DIRECT, primary=primary_act(opened)),
    }
    return render(request, "seller/return.html", context)
