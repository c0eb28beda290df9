"""The addresses of an installation that runs the demo."""

from django.urls import include, path

from recours.config.urls import urlpatterns as production

urlpatterns = [path("", include("recours.demo.urls")), *production]
