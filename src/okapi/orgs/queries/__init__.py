"""What can be asked about organisations: settings, calendars, visits, teams, people, cycles."""

from okapi.orgs.queries.bearing import Bearer, bearer_of
from okapi.orgs.queries.organisations import (
    RunningCycle,
    Settings,
    SignIn,
    all_organisations,
    cycles_run_until,
    forget,
    keep,
    organisations_of,
    running_cycles,
    running_part,
    settings_by_slug,
    settings_of,
    sign_ins,
    working_calendar,
)
from okapi.orgs.queries.teams import TeamRow, TeamTree, team_tree, tree_part
from okapi.orgs.queries.visits import Visit, actor_for_person, actor_for_user, visit

__all__ = [
    "Bearer",
    "RunningCycle",
    "Settings",
    "SignIn",
    "TeamRow",
    "TeamTree",
    "Visit",
    "actor_for_person",
    "actor_for_user",
    "all_organisations",
    "bearer_of",
    "cycles_run_until",
    "forget",
    "keep",
    "organisations_of",
    "running_cycles",
    "running_part",
    "settings_by_slug",
    "settings_of",
    "sign_ins",
    "team_tree",
    "tree_part",
    "visit",
    "working_calendar",
]
