"""Where an invitation leads."""

from django.urls import path

from recours.staff import views

app_name = "staff"
urlpatterns = [path("invitation/<str:secret>/", views.invitation, name="invitation")]
