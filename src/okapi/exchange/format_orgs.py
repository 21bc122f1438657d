"""The tables of the organisation itself: people, teams, cycles, pillars, calendars."""

from __future__ import annotations

from okapi.base.actor import Role
from okapi.exchange.compound import Many, Thresholds
from okapi.exchange.kinds import Choice, Day, Email, Flag, Key, Ref, Text, Weekday, Whole, Zone
from okapi.exchange.shapes import ARCHIVED, TITLE, Field, Items, Table, flag, long_text, text
from okapi.orgs.choices import CycleKind, CycleState, PersonalGoals, TeamKind

FORMAT = 1
"""The number of this format; `organisation.yaml` names it."""

_ROLES = tuple(role.value for role in Role if role is not Role.MEMBER)

TABLES = (
    Table(
        "organisation",
        (),
        (
            Field("format", Whole(FORMAT, FORMAT), required=True),
            Field("name", Text(200), required=True),
            text("name_other", 200),
            Field("language", Choice(("zh", "en")), default="zh"),
            Field("time_zone", Zone(), default="Asia/Shanghai"),
            Field("first_weekday", Weekday(), default=0),
            Field("fiscal_month", Whole(1, 12), default=1),
            text("currency", 3),
            Field("personal_goals", Choice.of(PersonalGoals), default=PersonalGoals.OPEN.value),
            Field("settings", Thresholds(), default={}),
        ),
    ),
    Table(
        "calendar",
        ("key",),
        (
            Field("key", Key(), required=True),
            Field("title", Text(200), default=""),
            text("country", 2),
            text("subdivision", 10),
            Field("weekend", Many(Weekday(), ordered=False), default=[5, 6]),
            Field("first_year", Whole(1900, 2200), required=True),
            Field("last_year", Whole(1900, 2200), required=True),
            flag("default"),
        ),
        items=(Items("days", "calendar_day"),),
    ),
    Table(
        "calendar_day",
        ("calendar", "day"),
        (
            Field("day", Day(), required=True),
            Field("working", Flag(), required=True),
            text("title", 200),
            flag("typed"),
        ),
        owner="calendar",
    ),
    Table(
        "person",
        ("email",),
        (
            Field("email", Email(), required=True),
            Field("name", Text(200), required=True),
            text("name_other", 200),
            text("job", 200),
            Field("manager", Ref("person")),
            Field("roles", Many(Choice(_ROLES), ordered=False), default=[]),
            ARCHIVED,
        ),
        archives=True,
    ),
    Table(
        "team",
        ("key",),
        (
            Field("key", Key(), required=True),
            Field("name", Text(200), required=True),
            text("name_other", 200),
            Field("kind", Choice.of(TeamKind), default=TeamKind.TEAM.value),
            long_text("purpose"),
            Field("parent", Ref("team")),
            Field("lead", Ref("person")),
            ARCHIVED,
        ),
        ordered=True,
        archives=True,
    ),
    Table(
        "membership",
        ("person", "team", "starts"),
        (
            Field("person", Ref("person"), required=True),
            Field("team", Ref("team"), required=True),
            Field("starts", Day()),
            Field("ends", Day()),
            flag("home"),
            text("role", 200),
            long_text("responsibilities"),
        ),
        owner="person",
    ),
    Table(
        "perspective",
        ("key",),
        (
            Field("key", Key(), required=True),
            Field("title", Text(200), required=True),
            text("title_other", 200),
        ),
        ordered=True,
    ),
    Table(
        "pillar",
        ("key",),
        (
            Field("key", Key(), required=True),
            Field("title", TITLE, required=True),
            text("title_other"),
            long_text("description"),
            Field("owner", Ref("person")),
            Field("perspective", Ref("perspective")),
            Field("horizon_starts", Day()),
            Field("horizon_ends", Day()),
            ARCHIVED,
        ),
        ordered=True,
        archives=True,
    ),
    Table(
        "cycle",
        ("key",),
        (
            Field("key", Key(), required=True),
            Field("title", Text(200), required=True),
            text("title_other", 200),
            Field("kind", Choice.of(CycleKind), default=CycleKind.QUARTER.value),
            Field("starts", Day(), required=True),
            Field("ends", Day(), required=True),
            Field("parent", Ref("cycle")),
            Field("state", Choice.of(CycleState), default=CycleState.DRAFT.value),
            Field("cadence_days", Whole(1, 366), default=7),
            ARCHIVED,
        ),
        archives=True,
    ),
)
