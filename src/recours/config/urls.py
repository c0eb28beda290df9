"""Every address of the site, face by face."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from recours.config.health import healthz, readyz
from recours.config.landing import start
from recours.people.language import choose_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("start/", start, name="start"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("language/setlang/", choose_language, name="set_language"),
    # What has a prefix first: a desk's page, or a burst of webhooks, is not compared with every address of the others.
    path("desk/", include("recours.desk.urls")),
    path("seller/", include("recours.seller.urls")),
    path("channels/", include("recours.channels.urls")),
    path("upload/", include("recours.claims.urls")),
    path("dossiers/", include("recours.dossier.urls")),
    path("letters/", include("recours.posting.urls")),
    path("", include("recours.ui.urls")),
    path("", include("recours.buyer.urls")),
    path("", include("recours.notices.urls")),
    path("", include("recours.staff.urls")),
    path("", include("recours.refunds.urls")),
]
if settings.GUIDE_PROFILES:
    urlpatterns.append(path("guide/", include("recours.guide.urls")))
if settings.DEMO:
    # First match wins: the doors are the demo's home page.
    urlpatterns.insert(0, path("", include("recours.demo.urls")))
