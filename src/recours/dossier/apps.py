from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "recours.dossier"
    label = "dossier"
