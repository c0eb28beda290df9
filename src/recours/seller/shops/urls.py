"""The shop’s own page, edited by its staff."""

from django.urls import path

from recours.seller.shops import views

urlpatterns = [
    path("", views.shops, name="shops"),
    path("<uuid:shop_id>/", views.shop, name="shop"),
]
