"""Every address; pages and API bring their own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from okapi.config.healthz import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("okapi.api.urls")),
    path("", include("okapi.web.urls")),
]

handler400 = "okapi.web.errors.bad_request"
handler403 = "okapi.web.errors.forbidden"
handler404 = "okapi.web.errors.not_found"
handler500 = "okapi.web.errors.server_error"
