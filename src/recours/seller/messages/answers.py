"""The canned answers of a shop."""

from __future__ import annotations

from typing import Any

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
from recours.marketplaces.models import Shop
from recours.people.queries import identity
from recours.seller.queries import shops_of
from recours.seller.views import for_sellers, shop_in


@require_safe
@for_sellers
def answers(request: HttpRequest) -> HttpResponseBase:
    """The answers of one shop, the first unless the address names another."""
    shops = shops_of(identity(request))
    shop = shop_in(request, shops) or shops[0]
    context = {
        "answers": answers_of(_holder(shop)),
        "shop": shop,
        "shops": _links(shops, shop),
        "new_url": f"{reverse('seller:new_answer')}?shop={shop.pk}",
    }
    return render(request, "seller/messages/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def new_answer(request: HttpRequest) -> HttpResponseBase:
    """A new answer of one shop."""
    shops = shops_of(identity(request))
    shop = shop_in(request, shops) or shops[0]
    return _page(request, shop, edit(request, _holder(shop), None, now=clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def answer(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """One answer, to be changed."""
    shop, found = _theirs(request, answer_id)
    return _page(request, shop, edit(request, _holder(shop), found, now=clock.now()))


@require_POST
@for_sellers
def delete(request: HttpRequest, answer_id: int) -> HttpResponseBase:
    """Delete an answer; what was sent stays sent."""
    shop, found = _theirs(request, answer_id)
    delete_answer(marketplace_id=shop.marketplace_id, shop_id=shop.pk, answer_id=found.pk)
    messages.success(request, _("« %(title)s » est supprimée.") % {"title": found.title})
    return redirect(_list_url(shop))


def _page(request: HttpRequest, shop: Shop, edited: Edited) -> HttpResponseBase:
    if edited.saved is not None:
        messages.success(request, _("« %(title)s » est enregistrée.") % {"title": edited.saved.title})
        return redirect(_list_url(shop))
    context = edited.context | {"shop": shop, "cancel_url": _list_url(shop)}
    return render(request, "seller/messages/answer.html", context, status=edited.status)


def _theirs(request: HttpRequest, answer_id: int) -> tuple[Shop, CannedAnswer]:
    """Return an answer of one of their shops, with the shop. Raises Http404."""
    for shop in shops_of(identity(request)):
        found = answer_of(_holder(shop), answer_id)
        if found is not None:
            return shop, found
    raise Http404


def _holder(shop: Shop) -> Holder:
    return Holder(marketplace_id=shop.marketplace_id, shop_id=shop.pk, name=shop.name)


def _list_url(shop: Shop) -> str:
    return f"{reverse('seller:answers')}?shop={shop.pk}"


def _links(shops: list[Shop], chosen: Shop) -> list[dict[str, Any]]:
    links = [{"label": shop.name, "url": f"?shop={shop.pk}", "current": shop == chosen} for shop in shops]
    return links if len(links) > 1 else []
