from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "recours.outbox"
    label = "outbox"
