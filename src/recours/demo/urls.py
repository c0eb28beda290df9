"""The demo's doors and its clock. Included only when `settings.DEMO` is set."""

from django.urls import path

from recours.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("demo/", views.doors, name="doors"),
    path("demo/enter/<slug:key>/", views.enter, name="enter"),
    path("demo/clock/", views.move_clock, name="clock"),
]
