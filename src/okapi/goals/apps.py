"""Django's entry to the app."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Objectives, key results, moves / guards / informs, check-ins, adjustments, standings."""

    name = "okapi.goals"
    label = "goals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to KPIs."""
        from okapi.goals import tasks

        tasks.subscribe()
