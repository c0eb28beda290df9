"""The addresses of a telephone that adds files by a link."""

from django.urls import path

from recours.claims import views

app_name = "phone"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("one/", views.one, name="one"),
    path("sent/<uuid:upload_id>/", views.thumbnail, name="thumbnail"),
    path("<str:secret>/", views.open_link, name="open"),
]
