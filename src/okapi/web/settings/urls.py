"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from okapi.web.settings import (
    calendar,
    cycles,
    importing,
    invitations,
    leaving,
    method,
    organisation,
    people,
    person,
    perspectives,
    pillars,
    roles,
    settings,
    suggest,
    teams,
    tokens,
)

app_name = "settings"

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/organisation/", organisation.organisation, name="organisation"),
    path("settings/calendar/", calendar.calendar, name="calendar"),
    path("settings/method/", method.method, name="method"),
    path("settings/cycles/", cycles.cycles, name="cycles"),
    path("settings/cycles/new", cycles.new_cycle, name="new_cycle"),
    path("settings/cycles/of/<str:key>/", cycles.cycle, name="cycle"),
    path("settings/cycles/of/<str:key>/archive", cycles.archive_cycle, name="archive_cycle"),
    path("settings/pillars/", pillars.pillars, name="pillars"),
    path("settings/pillars/new", pillars.new_pillar, name="new_pillar"),
    path("settings/pillars/of/<str:key>/", pillars.pillar, name="pillar"),
    path("settings/pillars/of/<str:key>/archive", pillars.archive_pillar, name="archive_pillar"),
    path("settings/pillars/of/<str:key>/restore", pillars.restore_pillar, name="restore_pillar"),
    path("settings/pillars/of/<str:key>/move", pillars.move_pillar, name="move_pillar"),
    path("settings/perspectives/", perspectives.perspectives, name="perspectives"),
    path("settings/perspectives/<uuid:uid>", perspectives.perspective, name="perspective"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new", teams.new_team, name="new_team"),
    path("settings/teams/paste", teams.paste_teams, name="paste_teams"),
    path("settings/teams/of/<str:key>/", teams.team, name="team"),
    path("settings/teams/of/<str:key>/archive", teams.archive_team, name="archive_team"),
    path("settings/teams/of/<str:key>/restore", teams.restore_team, name="restore_team"),
    path("settings/teams/of/<str:key>/move", teams.move_team, name="move_team"),
    path("settings/roles/", roles.roles, name="roles"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<uuid:uid>/revoke", tokens.revoke_token, name="revoke_token"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new", people.new_person, name="new_person"),
    path("settings/people/import", importing.import_people, name="import_people"),
    path("settings/people/links", invitations.invite_waiting, name="invite_waiting"),
    path("settings/people/suggest", suggest.suggest, name="suggest"),
    path("settings/people/<uuid:uid>/", person.person, name="person"),
    path("settings/people/<uuid:uid>/roles", person.set_roles, name="set_roles"),
    path("settings/people/<uuid:uid>/teams", person.join, name="join"),
    path(
        "settings/people/<uuid:uid>/teams/<uuid:membership>", person.membership, name="membership"
    ),
    path("settings/people/<uuid:uid>/link", invitations.invite, name="invite"),
    path("settings/people/<uuid:uid>/unlink", invitations.unlink, name="unlink"),
    path("settings/people/<uuid:uid>/leave", leaving.leave, name="leave"),
    path("settings/people/<uuid:uid>/return", leaving.come_back, name="come_back"),
]
