from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "recours.notices"
    label = "notices"
