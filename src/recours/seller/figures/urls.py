"""A shop’s own figures."""

from django.urls import path

from recours.seller.figures import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("claims/", views.cases, name="figures_cases"),
    path("figures.csv", views.as_csv, name="figures_csv"),
]
