from django.apps import AppConfig


class HelpcentreConfig(AppConfig):
    name = "recours.helpcentre"
    label = "helpcentre"
