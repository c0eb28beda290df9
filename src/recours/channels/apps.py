from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "recours.channels"
    label = "channels"
