"""Every page's address; each place brings its own."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from okapi.web.setup import begin

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("okapi.web.people.urls")),
    path("o/<slug:slug>/", include("okapi.web.editing.urls")),
    path("", include("okapi.web.developers.urls")),
    path("setup/", begin.begin, name="begin"),
    path("o/<slug:slug>/", include("okapi.web.home.urls")),
    path("o/<slug:slug>/", include("okapi.web.goals.urls")),
    path("o/<slug:slug>/", include("okapi.web.kpis.urls")),
    path("o/<slug:slug>/", include("okapi.web.teams.urls")),
    path("o/<slug:slug>/", include("okapi.web.search.urls")),
    path("o/<slug:slug>/", include("okapi.web.settings.urls")),
    path("o/<slug:slug>/", include("okapi.web.setup.urls")),
    path("o/<slug:slug>/", include("okapi.web.gallery.urls")),
]

if settings.STYLEGUIDE:
    urlpatterns.append(path("styleguide/", include("okapi.web.styleguide.urls")))
