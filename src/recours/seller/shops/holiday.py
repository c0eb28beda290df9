"""A shop's holiday: announced to buyers by an administrator; its people see what falls due meanwhile."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from msgspec.structs import asdict

from recours import clock
from recours.marketplaces.commands.shops import announce_holiday, withdraw_holiday
from recours.marketplaces.models import Shop
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.refusals import Refusal
from recours.seller.away import meanwhile
from recours.seller.pages import said
from recours.seller.shops.forms import HolidayForm
from recours.seller.views import for_sellers


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def holiday(request: HttpRequest, shop_id: UUID) -> HttpResponseBase:
    """Announce when the shop is away, or take that back; whoever acts for it reads what falls due meanwhile."""
    shop = Shop.objects.filter(pk=shop_id, pk__in=identity(request).shop_ids).first()
    if shop is None:
        raise Http404
    if request.method != "POST":
        return _page(request, shop, HolidayForm(initial=asdict(shop.holiday) if shop.holiday else None))
    if "withdraw" in request.POST:
        withdraw_holiday(shop_id=shop.pk)
        messages.success(request, _("L’annonce est retirée."))
        return redirect("seller:holiday", shop.pk)
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _page(request, shop, form, status=422)
    try:
        announce_holiday(shop_id=shop.pk, holiday=form.holiday, today=timezone.localdate(clock.now()))
    except Refusal as refused:
        return _page(request, shop, form, refused, status=422)
    messages.success(request, _("L’annonce est enregistrée. Aucune date de vos dossiers n’a changé."))
    return redirect("seller:holiday", shop.pk)


def _page(
    request: HttpRequest, shop: Shop, form: HolidayForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponseBase:
    context = {
        "shop": shop,
        "form": form if may(identity(request), "shop.announce", shop_id=shop.pk) else None,
        "refusal": said(refusal),
        **meanwhile([shop]),
    }
    return render(request, "seller/shops/holiday.html", context, status=status)
