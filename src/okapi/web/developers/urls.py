"""The address of the page to try the API: beside the API, since its readers look there."""

from __future__ import annotations

from django.urls import path

from okapi.web.developers import docs

app_name = "developers"

urlpatterns = [path("api/v1/docs", docs.docs, name="docs")]
