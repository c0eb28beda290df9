from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "recours.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from recours.people import routes  # noqa: F401 -- it looks at models, and registers a check
