"""Django's entry to the app."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    """KPI definitions and versions, targets, measurements, intakes, KPI standings."""

    name = "okapi.kpis"
    label = "kpis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to organisations."""
        from okapi.kpis import tasks

        tasks.subscribe()
