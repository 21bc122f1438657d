"""Django's entry to the app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index, and what is found by it."""

    name = "okapi.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
