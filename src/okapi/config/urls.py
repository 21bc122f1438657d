"""Every address; pages and API bring their own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from okapi.config.healthz import healthz

urlpatterns: list[URLPattern | URLResolver] = [path("healthz", healthz, name="healthz")]

if find_spec("okapi.api"):
    urlpatterns.append(path("api/", include("okapi.api.urls")))
if find_spec("okapi.web"):
    urlpatterns.append(path("", include("okapi.web.urls")))
