"""The values behind key results, for charts and their tables: one statement for each kind."""

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


def _measured() -> QuerySet[Measurement, Any]:
    rows: QuerySet[Measurement, Any] = Measurement.objects.filter(
        Among("slice_id", GivenIds()), **_WITHIN
    ).order_by("slice_id", "last", "first")
    return rows.values_list("slice_id", *_POINT, "revision")


def _computed() -> QuerySet[ComputedValue, Any]:
    rows: QuerySet[ComputedValue, Any] = ComputedValue.objects.filter(
        Among("series_id", GivenIds()), value__isnull=False, **_WITHIN
    ).order_by("series_id", "last")
    return rows.values_list("series_id", *_POINT)


_POINT = ("first", "last", "label", "value")
_WITHIN = {"last__gte": Given("begin", DateField()), "last__lte": Given("end", DateField())}
_MEASURED = Question(_measured, planned=True)
_COMPUTED = Question(_computed, planned=True)


def series_of(key_results: Iterable[KeyResultRow]) -> dict[int, tuple[PointRow, ...]]:
    """The values of all that is moved, from a little before the first span on, by series."""
    rows = [row for row in key_results if row.moves]
    if not rows:
        return {}
    days = {"begin": min(row.first for row in rows) - _BEFORE, "end": max(row.last for row in rows)}
    series = {move.series for row in rows for move in row.moves}
    found: dict[int, list[PointRow]] = defaultdict(list)
    for question, sign in ((_MEASURED, 1), (_COMPUTED, -1)):
        ids = [one * sign for one in series if one * sign > 0]
        for number, *values in question.rows(ids=ids, **days) if ids else ():
            found[number * sign].append(PointRow(*values))
    return {one: tuple(points[-_MOST:]) for one, points in found.items()}
