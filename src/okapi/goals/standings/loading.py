"""Loading goals for their standings: rows of whole objectives, a fixed number of statements.

Key results stand sorted by objective, position and id, so that sums come in the same order (and
to the same last bit) whether one objective is renewed or all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from okapi.base import statements
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.calendars import WorkingCalendar
from okapi.core.health import Stage, Thresholds
from okapi.core.progress import KeyResultKind
from okapi.core.series import Aggregation
from okapi.goals.choices import ExpectedCurve
from okapi.goals.models import CheckIn, Guard, KeyResult, Level, Milestone, Moves, Objective
from okapi.kpis.models import KpiForecast, Target
from okapi.kpis.queries.series_numbers import series_column
from okapi.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all goals of an organisation, and the day for which they are computed.

    With `as_known` everything is taken as it stood at the end of the day; else as it stands.
    """

    organisation_id: UUID
    today: date
    zone: ZoneInfo
    fiscal_month: int
    first_weekday: int
    calendar: WorkingCalendar
    limits: Thresholds
    as_known: bool = False

    @property
    def day_over(self) -> datetime:
        """The moment at which the day is over."""
        return datetime.combine(self.today + timedelta(days=1), time(), self.zone)


def setting_of(organisation_id: UUID, today: date, *, as_known: bool = False) -> Setting:
    """The organisation's settings and calendar: two statements."""
    settings = orgs.settings_of(organisation_id)
    return Setting(
        organisation_id=organisation_id,
        today=today,
        zone=ZoneInfo(settings.time_zone),
        fiscal_month=settings.fiscal_month,
        first_weekday=settings.first_weekday,
        calendar=orgs.working_calendar(organisation_id),
        limits=Thresholds.chosen(dict(settings.thresholds)),
        as_known=as_known,
    )


class ObjectiveRow(NamedTuple):
    """An objective with its cycle."""

    id: UUID
    kind: str
    state: str
    agreed_on: date | None
    closed_on: date | None
    visibility: str
    starts: date
    ends: date
    cadence_days: int


class KeyResultRow(NamedTuple):
    """A key result."""

    id: UUID
    objective_id: UUID
    kind: str
    weight: Decimal
    state: str
    agreed_on: date | None
    due: date | None
    mode: str
    keep_share: Decimal
    reading: str
    curve: str
    against: bool
    cadence_days: int | None


class MoveRow(NamedTuple):
    """A move with its definition version; `series` is where its values stand."""

    id: UUID
    key_result_id: UUID
    slice_id: int
    start: Decimal | None
    is_start_typed: bool
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weight: Decimal
    direction: str
    frequency: str
    aggregation: str
    unit: str
    delay_days: int
    series: int


# What a move reads of its definition version.
DEFINED = MoveRow._fields[9:-1]


class ForecastRow(NamedTuple):
    """The forecast of a series: its steps end on `ends` (ordinals)."""

    series: int
    frequency: str
    ends: Sequence[int]
    data: Mapping[str, Any]


class CheckInRow(NamedTuple):
    """A check-in."""

    key_result_id: UUID
    at: datetime
    confidence: int | None
    level: str
    is_done: bool | None


class MilestoneRow(NamedTuple):
    """A milestone."""

    key_result_id: UUID
    due: date | None
    weight: Decimal
    done_on: date | None


class GuardRow(NamedTuple):
    """A guard with its definition version and KPI; `series` is where its values stand."""

    id: UUID
    objective_id: UUID
    slice_id: int
    low: Decimal | None
    high: Decimal | None
    amber_low: Decimal | None
    amber_high: Decimal | None
    direction: str
    frequency: str
    aggregation: str
    delay_days: int
    kpi: str
    signal: Mapping[str, Any] | None
    series: int

    @property
    def has_limits(self) -> bool:
        """Whether it has limits of its own; else those of the KPI's target hold."""
        limits = (self.low, self.high, self.amber_low, self.amber_high)
        return any(limit is not None for limit in limits)


class TargetRow(NamedTuple):
    """A target of a slice."""

    slice_id: int
    frequency: str
    first: date
    last: date
    label: str
    value: Decimal | None
    amber: Decimal | None
    low: Decimal | None
    high: Decimal | None
    amber_low: Decimal | None
    amber_high: Decimal | None


@dataclass(frozen=True)
class Goals:
    """Objectives with all that belongs to them, apart from measurements."""

    setting: Setting
    objectives: Sequence[ObjectiveRow]
    key_results: Sequence[KeyResultRow]
    moves: Sequence[MoveRow]
    check_ins: Sequence[CheckInRow]
    milestones: Sequence[MilestoneRow]
    levels: Mapping[tuple[UUID, str], Decimal]
    guards: Sequence[GuardRow]
    targets: Mapping[int, Sequence[TargetRow]]
    forecasts: Mapping[int, ForecastRow]

    @cached_property
    def objective_at(self) -> Mapping[UUID, int]:
        """The row of each objective."""
        return {row.id: at for at, row in enumerate(self.objectives)}

    @cached_property
    def key_result_at(self) -> Mapping[UUID, int]:
        """The row of each key result."""
        return {row.id: at for at, row in enumerate(self.key_results)}

    def stage(self, state: str, agreed_on: date | None, closed_on: date | None) -> Stage:
        """Where a goal was in its life on the day, or is."""
        stage = Stage(state)
        if not self.setting.as_known or stage is Stage.CANCELLED:
            return stage
        if agreed_on is None or agreed_on > self.setting.today:
            return Stage.DRAFT
        if stage is Stage.CLOSED and closed_on is not None and closed_on > self.setting.today:
            return Stage.AGREED
        return stage


def load(setting: Setting, objective_ids: Iterable[UUID]) -> Goals:
    """These objectives with everything; at most ten statements."""
    ids = sorted(objective_ids)
    with statements.together():
        objectives, guards = _OBJECTIVES.ask(ids), _GUARDS.ask(ids)
        key_results = [KeyResultRow(*row) for row in _KEY_RESULTS.rows(ids)]
        wanted = [row.id for row in key_results]
        kinds = {row.kind for row in key_results}
        moves = _MOVES.ask(wanted) if KeyResultKind.METRIC in kinds else list
        check_ins = _CHECK_INS.ask(wanted) if wanted else list
        steps = _MILESTONES.ask(wanted) if KeyResultKind.MILESTONE in kinds else list
        levels = _LEVELS.ask(wanted) if KeyResultKind.LEVELS in kinds else list
    moved = [MoveRow(*row) for row in moves()]
    guarded = [GuardRow(*row) for row in guards()]
    return Goals(
        setting=setting,
        objectives=[ObjectiveRow(*row) for row in objectives()],
        key_results=key_results,
        moves=moved,
        check_ins=_said([CheckInRow(*row) for row in check_ins()], setting),
        milestones=[MilestoneRow(*row) for row in steps()],
        levels={(one, key): value for one, key, value in levels()},
        guards=guarded,
        targets=_targets(_slices_with_plan(key_results, moved, guarded)),
        forecasts=_forecasts(setting, moved),
    )


_OBJECTIVES = Prepared(
    lambda ids: (
        Objective.objects.filter(Among("id", ids))
        .order_by("id")
        .values_list(
            *ObjectiveRow._fields[:6], *(f"cycle__{name}" for name in ObjectiveRow._fields[6:])
        )
    )
)
_KEY_RESULTS = Prepared(
    lambda ids: (
        KeyResult.objects.filter(Among("objective_id", ids), archived_at__isnull=True)
        .order_by("objective_id", "position", "id")
        .values_list(*KeyResultRow._fields)
    )
)
_MOVES = Prepared(
    lambda ids: (
        Moves.objects.filter(Among("key_result_id", ids))
        .annotate(series=series_column())
        .order_by(
            "key_result__objective_id", "key_result__position", "key_result_id", "position", "id"
        )
        .values_list(*MoveRow._fields[:9], *(f"definition__{name}" for name in DEFINED), "series")
    )
)
_CHECK_INS = Prepared(
    lambda ids: (
        CheckIn.objects.filter(Among("key_result_id", ids))
        .order_by("key_result_id", "at", "id")
        .values_list(*CheckInRow._fields)
    )
)
_MILESTONES = Prepared(
    lambda ids: (
        Milestone.objects.filter(Among("key_result_id", ids))
        .order_by("key_result_id", "position", "id")
        .values_list(*MilestoneRow._fields)
    )
)
_LEVELS = Prepared(
    lambda ids: Level.objects.filter(Among("key_result_id", ids)).values_list(
        "key_result_id", "key", "value"
    )
)
_GUARDS = Prepared(
    lambda ids: (
        Guard.objects.filter(Among("objective_id", ids))
        .annotate(series=series_column())
        .order_by("objective_id", "position", "id")
        .values_list(
            *GuardRow._fields[:7],
            *(f"definition__{name}" for name in GuardRow._fields[7:11]),
            "kpi__key",
            "kpi__standing__signal",
            "series",
        )
    )
)
_TARGETS = Prepared(
    lambda slices: (
        Target.objects.filter(Among("slice_id", slices))
        .order_by("slice_id", "last")
        .values_list(*TargetRow._fields)
    ),
)


_FORECASTS = Prepared(
    lambda slices: (
        KpiForecast.objects.filter(Among("slice_id", slices), data__isnull=False)
        .annotate(series=series_column())
        .values_list("series", "definition__frequency", "ends", "data")
    )
)


def _forecasts(setting: Setting, moves: Sequence[MoveRow]) -> dict[int, ForecastRow]:
    """The forecasts of what is moved; of an earlier day none, since they say what came later.

    A formula is forecast in its version in force: a key result on an earlier one has none.
    """
    if setting.as_known or not moves:
        return {}
    slices = sorted({move.slice_id for move in moves})
    return {row[0]: ForecastRow(*row) for row in _FORECASTS.rows(slices)}


def _said(rows: list[CheckInRow], setting: Setting) -> list[CheckInRow]:
    return [row for row in rows if row.at < setting.day_over] if setting.as_known else rows


def _slices_with_plan(
    key_results: Sequence[KeyResultRow], moves: Sequence[MoveRow], guards: Sequence[GuardRow]
) -> set[int]:
    """Whose targets are asked for: of sums, of those that follow the plan, of guards."""
    planned = {row.id for row in key_results if row.curve == ExpectedCurve.PLAN}
    return {
        row.slice_id
        for row in moves
        if row.aggregation == Aggregation.SUM or row.key_result_id in planned
    } | {row.slice_id for row in guards if not row.has_limits}


def _targets(slices: set[int]) -> dict[int, list[TargetRow]]:
    found: dict[int, list[TargetRow]] = {}
    for row in _TARGETS.rows(sorted(slices)) if slices else ():
        found.setdefault(row[0], []).append(TargetRow(*row))
    return found
