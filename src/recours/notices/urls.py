"""The bell and the choice of mails; the same for every face."""

from django.urls import URLPattern

app_name = "notices"
urlpatterns: list[URLPattern] = []
