"""Django's entry to the app."""

from django.apps import AppConfig


class TalkConfig(AppConfig):
    """Comments on anything."""

    name = "okapi.talk"
    label = "talk"
    default_auto_field = "django.db.models.BigAutoField"
