from django.urls import path

from recours.seller.messages import views

urlpatterns = [
    path("messages/<uuid:conversation_id>/", views.conversation, name="conversation"),
]
