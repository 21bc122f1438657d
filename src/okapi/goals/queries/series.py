"""The values behind key results, for charts and their tables: one statement for each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from okapi.goals.queries.rows import KeyResultRow
from okapi.kpis.models import ComputedValue, Measurement

_BEFORE = timedelta(days=100)
"""So much of the time before a span is drawn, so that one sees where it came from."""

_MOST = 400


@dataclass(frozen=True, slots=True)
class PointRow:
    """One period with a value."""

    first: date
    last: date
    label: str
    value: Decimal
    revision: int = 1


def series_of(key_results: Iterable[KeyResultRow]) -> dict[int, tuple[PointRow, ...]]:
    """The values of all that is moved, from a little before the first span on, by series."""
    rows = [row for row in key_results if row.moves]
    if not rows:
        return {}
    begin = min(row.first for row in rows) - _BEFORE
    end = max(row.last for row in rows)
    series = {move.series for row in rows for move in row.moves}
    found: dict[int, list[PointRow]] = defaultdict(list)
    measured = Measurement.objects.filter(slice_id__in=[one for one in series if one > 0])
    columns = ("first", "last", "label", "value")
    for slice_id, *values in _within(measured, begin, end).values_list(
        "slice_id", *columns, "revision"
    ):
        found[slice_id].append(PointRow(*values))
    computed = [-one for one in series if one < 0]
    if computed:
        with_value = ComputedValue.objects.filter(series_id__in=computed, value__isnull=False)
        for number, *values in _within(with_value, begin, end).values_list("series_id", *columns):
            found[-number].append(PointRow(*values))
    return {one: tuple(points[-_MOST:]) for one, points in found.items()}


def _within(rows: QuerySet[Any], begin: date, end: date) -> QuerySet[Any]:
    return rows.filter(last__gte=begin, last__lte=end).order_by("last", "first")
