"""Forecasts, as the API tells them."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class BandOut(Schema):
    """Where the value lies with a probability of `level`."""

    level: float
    low: float
    high: float


class AheadOut(Schema):
    """A period to come: as likely above the `median` as below."""

    last: date = Field(description="the last day of the period")
    median: float
    bands: list[BandOut]


class KpiAheadOut(AheadOut):
    """A period to come, with its label."""

    period: str


class AtEndOut(Schema):
    """The last period of the cycle, and how likely the KPI is on target in it."""

    period: str
    cycle: str | None = Field(description="null where no cycle has a period to come")
    probability: float | None = Field(description="null without a target")


class ForetoldOut(Schema):
    """What was forecast for a period before it came: 80 % from `low` to `high`."""

    last: date
    after: date = Field(description="the last day that the forecast knew of")
    median: float
    low: float
    high: float
    value: float = Field(description="what came")
    held: bool
    rebuilt: bool = Field(description="made afterwards, from the values up to `after`")


class KpiForecastOut(Schema):
    """A forecast to the end of the cycle, and how good earlier ones were."""

    kpi: str
    slice: str
    made_at: datetime | None
    after: date | None = Field(description="the end of the newest period that it knows of")
    basis: str | None
    measured: int = Field(description="how many values it rests on")
    steps: list[KpiAheadOut]
    at_end: AtEndOut | None
    without: str | None = Field(description="why there is no forecast; null where there is one")
    foretold: list[ForetoldOut]
    held: float | None = Field(description="the share of what came inside 80 %; null: none came")


class KeyResultForecastOut(Schema):
    """What lies ahead of a key result; without steps nothing does, or nothing is forecast.

    `cumulates`: steps are totals of the span so far. `median` and `bands` are of the figure that it
    reads when its span is over.
    """

    key_result: str
    kpi: str | None
    made_at: datetime | None
    cumulates: bool
    probability: float | None = Field(description="of reaching the success point")
    median: float | None
    bands: list[BandOut]
    steps: list[AheadOut]
