"""Which signals of other KPIs began before those of one: told as *came before*, never as cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from uuid import UUID

from okapi.core.signals import Side

# So many are told.
MOST = 5


@dataclass(frozen=True, slots=True)
class Begun:
    """The beginning of a signal: the first and last day of its first period."""

    kpi: UUID
    first: date
    last: date
    direction: Side


@dataclass(frozen=True, slots=True)
class Before:
    """A KPI that came before so many times, usually by so many days; the newest one went so."""

    kpi: UUID
    times: int
    days: int
    direction: Side


def came_before(own: Sequence[Begun], others: Sequence[Begun], within: int) -> list[Before]:
    """Those whose signals began before own ones, at most so many days: most often, then closest.

    Before is what began before the own period did and was over, as far as its first period goes,
    before the own one was: of a month and a week in it nobody knows. Each own signal is preceded by
    the nearest one of each other KPI, once.
    """
    lags: dict[UUID, list[int]] = defaultdict(list)
    newest: dict[UUID, Begun] = {}
    by_kpi: dict[UUID, list[Begun]] = defaultdict(list)
    for one in others:
        by_kpi[one.kpi].append(one)
    for kpi, begun in by_kpi.items():
        for mine in own:
            earlier = [
                one
                for one in begun
                if one.first < mine.first
                and one.last < mine.last
                and (mine.first - one.first).days <= within
            ]
            if not earlier:
                continue
            nearest = max(earlier, key=lambda one: one.first)
            lags[kpi].append((mine.first - nearest.first).days)
            if kpi not in newest or nearest.first > newest[kpi].first:
                newest[kpi] = nearest
    found = [
        Before(kpi, len(days), median_low(days), newest[kpi].direction)
        for kpi, days in lags.items()
    ]
    return sorted(found, key=lambda one: (-one.times, one.days, str(one.kpi)))[:MOST]
