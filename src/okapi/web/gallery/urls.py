"""The address of the gallery."""

from __future__ import annotations

from django.urls import path

from okapi.web.gallery import templates

app_name = "gallery"

urlpatterns = [path("templates/", templates.templates, name="templates")]
