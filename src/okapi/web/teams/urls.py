"""Addresses of teams and people within an organisation."""

from __future__ import annotations

from django.urls import path

from okapi.web.teams import listing, person, team

app_name = "teams"

urlpatterns = [
    path("teams/", listing.teams, name="list"),
    path("teams/<str:key>/", team.team, name="team"),
    path("people/<uuid:person>/", person.person, name="person"),
]
