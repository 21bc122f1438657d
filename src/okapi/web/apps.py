"""The Django app of the pages: templates, template tags and static files."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages own no tables."""

    name = "okapi.web"
    label = "web"
