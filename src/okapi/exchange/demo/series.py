"""What the generator knows of each KPI, read from `series.toml` and `slices.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from okapi.exchange.demo.anchor import Anchor
from okapi.exchange.demo.seasons import Season

# Quarters or years, from the running one, at which the four numbers of a path stand.
NODES_OF_QUARTERS = (-8, -1, 0, 1)
NODES_OF_YEARS = (-2, -1, 0, 1)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that really happened: from `days` of the quarter on, it adds what `add` says."""

    where: Mapping[str, str]
    days: tuple[float, ...]
    add: tuple[float, ...]

    def at(self, day: date, anchor: Anchor) -> float:
        """What it adds on a day."""
        return along(float((day - anchor.first).days), self.days, self.add)


class FaultKind(StrEnum):
    """What went wrong: nothing came, the same came again, a share was typed for a percentage."""

    MISSING = "missing"
    FROZEN = "frozen"
    HUNDREDTH = "hundredth"


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with the values of a stretch, in days from the quarter's start."""

    kind: FaultKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a dimension: its part of the volume then and now, and what is worse there."""

    first: float
    last: float
    worse: float


@dataclass(frozen=True, slots=True)
class Series:
    """How the data of one KPI come about; the fields are explained in `series.toml`."""

    key: str
    every: Frequency
    how: Aggregation
    path: tuple[float, float, float, float] = (0, 0, 0, 0)
    by_year: bool = False
    noise: float = 0.0
    volume: float = 0.0
    volume_of: str = ""
    times: int = 100
    season: Season = Season.FLAT
    weekend: float = 0.0
    festival: float = 0.0
    lag: int = 0
    until: int | None = None
    places: int = 0
    slices: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    part_of: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def nodes(self, anchor: Anchor) -> tuple[date, ...]:
        """The days on which the path's numbers hold."""
        steps = NODES_OF_YEARS if self.by_year else NODES_OF_QUARTERS
        return tuple(anchor.boundary(step, by_year=self.by_year) for step in steps)

    def fault(self, day: date, anchor: Anchor) -> Fault | None:
        """What was wrong on a day, if anything was."""
        at = (day - anchor.first).days
        return next((one for one in self.faults if one.first <= at <= one.last), None)

    def level(self, day: date, anchor: Anchor) -> float:
        """Where the path is on a day; before its first and after its last number it is flat."""
        days = [float(node.toordinal()) for node in self.nodes(anchor)]
        return along(float(day.toordinal()), days, self.path)

    def total(self, steps: int) -> float:
        """Of a sum, the total of a quarter or year: the path's numbers belong to those before."""
        own = NODES_OF_YEARS if self.by_year else NODES_OF_QUARTERS
        first, second, third, last = self.path
        places = [float(own[0]), float(own[1] - 1), float(own[2] - 1), float(own[3] - 1)]
        return along(float(steps), places, (first, second, third, last))


def along(at: float, places: tuple[float, ...] | list[float], heights: tuple[float, ...]) -> float:
    """The height at a place on the line through the points, flat outside of them."""
    if at <= places[0]:
        return heights[0]
    for (left, right), (low, high) in zip(pairwise(places), pairwise(heights), strict=True):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return heights[-1]


@cache
def all_series() -> dict[str, Series]:
    """Every series by its KPI's key."""
    return {key: _series(key, told) for key, told in _read("series.toml").items()}


@cache
def shares(dimension: str) -> dict[str, Share]:
    """The values of a dimension."""
    told = _read("slices.toml")[dimension]
    return {
        value: Share(one["from"], one["to"], one.get("worse", 1.0)) for value, one in told.items()
    }


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def _series(key: str, told: dict[str, Any]) -> Series:
    changes = [
        Change(one["where"], tuple(one["days"]), tuple(one["add"]))
        for one in told.pop("changes", [])
    ]
    faults = [
        Fault(FaultKind(one["kind"]), one["from"], one["to"]) for one in told.pop("faults", [])
    ]
    return Series(
        key=key,
        every=Frequency(told.pop("every")),
        how=Aggregation(told.pop("how")),
        path=tuple(told.pop("path", (0, 0, 0, 0))),
        by_year=told.pop("by", "quarter") == "year",
        season=Season(told.pop("season", "flat")),
        slices=tuple(told.pop("slices", ())),
        changes=tuple(changes),
        faults=tuple(faults),
        **told,
    )
