"""Addresses of letters."""

from django.urls import path

from recours.posting import carried, corrections, doubts, hooks, incoming, views

app_name = "posting"
urlpatterns = [
    path("hooks/merci-facteur/", hooks.merci_facteur, name="merci_facteur"),
    path("came/", incoming.came, name="came"),
    path("doubts/", doubts.doubts, name="doubts"),
    path("<slug:reference>/", views.letters, name="letters"),
    path("<slug:reference>/new/", views.new, name="new"),
    path("<slug:reference>/<uuid:letter_id>/", views.letter, name="letter"),
    path("<slug:reference>/<uuid:letter_id>/post/", carried.post, name="post"),
    path("<slug:reference>/<uuid:letter_id>/cancel/", carried.cancel, name="cancel"),
    path("<slug:reference>/<uuid:letter_id>/news/", carried.news, name="news"),
    path("<slug:reference>/<uuid:letter_id>/correct/", corrections.correct, name="correct"),
    path("<slug:reference>/<uuid:letter_id>.pdf", views.pdf, name="pdf"),
    path("<slug:reference>/<uuid:letter_id>/proofs/<uuid:proof_id>/", views.proof, name="proof"),
]
