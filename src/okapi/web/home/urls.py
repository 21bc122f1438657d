"""Addresses of Home, and of the check-ins that are written there."""

from __future__ import annotations

from django.urls import path

from okapi.web.home import check_in, home

app_name = "home"

urlpatterns = [
    path("", home.home, name="home"),
    path("key-results/<str:key>/check-in", check_in.check_in, name="check_in"),
]
