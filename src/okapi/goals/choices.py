"""Closed lists that tables of this app keep as text. Labels are phrases `<enum>.<value>`."""

from enum import StrEnum


class ObjectiveKind(StrEnum):
    """What success means: all of it, or most of a bold try."""

    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"


class GoalState(StrEnum):
    """Where an objective or key result is in its life."""

    DRAFT = "draft"
    AGREED = "agreed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ExpectedCurve(StrEnum):
    """How the expected progress runs over the span."""

    LINEAR = "linear"
    PLAN = "plan"


class Followable(StrEnum):
    """What a person can follow (`talk.models.Follow.kind`)."""

    OBJECTIVE = "objective"
    KPI = "kpi"
    TEAM = "team"
    PERSON = "person"


class BranchOf(StrEnum):
    """What a branch standing belongs to."""

    OBJECTIVE = "objective"
    TEAM = "team"
    ORGANISATION = "organisation"


class Dirt(StrEnum):
    """What the renewer has to do with a thing (`Dirty.kind`)."""

    KEY_RESULT = "key_result"  # renew it, and its objective
    OBJECTIVE = "objective"  # renew it with its key results
    ABOVE = "above"  # it stands otherwise: renew support and branches above it
    TEAMS = "teams"  # the tree of teams changed (the id is the organisation's)
