"""Objectives, key results, links, check-ins and adjustments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body, Exact, Number


class GoalsAsked(Asked):
    """A list of goals: filters are keys, `owner` an address."""

    cycle: str = ""
    team: str = ""
    owner: str = ""
    state: str = Field(default="", description="draft, agreed, closed or cancelled")


class ObjectivesAsked(GoalsAsked):
    """A list of objectives."""

    pillar: str = ""
    parent: str = Field(default="", description="an objective or key result contributed to")
    top: bool = Field(default=False, description="those that contribute to nothing you may read")


class KeyResultsAsked(GoalsAsked):
    """A list of key results."""

    objective: str = ""


class MoveOut(Schema):
    """A KPI that a key result moves, in one definition version, from where to where."""

    kpi: str
    slice: str
    version: int
    start: Exact | None
    target: Exact | None
    low: Exact | None
    high: Exact | None
    weight: Exact


class StepOut(Schema):
    """A milestone (`value` its weight), or a described level (`value` its share)."""

    key: str
    title: str
    value: Exact
    due: date | None
    done_on: date | None


class KeyResultOut(Schema):
    """A key result with its standing. `progress` is raw; `expected` is that of the covered date."""

    id: UUID
    key: str
    title: str
    title_other: str
    description: str
    objective: UUID
    objective_key: str
    kind: str
    mode: str | None
    state: str
    owner: str | None
    weight: Exact
    due: date | None
    first: date
    last: date
    agreed_on: date | None
    current: Exact | None
    progress: float | None
    expected: float | None
    health: str
    reason: str
    confidence: int | None
    is_mismatch: bool
    probability: float | None
    covered_on: date | None
    grade: Exact | None
    kpis: list[str]
    moves: list[MoveOut]
    steps: list[StepOut]
    version: int


class ObjectiveOut(Schema):
    """An objective with its own standing; it has no value of its own, so `current` is null."""

    id: UUID
    key: str
    title: str
    title_other: str
    why: str
    why_other: str
    cycle: str
    team: str | None
    owner: str | None
    pillar: str | None
    kind: str
    weight: Exact
    visibility: str
    state: str
    agreed_on: date | None
    closed_on: date | None
    current: None = None
    progress: float | None
    expected: float | None
    health: str
    reason: str
    known: int
    counted: int
    support: float | None
    grade: Exact | None
    is_provisional: bool
    key_results: list[str]
    version: int


class AboveOut(Schema):
    """What an objective contributes to."""

    objective: str
    key_result: str | None


class GuardOut(Schema):
    """A guarded KPI; without limits its own target holds."""

    kpi: str
    slice: str
    low: Exact | None
    high: Exact | None
    amber_low: Exact | None
    amber_high: Exact | None


class InformOut(Schema):
    """A KPI for context."""

    kpi: str
    key_result: str | None


class LinksOut(Schema):
    """The links of an objective of which the token's person may read the other end."""

    contributes_to: list[AboveOut]
    supported_by: list[str]
    guards: list[GuardOut]
    informs: list[InformOut]


class CheckInOut(Schema):
    """What the owner of a key result said."""

    id: UUID
    key_result: str
    person: str
    at: datetime
    confidence: int | None
    happened: str
    next_step: str
    level: str
    is_done: bool | None


class AdjustmentOut(Schema):
    """A dated, reasoned change of an agreed goal."""

    id: UUID
    key_result: str | None
    person: str | None
    door: str
    at: datetime
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


class ObjectiveEdit(Body):
    """Fields of an objective to be changed; `reason` where it is agreed."""

    title: str = ""
    title_other: str = ""
    why: str = ""
    why_other: str = ""
    cycle: str = ""
    team: str | None = None
    owner: str | None = Field(default=None, description="e-mail address or id")
    pillar: str | None = None
    kind: str = Field(default="committed", description="committed or aspirational")
    weight: Number = Field(default="1", validate_default=True)
    visibility: str = Field(default="everyone", description="everyone, team or named")
    readers: list[str] = Field(default=[], description="e-mail addresses, for visibility named")
    position: int = Field(default=0, ge=0, le=1_000_000)
    reason: str = ""


class ObjectiveIn(Body):
    """A draft to be, of a team, or, without one, of a person."""

    title: str = Field(examples=["Fix it at the first visit"])
    cycle: str = Field(examples=["2026Q4"])
    key: str = ""
    team: str | None = None
    owner: str | None = Field(default=None, description="address or id; none: you")
    pillar: str | None = None
    kind: str = "committed"
    weight: Number = Field(default="1", validate_default=True)
    visibility: str = "everyone"
    readers: list[str] = []
    title_other: str = ""
    why: str = ""
    why_other: str = ""


class MoveIn(Body):
    """A KPI to be moved; without `start` it is found by itself, a typed one needs its reason."""

    kpi: str
    slice: dict[str, str] = {}
    start: Number | None = None
    start_reason: str = ""
    target: Number | None = None
    low: Number | None = None
    high: Number | None = None
    weight: Number = Field(default="1", validate_default=True)


class MilestoneIn(Body):
    """A weighted step."""

    title: str
    key: str = ""
    title_other: str = ""
    due: date | None = None
    weight: Number = Field(default="1", validate_default=True)
    done_on: date | None = None


class LevelIn(Body):
    """A described level: fail, commit, target or stretch."""

    key: str
    text: str
    value: Number | None = None
    text_other: str = ""


class KeyResultEdit(Body):
    """Fields of a key result to be changed; `reason` where it is agreed."""

    title: str = ""
    title_other: str = ""
    description: str = ""
    owner: str | None = None
    weight: Number = Field(default="1", validate_default=True)
    due: date | None = None
    mode: str = Field(default="", description="reach or keep; empty: by start and target")
    keep_share: Number = Field(default="0.9", validate_default=True)
    reading: str = Field(default="", description="latest or span; empty: by the KPI's aggregation")
    curve: str = Field(default="linear", description="linear or plan")
    against: bool = False
    cadence_days: int | None = None
    position: int = Field(default=0, ge=0, le=1_000_000)
    reason: str = ""


class KeyResultIn(Body):
    """A key result to be, of any kind, with the parts of that kind."""

    objective: str = Field(examples=["fix-first"])
    title: str = Field(examples=["First-time fix rate from 78% to 88%"])
    key: str = ""
    kind: str = Field(default="metric", description="metric, milestone, levels or yes_no")
    moves: list[MoveIn] = []
    milestones: list[MilestoneIn] = []
    levels: list[LevelIn] = []
    informs: list[str] = []
    title_other: str = ""
    description: str = ""
    owner: str | None = None
    weight: Number = Field(default="1", validate_default=True)
    due: date | None = None
    mode: str = ""
    keep_share: Number = Field(default="0.9", validate_default=True)
    reading: str = ""
    curve: str = "linear"
    against: bool = False
    cadence_days: int | None = None
    reason: str = ""


class MovesIn(Body):
    """All that a key result is to move; `reason` where it is agreed."""

    moves: list[MoveIn]
    reason: str = ""


class AdjustmentIn(Body):
    """A new target or start of an agreed key result; `kpi` tells which of several is meant."""

    reason: str
    kpi: str | None = None
    slice: dict[str, str] = {}
    target: Number | None = None
    low: Number | None = None
    high: Number | None = None
    start: Number | None = None


class AgreementIn(Body):
    """`override`: why an objective without key results is agreed all the same."""

    override: str = ""


class GradeIn(Body):
    """The grade of a key result, with a reason where it is not the computed one."""

    grade: Number
    reason: str = ""


class ClosingIn(Body):
    """Grades by the key results' keys; without one, its clipped progress is the grade."""

    grades: dict[str, GradeIn] = {}
    reason: str = ""


class AboveIn(Body):
    """Either an objective or a key result."""

    objective: str | None = None
    key_result: str | None = None


class GuardIn(Body):
    """A KPI to be guarded; without limits its own target holds."""

    kpi: str
    slice: dict[str, str] = {}
    low: Number | None = None
    high: Number | None = None
    amber_low: Number | None = None
    amber_high: Number | None = None
    reason: str = ""


class InformIn(Body):
    """A KPI for context, beside the objective or one of its key results."""

    kpi: str
    key_result: str | None = None


class CheckInIn(Body):
    """What the owner says; something must be said."""

    confidence: int | None = None
    happened: str = ""
    next_step: str = ""
    level: str = ""
    is_done: bool | None = None
    milestones: dict[str, bool] = {}
