"""Addresses of Home."""

from __future__ import annotations

from django.urls import path

from okapi.web.home import home

app_name = "home"

urlpatterns = [path("", home.home, name="home")]
