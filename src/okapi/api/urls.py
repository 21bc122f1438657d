"""Addresses of the API."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from okapi.api.v1 import api

# Not `app_name`: an include of this module would take that for a namespace around it.
patterns, application, namespace = api.urls
for pattern in patterns:
    # The token middleware has let in whoever comes this far; a page's session is no way in here.
    if pattern.callback is not None:
        pattern.callback = login_not_required(pattern.callback)
        if pattern.name == "openapi-json":
            # ninja answers every method with the description.
            pattern.callback = login_not_required(require_safe(pattern.callback))

urlpatterns: list[URLPattern | URLResolver] = [path("v1/", (patterns, application, namespace))]
