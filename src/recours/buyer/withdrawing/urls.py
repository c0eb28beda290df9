"""Under the buyer's addresses: two steps by account, two with a mailed link, and the public page that leads to both."""

from django.urls import path

from recours.buyer.withdrawing import views

urlpatterns = [
    path("orders/<uuid:order_id>/withdraw/", views.from_order, name="withdraw"),
    path("orders/<uuid:order_id>/withdraw/confirm/", views.confirm_from_order, name="withdraw_confirm"),
    path("claims/<slug:reference>/acknowledgement/", views.acknowledgement, name="acknowledgement"),
    path("withdrawal/key/<str:secret>/", views.key, name="withdrawal_key"),
    path("withdrawal/order/", views.from_key, name="withdraw_by_key"),
    path("withdrawal/order/confirm/", views.confirm_from_key, name="withdraw_by_key_confirm"),
    path("withdrawal/order/<slug:reference>/", views.acknowledgement_by_key, name="acknowledgement_by_key"),
    path("withdraw/<slug:marketplace>/", views.start, name="withdraw_here"),
]
