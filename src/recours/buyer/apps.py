from django.apps import AppConfig


class BuyerConfig(AppConfig):
    name = "recours.buyer"
    label = "buyer"
    default_auto_field = "django.db.models.BigAutoField"
