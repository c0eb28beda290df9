"""The buyer's addresses. A claim's own are in `claim_urls`."""

from django.urls import URLPattern, URLResolver, include, path

from recours.buyer.orders import views as orders
from recours.buyer.wizard import evidence
from recours.buyer.wizard import views as wizard

app_name = "buyer"

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/received/", orders.received, name="received"),
    path("orders/<uuid:order_id>/dispute/", wizard.order_dispute, name="order_dispute"),
    path("orders/<uuid:order_id>/dispute/<slug:step>/", wizard.order_dispute, name="order_dispute"),
    path("payments/<uuid:payment_id>/dispute/", wizard.payment_dispute, name="payment_dispute"),
    path("payments/<uuid:payment_id>/dispute/<slug:step>/", wizard.payment_dispute, name="payment_dispute"),
    path("purchases/dispute/", wizard.purchase_choice, name="purchase_choice"),
    path("purchases/<slug:marketplace>/dispute/", wizard.purchase_dispute, name="purchase_dispute"),
    path(
        "purchases/<slug:marketplace>/dispute/<slug:step>/", wizard.purchase_dispute, name="purchase_dispute"
    ),
    path("drafts/<uuid:draft_id>/discard/", wizard.discard, name="discard_draft"),
    path("drafts/<uuid:draft_id>/files/<uuid:file_id>/", wizard.draft_file, name="draft_file"),
    path("drafts/<uuid:draft_id>/files/", evidence.draft_upload, name="draft_upload"),
    path("drafts/<uuid:draft_id>/phone/", evidence.draft_phone, name="draft_phone"),
    path("", include("recours.buyer.withdrawing.urls")),
    path("", include("recours.buyer.claim_urls")),
    path("", include("recours.buyer.messages.urls")),
    path("", include("recours.buyer.shops.urls")),
    path("help/<slug:marketplace>/what-happened/", include("recours.buyer.guided.urls")),
    path("help/", include("recours.buyer.help.urls")),
]
