"""The shop’s own page, edited by its staff."""

from django.urls import path

from recours.seller.shops import holiday, team, views

urlpatterns = [
    path("", views.shops, name="shops"),
    path("<uuid:shop_id>/", views.shop, name="shop"),
    path("<uuid:shop_id>/holiday/", holiday.holiday, name="holiday"),
    path("<uuid:shop_id>/team/", team.team, name="team"),
    path("<uuid:shop_id>/team/<int:member_id>/", team.member, name="team_member"),
    path(
        "<uuid:shop_id>/team/invitations/<uuid:invitation_id>/withdraw/", team.withdraw, name="team_withdraw"
    ),
]
