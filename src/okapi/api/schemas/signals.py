"""Signals, limits, and what people say of a KPI's process."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body


class SignalsAsked(Asked):
    """A list of signals, those found last first: filters are keys, `owner` an address."""

    kpi: str = ""
    team: str = ""
    owner: str = ""
    open: bool | None = Field(default=None, description="whether it still goes on")
    bad: bool | None = Field(default=None, description="whether the KPI became worse")
    since: date | None = Field(default=None, description="that began on this day or later")
    withdrawn: bool = Field(default=False, description="with those that are none any more")


class KpiSignalsAsked(Asked):
    """The signals of one KPI, those found last first."""

    withdrawn: bool = Field(default=False, description="with those that are none any more")


class SignalOut(Schema):
    """A change that is no noise, from the period `since` to the period `until`."""

    id: UUID
    kpi: str
    title: str
    slice: str
    kind: str = Field(description="shift, or spike: one or two values far out")
    direction: str = Field(description="up or down")
    bad: bool | None = Field(description="null where it cannot be told")
    open: bool
    since: date
    since_period: str
    until: date
    until_period: str
    points: int = Field(description="how many values it has")
    mean: float
    expected: float = Field(description="what was to be expected instead")
    change: float
    strength: float | None = Field(description="the change in standard deviations")
    words: str = Field(description="one sentence in the language asked for")
    found_at: datetime
    withdrawn_at: datetime | None


class LimitsOut(Schema):
    """What a KPI is judged by; `mean` is null as long as there are too few values."""

    first: date | None = None
    last: date | None = None
    points: int = 0
    firm: bool = Field(default=False, description="false: provisional, until there are enough")
    screened: bool = Field(default=False, description="wild moving ranges are left out")
    season: int | None = Field(default=None, description="periods after which a pattern repeats")
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    range_limit: float | None = None
    refusal: str = Field(default="", description="the code of what is wrong with the values")
    mark: UUID | None = Field(default=None, description="the mark behind it; null: it was chosen")


class LimitsEdit(Body):
    """How limits are made."""

    screened: bool
    reason: str = ""


class MarkIn(Body):
    """The process changed in a period; with `until` these periods are the baseline."""

    since: str
    until: str = ""
    reason: str


class MarkOut(Schema):
    """What somebody said of a KPI's process; one that was removed stays on record."""

    id: UUID
    since: str
    until: str
    first: date
    last: date | None
    reason: str
    by: str
    at: datetime
    removed_at: datetime | None
    removed_by: str
    removed_reason: str
