"""Where payment providers call us."""

from django.urls import URLPattern, path

from recours.refunds import views

app_name = "refunds"
urlpatterns: list[URLPattern] = [
    path("hooks/refunds/stripe/", views.stripe_hook, name="stripe_hook"),
]
