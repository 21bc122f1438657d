"""Django's entry to the app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Change records, the outbox and stored answers."""

    name = "okapi.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
