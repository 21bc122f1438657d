"""The address of the style guide."""

from __future__ import annotations

from django.urls import path

from okapi.web.styleguide import views

app_name = "styleguide"

urlpatterns = [path("", views.guide, name="guide")]
