"""Django's entry to the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Organisations and measurements as files; how files of a kind are read."""

    name = "okapi.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
