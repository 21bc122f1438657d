"""Addresses of the first set-up within an organisation; `/setup/` itself stands outside."""

from __future__ import annotations

from django.urls import path

from okapi.web.setup import steps

app_name = "setup"

urlpatterns = [
    path("setup/", steps.steps, name="steps"),
    path("setup/time", steps.time, name="time"),
    path("setup/skip", steps.skip, name="skip"),
    path("setup/finish", steps.finish, name="finish"),
]
