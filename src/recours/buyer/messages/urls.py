"""Mes messages."""

from django.urls import path

from recours.buyer.messages import first, views

urlpatterns = [
    path("messages/", views.conversations, name="messages"),
    path("messages/new/order/<uuid:order_id>/", first.about_order, name="write_about_order"),
    # A marketplace's own reference of a shop may hold a slash.
    path("messages/new/shop/<slug:marketplace>/<path:ref>/", first.to_shop, name="write_to_shop"),
    path("messages/new/support/<slug:marketplace>/", first.to_support, name="write_to_support"),
    path("messages/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("messages/<uuid:conversation_id>/send/", views.send, name="send_message"),
    path("messages/<uuid:conversation_id>/answers/", views.answers_where, name="answers_where"),
    path("messages/<uuid:conversation_id>/files/<uuid:file_id>/", views.file, name="message_file"),
]
