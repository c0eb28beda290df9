"""The bell and the choice of mails; the same for every face."""

from django.urls import path

from recours.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/seen/", views.all_seen, name="all_seen"),
    path("notices/mails/", views.mail_choices, name="mail_choices"),
    path("notices/mails/stop/<str:signed>/", views.stop, name="stop"),
]
