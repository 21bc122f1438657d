"""What pages and the API read of goals: frozen rows, ready to be shown.

Texts are in the reader's language. Shares (`progress`, `expected`) are raw: 0 at the start, 1 at
the target. What is not known is None and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from okapi.core.expected import Curve
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness
from okapi.core.health import Health, Reason
from okapi.core.limits import Status, TargetLimits
from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.goals.choices import GoalState, ObjectiveKind


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a name to be shown."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """What a key result moves: a KPI or a slice of it, in one definition version.

    `is_open` is False where the reader may not read the KPI: its name and key are then empty.
    `series` is where its values stand (see `kpis.queries.series_numbers`).
    """

    kpi_id: UUID
    kpi_key: str
    kpi_name: str
    is_open: bool
    slice_id: int
    series: int
    slice_key: str
    version: int
    unit: str
    decimals: int | None
    direction: Direction
    aggregation: Aggregation
    frequency: Frequency
    start: Decimal | None
    start_label: str
    start_reason: str
    is_start_typed: bool
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class StepRow:
    """A milestone, or one described level (`value` its share, no dates)."""

    key: str
    title: str
    value: Decimal
    due: date | None = None
    done_on: date | None = None

    @property
    def is_done(self) -> bool:
        """Whether the milestone is reached."""
        return self.done_on is not None


@dataclass(frozen=True, slots=True)
class KeyResultRow:
    """A key result with its standing.

    `reading` says whether `current` is the latest period or the span so far (None: no KPI).
    `weight` is as agreed and `share` its part of the objective. `expected` runs along `curve`; it
    is taken at `covered_on`; `pace` is progress ÷ expected where that means something; `chance` is
    that of its success, where there is a forecast. `current` is in the unit of the first move.
    """

    id: UUID
    key: str
    objective_id: UUID
    title: str
    description: str
    kind: KeyResultKind
    mode: Mode | None
    reading: Reading | None
    state: GoalState
    owner: PersonRow | None
    weight: Decimal
    share: float | None
    first: date
    last: date
    curve: Curve
    health: Health
    reason: Reason
    progress: float | None
    expected: float | None
    pace: float | None
    current: Decimal | None
    covered_on: date | None
    inside: int | None
    ended: int | None
    confidence: int | None
    checked_in_at: datetime | None
    is_mismatch: bool
    chance: float | None
    grade: Decimal | None
    cadence_days: int
    spark: list[Any]
    number: int
    moves: tuple[MoveRow, ...] = ()
    steps: tuple[StepRow, ...] = ()

    @property
    def move(self) -> MoveRow | None:
        """The first move: what the row shows a value and a unit of."""
        return self.moves[0] if self.moves else None

    @property
    def kpis(self) -> frozenset[UUID]:
        """The KPIs that it moves."""
        return frozenset(move.kpi_id for move in self.moves)


class KeyResultBrief(NamedTuple):
    """As much of a key result as its objective is judged and shown by; see `KeyResultRow`.

    A page has a hundred and fifty of them. `kpis` tells the KPIs that it moves apart, no more.
    """

    kind: KeyResultKind
    mode: Mode | None
    state: GoalState
    weight: Decimal | float
    first: date
    last: date
    progress: float | None
    expected: float | None
    covered_on: date | None
    confidence: int | None
    is_mismatch: bool
    kpis: frozenset[Any]


@dataclass(frozen=True, slots=True)
class GuardRow:
    """A guarded KPI, judged on its newest ended period in the version agreed on.

    `status` is what the limits say; where `freshness` is stale or empty, that outranks it.
    `target` is the KPI's own, which holds where the guard has no limits; None of a private KPI.
    """

    objective_id: UUID
    kpi_id: UUID
    kpi_key: str
    kpi_name: str
    is_open: bool
    slice_key: str
    version: int
    unit: str
    decimals: int | None
    status: Status
    freshness: Freshness
    value: Decimal | None
    label: str
    low: Decimal | None
    high: Decimal | None
    amber_low: Decimal | None
    amber_high: Decimal | None
    target: TargetLimits | None
    spark: list[Any]
    broken_at_start: bool


@dataclass(frozen=True, slots=True)
class InformRow:
    """A KPI shown for context only, with its newest value."""

    kpi_key: str
    kpi_name: str
    unit: str
    decimals: int | None
    key_result_id: UUID | None
    status: Status
    freshness: Freshness
    value: Decimal | None
    label: str
    target: TargetLimits | None
    spark: list[Any]


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with its standing; `private` when not everyone in the organisation reads it.

    `confidence` is the weighted mean of its key results' last ones. `known` of `counted` key
    results have data. In brief, `key_results` are only counted in `key_result_count`.
    """

    id: UUID
    key: str
    title: str
    kind: ObjectiveKind
    state: GoalState
    team_id: UUID | None
    owner: PersonRow | None
    private: bool
    health: Health
    reason: Reason
    progress: float | None
    expected: float | None
    pace: float | None
    confidence: float | None
    mismatches: int
    known: int
    counted: int
    support: float | None
    supporters: int
    grade: Decimal | None
    number: int
    kpis: int
    key_result_count: int
    guards: tuple[GuardRow, ...] = ()
    key_results: tuple[KeyResultRow, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalLink:
    """The other end of a contribution: an objective, or a key result of it, that can be opened."""

    objective_key: str
    title: str
    health: Health
    progress: float | None
    owner: str
    key_result_key: str = ""
    key_result_title: str = ""
