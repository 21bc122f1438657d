"""Standings, as of any day, and branches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema

from okapi.api.schemas.base import Asked, Exact
from okapi.goals.choices import BranchOf


class StandingsAsked(Asked):
    """A list of standings at the end of a `day`, today without one; filters are keys."""

    kind: Literal["objective", "key_result"]
    day: date | None = None
    cycle: str = ""
    team: str = ""
    objective: str = ""


class BranchesAsked(Asked):
    """A list of branches."""

    kind: BranchOf
    cycle: str = ""


class StandingOut(Schema):
    """How a goal stood at the end of a day; `reconstructed` from later data where need be."""

    kind: str
    key: str
    as_of: date
    current: Exact | None
    progress: float | None
    health: str
    reason: str
    since: datetime | None
    is_reconstructed: bool


class BranchOut(Schema):
    """How the public objectives of a branch stand in a cycle, each counted once."""

    kind: str
    key: str
    cycle: str
    id: UUID
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    none: int
    progress: float | None
