"""Cycles, pillars and perspectives."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body, KeptAsked, one_of
from okapi.orgs.choices import CycleKind, CycleState

Kind = Annotated[str, one_of(CycleKind)]
State = Annotated[str, one_of(CycleState)]


class CyclesAsked(Asked):
    """A list of cycles: `parent` is a key."""

    kind: CycleKind | None = None
    state: CycleState | None = None
    parent: str = ""
    on: date | None = Field(default=None, description="those that hold this day")


class CycleOut(Schema):
    """A span of time for which objectives are set."""

    id: UUID
    key: str
    title: str
    title_other: str
    kind: CycleKind
    starts: date
    ends: date = Field(description="the last day")
    parent: str | None = Field(description="the key of the cycle that it lies in")
    state: CycleState
    cadence_days: int = Field(description="a check-in is due every so many days")
    version: int


class CycleEdit(Body):
    """Fields of a cycle to be changed; its days only while nothing is agreed in it."""

    title: str = ""
    title_other: str = ""
    kind: Kind = CycleKind.CUSTOM.value
    starts: date | None = None
    ends: date | None = None
    parent: str | None = Field(default=None, description="key or id")
    cadence_days: int = 7
    state: State = Field(default=CycleState.DRAFT.value, description="draft or running")


class CycleIn(Body):
    """A cycle to be; it runs if today lies in it."""

    title: str
    starts: date = Field(examples=["2027-01-01"])
    ends: date = Field(examples=["2027-03-31"])
    key: str = ""
    title_other: str = ""
    kind: Kind = CycleKind.CUSTOM.value
    parent: str | None = Field(default=None, description="key or id")
    cadence_days: int = 7


class FiscalYearIn(Body):
    """The fiscal year that begins in `year`, with its parts."""

    year: int = Field(examples=[2027])
    parts: str = Field(default="quarter", description="quarter, half, month, or empty for none")
    cadence_days: int = 7


class PillarsAsked(KeptAsked):
    """A list of pillars: `owner` is an address, `perspective` a key."""

    owner: str = ""
    perspective: str = ""


class PillarOut(Schema):
    """A lasting strategic theme."""

    id: UUID
    key: str
    title: str
    title_other: str
    description: str
    owner: str | None = Field(description="an e-mail address")
    perspective: str | None = Field(description="a key")
    horizon_starts: date | None
    horizon_ends: date | None
    position: int
    is_archived: bool
    version: int


class PillarEdit(Body):
    """Fields of a pillar to be changed."""

    title: str = ""
    title_other: str = ""
    description: str = ""
    owner: str | None = Field(default=None, description="e-mail address or id")
    perspective: str | None = Field(default=None, description="key or id")
    horizon_starts: date | None = None
    horizon_ends: date | None = None


class PillarIn(PillarEdit):
    """A pillar to be; without a key one is made from its title."""

    title: str = Field(examples=["Loved after the sale"])
    key: str = ""


class PerspectiveOut(Schema):
    """From where pillars look: finance, customer, process, learning, or what you make of them."""

    id: UUID
    key: str
    title: str
    title_other: str
    position: int
    version: int


class PerspectiveIn(Body):
    """A perspective to be."""

    title: str
    title_other: str = ""


class PerspectiveEdit(Body):
    """Fields of a perspective to be changed."""

    title: str = ""
    title_other: str = ""
