"""What can be asked about organisations: settings, calendars, visits, teams, people, cycles."""

from okapi.orgs.queries.organisations import (
    Settings,
    SignIn,
    all_organisations,
    forget,
    organisations_of,
    settings_by_slug,
    settings_of,
    sign_ins,
    working_calendar,
)
from okapi.orgs.queries.teams import TeamRow, TeamTree, team_tree, teams_as_text, tree_from
from okapi.orgs.queries.visits import Visit, actor_for_person, actor_for_user, visit

__all__ = [
    "Settings",
    "SignIn",
    "TeamRow",
    "TeamTree",
    "Visit",
    "actor_for_person",
    "actor_for_user",
    "all_organisations",
    "forget",
    "organisations_of",
    "settings_by_slug",
    "settings_of",
    "sign_ins",
    "team_tree",
    "teams_as_text",
    "tree_from",
    "visit",
    "working_calendar",
]
