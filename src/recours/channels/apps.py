from django.apps import AppConfig, apps


class ChannelsConfig(AppConfig):
    name = "recours.channels"
    label = "channels"

    def ready(self) -> None:
        if apps.is_installed("anymail"):
            from recours.channels.mail.webhook import listen  # models must be ready

            listen()
