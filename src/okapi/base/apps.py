"""Django's entry to the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    """Change records, the outbox and stored answers."""

    name = "okapi.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell SQLite how to plan whenever the tables have changed."""
        from okapi.base import plans

        post_migrate.connect(plans.after_migrate, sender=self)
