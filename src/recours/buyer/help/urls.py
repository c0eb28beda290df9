"""Addresses of the help centre."""

from django.urls import path

from recours.buyer.help import searching, views
from recours.channels.form_views import contact

urlpatterns = [
    path("", views.help_, name="help"),
    path("<slug:marketplace>/", views.home, name="help_home"),
    path("<slug:marketplace>/search/", searching.search_page, name="help_search"),
    path("<slug:marketplace>/c/<slug:category>/", views.category, name="help_category"),
    path("<slug:marketplace>/contact/", contact, name="contact"),
    path("<slug:marketplace>/<slug:article>/", views.article, name="help_article"),
    path("<slug:marketplace>/<slug:article>/verdict/", views.verdict, name="help_verdict"),
    path("<slug:marketplace>/<slug:article>/next/", views.next_, name="help_next"),
]
