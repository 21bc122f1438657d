"""KPIs, definition versions and targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body, Exact, Number
from okapi.core.periods import Period
from okapi.kpis.queries.grid import Cell, Window
from okapi.kpis.queries.rows import KpiRow


class KpisAsked(Asked):
    """A list of KPIs: filters are keys, `owner` an address."""

    team: str = ""
    status: str = Field(default="", description="green, amber, red, no_target or no_data")
    owner: str = ""
    pillar: str = ""
    state: str = Field(default="", description="active or proposed")


class KpiOut(Schema):
    """A KPI with its definition in force and its standing; it has no end, hence no progress."""

    id: UUID
    key: str
    title: str
    title_other: str
    description: str
    description_other: str
    unit: str
    direction: str
    frequency: str
    aggregation: str
    definition: int = Field(description="the number of the definition version in force")
    formula: str = Field(description="what it is computed from; empty for one that is measured")
    team: str | None
    owner: str | None
    pillar: str | None
    state: str
    visibility: str
    current: Exact | None
    period: str
    previous: Exact | None
    year_before: Exact | None
    to_date: Exact | None
    progress: None = None
    expected: None = None
    health: str = Field(description="its status: green, amber, red, no_target or no_data")
    freshness: str
    version: int


class DefinitionOut(Schema):
    """A definition version as agreed at one time."""

    number: int
    unit: str
    decimals: int | None
    direction: str
    frequency: str
    aggregation: str
    slice_aggregation: str
    delay_days: int
    dimensions: list[str]
    has_total: bool
    formula: str
    text: str
    source: str
    valid_from: date | None
    decided_by: str | None


class BreakdownOut(Schema):
    """How a longer target was spread: equal, last_year, typed (by `shares`) or remaining."""

    method: str
    frequency: str
    shares: list[str]


class TargetOut(Schema):
    """A target with its limits in one period; `is_part` of a longer one."""

    period: str
    frequency: str
    first: date
    last: date
    slice: str
    value: Exact | None
    amber: Exact | None
    low: Exact | None
    high: Exact | None
    amber_low: Exact | None
    amber_high: Exact | None
    note: str
    is_part: bool
    part_of: str | None = Field(description="the period of the target of which it is a part")
    breakdown: BreakdownOut | None = Field(description="how it was spread over shorter periods")


Rhythm = Literal["day", "week", "month", "quarter", "year"]
"""Those in which a grid can be read."""


class CellOut(Schema):
    """A KPI in one period, and by which target it was judged."""

    period: str
    first: date
    last: date
    value: Exact | None
    status: str = Field(description="green, amber, red, no_target or no_data")
    target: Exact | None
    low: Exact | None = Field(description="with `high`, the band of a KPI that has one")
    high: Exact | None

    @classmethod
    def of(cls, period: Period, cell: Cell) -> Self:
        """From what the query found."""
        limits = None if cell.target is None else cell.target.limits
        band = None if limits is None else limits.band
        return cls(
            period=period.label,
            first=period.first,
            last=period.last,
            value=cell.value,
            status=cell.status.value,
            target=None if limits is None else limits.target,
            low=None if band is None else band.low,
            high=None if band is None else band.high,
        )


class GridOut(Schema):
    """A KPI in the last thirteen periods of one rhythm, oldest first."""

    kpi: str
    rhythm: str
    is_running: bool = Field(description="the newest period has not ended")
    periods: list[CellOut]

    @classmethod
    def of(cls, row: KpiRow, shown: Window, cells: Sequence[Cell]) -> Self:
        """From what the query found."""
        pairs = zip(shown.periods, cells, strict=True)
        return cls(
            kpi=row.key,
            rhythm=shown.rhythm.value,
            is_running=shown.is_running,
            periods=[CellOut.of(period, cell) for period, cell in pairs],
        )


class DefinitionIn(Body):
    """What a KPI is to mean."""

    unit: str = ""
    decimals: int | None = None
    direction: str = Field(default="up", description="up, down or band")
    frequency: str = Field(default="month", description="day, week, … or irregular")
    aggregation: str = Field(default="last", description="last, sum, mean, min, max or ratio")
    slice_aggregation: str = ""
    delay_days: int = 0
    dimensions: list[str] = []
    has_total: bool = True
    formula: str = Field(default="", description="makes it a computed KPI")
    text: str = ""
    source: str = ""
    valid_from: date | None = None


class RedefinitionIn(DefinitionIn):
    """The next definition version, whole, and why."""

    reason: str = ""


class KpiIn(Body):
    """A KPI to be: active from a data steward or the lead of its team, proposed from a member."""

    title: str = Field(examples=["Return rate"])
    key: str = ""
    title_other: str = ""
    description: str = ""
    description_other: str = ""
    team: str | None = None
    owner: str | None = None
    pillar: str | None = None
    visibility: str = "everyone"
    readers: list[str] = []
    definition: DefinitionIn = Field(default_factory=lambda: DefinitionIn.model_validate({}))


class KpiEdit(Body):
    """Fields of a KPI to be changed; what it means changes by a new definition version."""

    title: str = ""
    title_other: str = ""
    description: str = ""
    description_other: str = ""
    team: str | None = None
    owner: str | None = None
    pillar: str | None = None
    visibility: str = "everyone"
    readers: list[str] = []

    def renamed(self) -> dict[str, Any]:
        """What was sent, a title under the name that actions know."""
        return {name.replace("title", "name"): value for name, value in self.given().items()}


class BreakdownIn(Body):
    """How a longer target is spread: equal, last_year, typed (with `shares`) or remaining."""

    method: str = "equal"
    frequency: str = ""
    shares: list[Number] = []


class TargetIn(Body):
    """A target: `value` for up and down, `low` and `high` for a band."""

    period: str = Field(examples=["2026-11"])
    frequency: str = ""
    slice: dict[str, str] = {}
    value: Number | None = None
    amber: Number | None = None
    low: Number | None = None
    high: Number | None = None
    amber_low: Number | None = None
    amber_high: Number | None = None
    amber_share: Number | None = Field(default=None, description="0.1: amber ends 10 % worse")
    note: str = ""
    breakdown: BreakdownIn | None = None


class TargetsIn(Body):
    """Targets to be set, all or none."""

    targets: list[TargetIn]
    reason: str = ""
