"""Django's entry to the app."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Organisations, teams, people, memberships, roles, pillars, cycles, calendars, tokens."""

    name = "okapi.orgs"
    label = "orgs"
    default_auto_field = "django.db.models.BigAutoField"
