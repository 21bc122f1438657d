"""Remarks on data, and what is said when one is accepted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body
from okapi.core.quality import RemarkKind
from okapi.kpis.choices import RemarkState


class RemarksAsked(Asked):
    """A list of remarks, those found last first: filters are keys, `owner` an address."""

    kpi: str = ""
    team: str = ""
    owner: str = ""
    kind: RemarkKind | None = None
    state: RemarkState | None = Field(default=RemarkState.OPEN, description="open by default")


class RemarkOut(Schema):
    """What may be wrong with values of a KPI, from the period `first` to the period `last`."""

    id: UUID
    kpi: str
    title: str
    team: str
    owner: str
    kind: RemarkKind
    severity: int = Field(description="3: every figure with the value is wrong, 1: have a look")
    state: RemarkState
    first: date
    first_period: str
    last: date
    last_period: str
    points: int = Field(description="how many values, or missing periods, it is about")
    numbers: dict[str, float] = Field(description="what shows it, by its kind")
    words: str = Field(description="one sentence in the language asked for")
    advice: str = Field(description="what to do, in the language asked for")
    found_at: datetime
    accepted_at: datetime | None
    accepted_by: str
    reason: str


class AcceptanceIn(Body):
    """Why the values are right."""

    reason: str = Field(description="why the values are right; must not be empty")
