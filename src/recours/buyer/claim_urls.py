"""The addresses of a buyer's claims; taken in by `buyer.urls`."""

from django.urls import path

from recours.buyer.claims import evidence, paid_to, returning, views

urlpatterns = [
    path("claims/", views.claims, name="claims"),
    path("claims/<slug:reference>/", views.claim, name="claim"),
    path("claims/<slug:reference>/messages/", views.message, name="message"),
    path("claims/<slug:reference>/evidence/", views.evidence_add, name="evidence-add"),
    path("claims/<slug:reference>/evidence/one/", evidence.upload, name="evidence-upload"),
    path("claims/<slug:reference>/evidence/phone/", evidence.phone, name="evidence-phone"),
    path("claims/<slug:reference>/evidence/<uuid:exhibit_id>/", views.evidence, name="evidence"),
    path("claims/<slug:reference>/return/", returning.way_back, name="return"),
    path("claims/<slug:reference>/return/slip/", returning.return_slip, name="return-slip"),
    path("claims/<slug:reference>/return/slip.pdf", returning.return_slip_pdf, name="return-slip-pdf"),
    path("claims/<slug:reference>/account/", paid_to.account, name="account"),
    path("claims/<slug:reference>/<slug:act>/", views.act, name="act"),
    path("claims/<slug:reference>/<slug:act>/tracking/", views.tracking, name="tracking"),
]
