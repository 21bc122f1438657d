"""Computed values in the table: compared with what stands there, written where they differ."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from okapi.base import scope
from okapi.base.arrays import Among, id_param, windows
from okapi.base.upserts import upsert
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.evaluating import Computed
from okapi.core.formulas.reach import Range, hull
from okapi.core.formulas.rounding import decimal_of
from okapi.core.periods import Period, period_of
from okapi.kpis.models import ComputedSeries, ComputedValue

_NAMES = ("last", "first", "label", "value", "number", "numerator", "denominator", "reason")
_ROW = ("organisation_id", "series_id", *_NAMES, "mark")
_UNIQUE = ("organisation_id", "series_id", "last")
_STORED = """
SELECT m.series_id, m.last, m.number, m.numerator, m.denominator, m.reason
FROM {windows} CROSS JOIN kpis_computedvalue m
WHERE m.organisation_id = %s AND m.series_id = w.slice_id AND m.last BETWEEN w.since AND w.until
"""
_REMOVE = """
DELETE FROM kpis_computedvalue WHERE organisation_id = %s
AND (series_id, last) IN (SELECT w.slice_id, w.since FROM {windows})
"""
_TASKS_AT_ONCE = 1_000
_ROWS_AT_ONCE = 20_000


class Cell(NamedTuple):
    """One period as it is kept: a value with its sums, or the reason why there is none."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    reason: Any = None


@dataclass(slots=True)
class Stored:
    """What was written.

    `touched` has for each series the first and last day on which periods end whose values differ.
    """

    touched: dict[int, Range] = field(default_factory=dict)
    written: int = 0
    removed: int = 0


def store(done: Sequence[Computed], series: Sequence[int], rhythm: Rhythm) -> Stored:
    """Write what tasks came to; `series` has the number of each task's series."""
    result = Stored()
    pairs = list(zip(done, series, strict=True))
    for part in _lots(pairs, _TASKS_AT_ONCE):
        _store(part, rhythm, result)
    return result


def _store(part: Sequence[tuple[Computed, int]], rhythm: Rhythm, result: Stored) -> None:
    stored = _stored(part, rhythm)
    rows: list[tuple[Any, ...]] = []
    gone: list[tuple[int, date, date]] = []
    organisation = scope.organisation_id()
    for one, number in part:
        before = stored.get(number, {})
        periods = _periods(rhythm.of(_frequency(one)), one.first, len(one.values))
        for period, now in zip(periods, cells(one), strict=True):
            was = before.get(period.last)
            if now == was:
                continue
            if now is None:
                gone.append((number, period.last, period.last))
            else:
                rows.append((organisation, number, *_row(period, now), ""))
            if (now and now.value) != (was and was.value):
                day = period.last.toordinal()
                result.touched[number] = hull(result.touched.get(number), (day, day)) or (day, day)
    upsert(ComputedValue, _ROW, rows, unique=_UNIQUE)
    for lot in _lots(gone, _ROWS_AT_ONCE):
        _remove(lot)
    result.written += len(rows)
    result.removed += len(gone)


def cells(one: Computed) -> Iterator[Cell | None]:
    """The periods of a task, one after the other; None where the KPI has none."""
    empty = [math.nan] * len(one.values)
    columns = zip(
        one.is_there.tolist(),
        one.why.tolist(),
        one.values.tolist(),
        empty if one.numerators is None else one.numerators.tolist(),
        empty if one.denominators is None else one.denominators.tolist(),
        strict=True,
    )
    for at, (is_there, why, value, above, below) in enumerate(columns):
        if not is_there:
            yield None
        elif why:
            kind, keys = one.reason(at)
            yield Cell(None, reason={"why": kind.name.lower(), "kpis": list(keys)})
        else:
            yield Cell(value, _known(above), _known(below))


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _frequency(one: Computed) -> Any:
    return one.task.formula.measured.frequency


@lru_cache(maxsize=1_024)
def _periods(rhythm: Rhythm, first: int, n: int) -> tuple[Period, ...]:
    names = {"fiscal_month": rhythm.fiscal_month, "first_weekday": rhythm.first_weekday}
    return tuple(
        period_of(rhythm.last(index), rhythm.frequency, **names)
        for index in range(first, first + n)
    )


def _stored(
    part: Sequence[tuple[Computed, int]], rhythm: Rhythm
) -> Mapping[int, Mapping[date, Cell]]:
    wanted = []
    for one, number in part:
        own, n = rhythm.of(_frequency(one)), len(one.values)
        wanted.append((number, own.last(one.first), own.last(one.first + n - 1)))
    table, params = windows(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_STORED.format(windows=table), [*params, id_param(scope.organisation_id())])
        rows = cursor.fetchall()
    found: dict[int, dict[date, Cell]] = {}
    for number, last, value, above, below, reason in rows:
        day = last if isinstance(last, date) else _day(last)
        found.setdefault(number, {})[day] = Cell(value, _float(above), _float(below), _told(reason))
    return found


@lru_cache(maxsize=65_536)
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _float(kept: Any) -> float | None:
    return None if kept is None else float(kept)


def _told(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept


def _row(period: Period, cell: Cell) -> tuple[Any, ...]:
    sums = (_decimal(cell.value), cell.value, _decimal(cell.numerator), _decimal(cell.denominator))
    return (period.last, period.first, period.label, *sums, cell.reason)


def _decimal(number: float | None) -> Any:
    return None if number is None else decimal_of(number)


def _remove(gone: Sequence[tuple[int, date, date]]) -> None:
    table, params = windows(gone)
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE.format(windows=table), [id_param(scope.organisation_id()), *params])


def clear(definition_ids: Iterable[UUID]) -> set[int]:
    """Remove all values of these versions; the numbers of the series that had some."""
    rows = ComputedSeries.objects.filter(Among("definition_id", definition_ids))
    return clear_series(rows.values_list("id", flat=True))


def clear_series(numbers: Iterable[int]) -> set[int]:
    """Remove all values of these series; those that had some."""
    rows = ComputedValue.objects.filter(Among("series_id", numbers))
    had = set(rows.order_by().values_list("series_id", flat=True).distinct())
    if had:
        ComputedValue.objects.filter(Among("series_id", had)).delete()
    return had


def _lots(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
