"""Addresses of the API."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from okapi.api.v1 import api

patterns, app_name, namespace = api.urls
for pattern in patterns:
    # The token middleware has let in whoever comes this far; a page's session is no way in here.
    if pattern.callback is not None:
        pattern.callback = login_not_required(pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [path("v1/", (patterns, app_name, namespace))]
