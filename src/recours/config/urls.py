"""Every address of the site. A face's own are in its `urls.py`, taken in here once that file exists."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from recours.config.health import healthz, readyz

FACES = (("", "recours.buyer.urls"), ("seller/", "recours.seller.urls"), ("desk/", "recours.desk.urls"))
"""First match wins: the home page is the buyer's."""
ROOMS = (("files/", "recours.files.urls"), ("", "recours.people.urls"), ("", "recours.ui.urls"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("account/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
urlpatterns += [path(prefix, include(module)) for prefix, module in (*ROOMS, *FACES) if find_spec(module)]
