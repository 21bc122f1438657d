"""Django's entry to the app."""

import sqlite3
from datetime import date
from functools import lru_cache

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    """Change records, the outbox and stored answers."""

    name = "okapi.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell SQLite how to plan whenever the tables have changed, and how days are read."""
        from okapi.base import plans

        post_migrate.connect(plans.after_migrate, sender=self)
        sqlite3.register_converter("date", _day)


@lru_cache(maxsize=65_536)
def _day(text: bytes) -> date:
    """A day as SQLite keeps it. The same ones come by the thousand; Django parses each."""
    return date.fromisoformat(text.decode())
