"""Addresses of Home, and of the check-ins that are written there."""

from __future__ import annotations

from django.urls import path

from okapi.web.following import button
from okapi.web.home import changes, check_in, home

app_name = "home"

urlpatterns = [
    path("", home.home, name="home"),
    path("looked", changes.looked, name="looked"),
    path("seen", changes.seen, name="seen"),
    path("follow/<str:kind>/<str:key>", button.follow, name="follow"),
    path("key-results/<str:key>/check-in", check_in.check_in, name="check_in"),
]
