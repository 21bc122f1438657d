"""The measurements behind key results, for charts and their tables: one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DateField, QuerySet

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Question
from okapi.goals.queries.rows import KeyResultRow
from okapi.kpis.models import Measurement

_BEFORE = timedelta(days=100)
"""So much of the time before a span is drawn, so that one sees where it came from."""

_MOST = 400


@dataclass(frozen=True, slots=True)
class PointRow:
    """One measured period."""

    first: date
    last: date
    label: str
    value: Decimal
    revision: int


def _measured() -> QuerySet[Measurement, Any]:
    rows: QuerySet[Measurement, Any] = Measurement.objects.filter(
        Among("slice_id", GivenIds()),
        last__gte=Given("begin", DateField()),
        last__lte=Given("end", DateField()),
    ).order_by("slice_id", "last", "first")
    return rows.values_list("slice_id", "first", "last", "label", "value", "revision")


_MEASURED = Question(_measured)


def series_of(key_results: Iterable[KeyResultRow]) -> dict[int, tuple[PointRow, ...]]:
    """The values of every slice moved, from a little before the first span on, by slice."""
    rows = [row for row in key_results if row.moves]
    if not rows:
        return {}
    begin = min(row.first for row in rows) - _BEFORE
    end = max(row.last for row in rows)
    slices = {move.slice_id for row in rows for move in row.moves}
    found: dict[int, list[PointRow]] = defaultdict(list)
    for slice_id, *values in _MEASURED.rows(ids=slices, begin=begin, end=end):
        found[slice_id].append(PointRow(*values))
    return {slice_id: tuple(points[-_MOST:]) for slice_id, points in found.items()}
