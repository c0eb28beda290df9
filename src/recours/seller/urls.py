"""Addresses of the seller's face."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from recours.seller import evidence, returning, views

app_name = "seller"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="seller:claims"), name="home"),
    path("claims/", views.claims, name="claims"),
    path("claims/<str:reference>/", views.claim, name="claim"),
    path("claims/<str:reference>/message/", views.message, name="message"),
    path("claims/<str:reference>/evidence/", evidence.evidence, name="evidence"),
    path("claims/<str:reference>/evidence/one/", evidence.upload, name="evidence-upload"),
    path("claims/<str:reference>/evidence/phone/", evidence.phone, name="evidence-phone"),
    path("claims/<str:reference>/evidence/<str:number>/", views.exhibit, name="exhibit"),
    path("claims/<str:reference>/evidence/<str:number>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("claims/<str:reference>/return/", returning.coming_back, name="return"),
    path("claims/<str:reference>/<slug:name>/", views.act, name="act"),
    path("claims/<str:reference>/<slug:name>/tracking/", views.tracking, name="tracking"),
    path("", include("recours.seller.messages.urls")),
    path("figures/", include("recours.seller.figures.urls")),
    path("shops/", include("recours.seller.shops.urls")),
]
