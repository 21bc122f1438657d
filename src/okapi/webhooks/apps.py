"""Django's entry to the app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks and their deliveries."""

    name = "okapi.webhooks"
    label = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"
