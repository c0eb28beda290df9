from django.apps import AppConfig


class SellerConfig(AppConfig):
    name = "recours.seller"
    label = "seller"
    default_auto_field = "django.db.models.BigAutoField"
