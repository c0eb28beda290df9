"""Under `/guide/`. One address for the questions and what follows from them: the answers travel in the form."""

from django.urls import path

from recours.guide import views

app_name = "guide"
urlpatterns = [
    path("", views.guide, name="guide"),
]
