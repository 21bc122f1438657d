"""Closed lists that tables of this app keep as text. Labels are phrases `<enum>.<value>`."""

from enum import StrEnum


class TeamKind(StrEnum):
    """What a node of the organisation's tree is."""

    COMPANY = "company"
    DEPARTMENT = "department"
    TEAM = "team"
    PROJECT = "project"


class CycleKind(StrEnum):
    """How long a cycle is meant to be."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    CUSTOM = "custom"


class CycleState(StrEnum):
    """Where a cycle is in its life."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


class Visibility(StrEnum):
    """Who may read a thing: everyone in the organisation, its team, or named people."""

    EVERYONE = "everyone"
    TEAM = "team"
    NAMED = "named"


class PersonalGoals(StrEnum):
    """How far an organisation opens personal goals."""

    NONE = "none"
    TEAM_AND_LEAD = "team_and_lead"
    OPEN = "open"


class Holding(StrEnum):
    """What a person may hold, and hands over when they leave."""

    GOALS = "goals"
    KPIS = "kpis"
    TEAMS = "teams"
    REPORTS = "reports"
    PILLARS = "pillars"
