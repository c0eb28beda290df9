from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "recours.live"
    label = "live"
