"""Mails that wait for their person's word, and where outside services call."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from recours.channels import follow_views, form_views, hooks, joining_views, proving_views, views
from recours.channels.mail.webhook import webhook_urls

app_name = "channels"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mail/<uuid:mail_id>/confirm/", views.confirm_mail, name="confirm_mail"),
    path("mail/<uuid:mail_id>/disown/", views.disown_mail, name="disown_mail"),
    path("join/<str:token>/", joining_views.join, name="join"),
    path("join/<str:token>/order/", proving_views.join_by_order, name="join_by_order"),
    path("follow/<str:token>/", follow_views.follow, name="follow"),
    path("form/<str:token>/", form_views.prove, name="prove_form"),
    path("hooks/whatsapp/", hooks.whatsapp, name="whatsapp"),
    path("hooks/page/", hooks.page, name="page"),
    path("", include((webhook_urls(settings.MAIL_WEBHOOK, settings.MAIL_WEBHOOK_SECRET), "mail_service"))),
]
