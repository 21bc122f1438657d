"""What can be asked about organisations: settings, calendars, visits, teams, people, cycles."""

from okapi.orgs.queries.organisations import (
    Settings,
    SignIn,
    TeamPlace,
    Visit,
    actor_for_person,
    actor_for_user,
    all_organisations,
    forget,
    organisations_of,
    settings_by_slug,
    settings_of,
    sign_ins,
    visit,
    working_calendar,
)

__all__ = [
    "Settings",
    "SignIn",
    "TeamPlace",
    "Visit",
    "actor_for_person",
    "actor_for_user",
    "all_organisations",
    "forget",
    "organisations_of",
    "settings_by_slug",
    "settings_of",
    "sign_ins",
    "visit",
    "working_calendar",
]
