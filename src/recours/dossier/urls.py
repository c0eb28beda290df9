"""Addresses of the files of claims."""

from django.urls import path

from recours.dossier import views

app_name = "dossier"
urlpatterns = [
    path("<slug:reference>.pdf", views.pdf, name="pdf"),
    path("<slug:reference>.zip", views.archive, name="zip"),
    path("asked/<uuid:request_id>/", views.waiting, name="waiting"),
    path("asked/<uuid:request_id>/file/", views.fetch, name="fetch"),
]
