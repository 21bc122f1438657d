"""Makes the checks known to Django."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """No tables; registers okapi.config.checks."""

    name = "okapi.config"
    label = "config"

    def ready(self) -> None:
        """Register the checks."""
        from okapi.config import checks  # noqa: F401 - importing registers
