"""Pages that belong to no face."""

from django.conf import settings
from django.urls import path

from recours.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("theme/", views.theme, name="theme"),
]
if settings.DEBUG or settings.DEMO or settings.TESTING:
    urlpatterns += [
        path("ui/", views.style_guide, name="style_guide"),
    ]
