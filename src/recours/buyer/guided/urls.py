"""Under `help/<marketplace>/what-happened/`."""

from django.urls import path

from recours.buyer.guided import views

urlpatterns = [
    path("", views.what_happened, name="what_happened"),
    path("<path:trail>/", views.what_happened, name="what_happened"),
]
