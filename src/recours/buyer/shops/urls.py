"""The shop’s page."""

from django.urls import path

from recours.buyer.shops import views

urlpatterns = [
    # A marketplace's own reference may hold a slash; what follows the last one is no other page.
    path("shops/<slug:marketplace>/<path:ref>/", views.shop, name="shop"),
]
