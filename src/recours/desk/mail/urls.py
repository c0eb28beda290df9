"""Mails that did not arrive, and mails that came without a place."""

from django.urls import URLPattern, path

from recours.desk.mail import views

urlpatterns: list[URLPattern] = [
    path("", views.not_arrived, name="mail"),
    path("<uuid:mail_id>/handled/", views.handle_mail, name="mail_handled"),
    path("inbound/", views.inbound, name="inbound"),
    path("inbound/<uuid:mail_id>/handled/", views.handle_inbound, name="inbound_handled"),
    path("inbound/<uuid:mail_id>/note/", views.note_inbound, name="inbound_note"),
    path("inbound/<uuid:mail_id>/raw/", views.raw, name="inbound_raw"),
]
