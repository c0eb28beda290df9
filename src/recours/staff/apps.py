from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "recours.staff"
    label = "staff"
