"""Who acts for a shop, chosen by its administrators."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from recours.marketplaces.models import Shop
from recours.people.queries import identity
from recours.seller.views import for_sellers
from recours.staff.places import Workplace
from recours.staff.teams import Team, member_page, team_page, withdraw_page


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def team(request: HttpRequest, shop_id: UUID) -> HttpResponseBase:
    """The shop's members, its invitations, and the form to invite."""
    return team_page(request, _team(request, shop_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_sellers
def member(request: HttpRequest, shop_id: UUID, member_id: int) -> HttpResponseBase:
    """One member's role."""
    return member_page(request, _team(request, shop_id), member_id)


@require_POST
@for_sellers
def withdraw(request: HttpRequest, shop_id: UUID, invitation_id: UUID) -> HttpResponseBase:
    """Withdraw an invitation."""
    return withdraw_page(request, _team(request, shop_id), invitation_id)


def _team(request: HttpRequest, shop_id: UUID) -> Team:
    who = identity(request)
    shop = Shop.objects.select_related("marketplace").filter(pk=shop_id, pk__in=who.shop_ids).first()
    own = who.person_in_shop(shop_id)
    if shop is None or own is None:
        raise Http404
    return Team(
        place=Workplace(shop.marketplace, shop),
        own=own,
        base="seller/base.html",
        routes="seller:team",
        keys=(shop.pk,),
        context={"in_shops": True},
    )
