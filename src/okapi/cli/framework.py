"""Starting Django, in the commands that need it."""

from __future__ import annotations

import os


def start() -> None:
    """Read the settings and load the apps; does nothing the second time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okapi.config.settings")
    import django

    django.setup()
