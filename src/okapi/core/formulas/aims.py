"""Readings as they would be, had KPIs in one period been what they were to be.

A comparison of a formula with its target (or forecast) asks what the formula would come to with
the targets of its parts. What was read before that period stays as it came: *previous*, *last year*
and the earlier periods of a window are facts by then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from okapi.core.columns import Bools
from okapi.core.formulas.parts import Expression, Op
from okapi.core.formulas.readings import Readings
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

_EARLIER = frozenset({Op.PREVIOUS, Op.LAST_YEAR})


@dataclass(frozen=True, slots=True)
class Aims:
    """What each KPI was to be, by key, in the period of these days (ordinals, both included)."""

    first: int
    last: int
    values: Mapping[str, float]


def named_now(expressions: Iterable[Expression]) -> tuple[str, ...]:
    """The keys of the KPIs whose value in the period itself counts, each once."""
    found: dict[str, None] = {}
    stack = list(reversed(tuple(expressions)))
    while stack:
        one = stack.pop()
        if one.op is Op.PART:
            found[one.setting.key] = None
        elif one.op not in _EARLIER:
            stack.extend(reversed(one.args))
    return tuple(found)


def aimed(readings: Readings, aims: Aims) -> Readings:
    """The readings with one value in the period for each KPI of ``aims``, in place of its own.

    A ratio is taken at the denominators that came: its numerator is what the aim makes of them.
    Where a KPI is read slice by slice, the first stands for all.
    """
    groups: dict[tuple[str, Frequency], list[int]] = {}
    for at, read in enumerate(readings.reads):
        if read.series.kpi in aims.values:
            groups.setdefault((read.series.kpi, read.frequency), []).append(at)
    if not groups:
        return readings
    inside = (readings.last >= aims.first) & (readings.last <= aims.last)
    kept = ~(inside & np.isin(readings.read, np.concatenate(list(groups.values()))))
    rows = [_row(readings, aims, places, inside) for places in groups.values()]
    columns: list[Any] = [
        np.concatenate([known[kept], np.asarray(added, dtype=known.dtype)])
        for known, added in zip(_columns(readings), zip(*rows, strict=True), strict=True)
    ]
    return Readings(readings.reads, readings.how, readings.scale, *columns)


def _columns(readings: Readings) -> tuple[Any, ...]:
    return (
        readings.read,
        readings.first,
        readings.last,
        readings.values,
        readings.numerators,
        readings.denominators,
    )


def _row(
    readings: Readings, aims: Aims, places: Sequence[int], inside: Bools
) -> tuple[int, int, int, float, float, float]:
    """The row of a KPI that stands for all its reads at these places."""
    at = places[0]
    value = aims.values[readings.reads[at].series.kpi]
    above, below = math.nan, math.nan
    if readings.how[at] is Aggregation.RATIO:
        below = float(readings.denominators[inside & np.isin(readings.read, places)].sum())
        above = value / readings.scale[at] * below
    return at, aims.first, aims.last, value, above, below
