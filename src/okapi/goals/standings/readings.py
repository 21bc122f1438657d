"""Values as columns: those of the needed series in their spans, with one statement for each kind.

A series is what was measured of a slice, or computed for it (`kpis.queries.series_numbers`). Rows
stand sorted by series, then by period; `Readings` finds the rows of a series between two days by
bisection for all key results at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from okapi.base import statements
from okapi.base.arrays import id_param, is_postgresql, windows
from okapi.core.columns import Bools, Floats, Ints
from okapi.core.periods import Period
from okapi.core.series import Point
from okapi.kpis.queries.series_numbers import COMPUTED, MEASURED, Window

# Wider than any ordinal: keys rank·STRIDE + day keep series apart and days in order.
_STRIDE = 10_000_000
_EPOCH = date(1970, 1, 1).toordinal()
_COLUMNS = (
    "w.slice_id, o.last, o.first, o.mark, o.label, o.value, o.number, o.numerator, o.denominator"
)
_OWN = "o.organisation_id = %s AND o.{series} = w.slice_id{known}"
_IN_WINDOWS = f"""
SELECT {_COLUMNS} FROM {{windows}} {{join}} {{table}} o
WHERE {_OWN} AND o.first <= {{day}} AND o.last BETWEEN w.since AND w.until
UNION ALL SELECT {_COLUMNS} FROM {{windows}} {{join}} {{table}} o
WHERE {_OWN} AND o.first <= {{day}} AND o.last = (
    SELECT max(x.last) FROM {{table}} x WHERE x.organisation_id = %s
    AND x.{{series}} = w.slice_id{{other_known}} AND x.last < w.since AND x.first <= {{day}}
)
UNION ALL SELECT {_COLUMNS} FROM {{windows}} {{join}} {{table}} o
WHERE {_OWN} AND o.last = (
    SELECT max(x.last) FROM {{table}} x WHERE x.organisation_id = %s
    AND x.{{series}} = w.slice_id{{other_known}} AND x.last > w.until AND x.last <= {{day}}
)
"""  # noqa: S608 - names of ours
_NEWEST_TWO = f"""
SELECT {_COLUMNS} FROM {{windows}} {{join}} {{table}} o
WHERE {_OWN} AND o.last >= coalesce((
    SELECT min(y.last) FROM (
        SELECT x.last FROM {{table}} x WHERE x.organisation_id = %s
        AND x.{{series}} = w.slice_id{{other_known}} AND x.last <= w.until
        ORDER BY x.last DESC LIMIT 2
    ) AS y
), w.since)
"""  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Readings:
    """The values that were loaded, sorted by series, last day, first day and mark."""

    series: Ints
    last: Ints
    first: Ints
    number: Floats
    mark: Sequence[str]
    label: Sequence[str]
    value: Sequence[Decimal | str]
    numerator: Sequence[Decimal | str | None]
    denominator: Sequence[Decimal | str | None]
    _unique: Ints
    _key: Ints

    def rank(self, series: Ints) -> Ints:
        """The place of each series among those that have values, or where it would be."""
        return np.searchsorted(self._unique, series)

    def up_to(self, series: Ints, day: Ints) -> Ints:
        """Per series the row after its last value whose period ends by the day."""
        rank = self.rank(series)
        known = self._has(series, rank)
        return np.where(known, np.searchsorted(self._key, rank * _STRIDE + day, side="right"), 0)

    def from_day(self, series: Ints, day: Ints) -> Ints:
        """Per series the row of its first value whose period ends on the day or later."""
        return self.up_to(series, day - 1)

    def has_row_before(self, series: Ints, row: Ints) -> Bools:
        """Whether the row before this one is a value of the same series."""
        if len(self.series) == 0:
            return np.zeros(len(series), dtype=np.bool_)
        return np.asarray((row > 0) & (self.series[np.maximum(row - 1, 0)] == series))

    def _has(self, series: Ints, rank: Ints) -> Bools:
        if len(self._unique) == 0:
            return np.zeros(len(series), dtype=np.bool_)
        return np.asarray(self._unique[np.minimum(rank, len(self._unique) - 1)] == series)

    def decimal(self, row: int) -> Decimal:
        """The exact value of a row."""
        return Decimal(self.value[row])

    def points(self, rows: Iterable[int]) -> list[Point]:
        """These rows as points of the core."""
        return [self._point(row) for row in rows]

    def _point(self, row: int) -> Point:
        numerator, denominator = self.numerator[row], self.denominator[row]
        return Point(
            Period(
                date.fromordinal(int(self.first[row])),
                date.fromordinal(int(self.last[row])),
                self.label[row],
                self.mark[row],
            ),
            Decimal(self.value[row]),
            None if numerator is None else Decimal(numerator),
            None if denominator is None else Decimal(denominator),
        )


def in_windows(
    organisation_id: UUID, wanted: Mapping[int, tuple[date, date]], until: date
) -> Readings:
    """The values of each series whose period ends in its window and has begun by `until`.

    With them, per series, those of the newest period that ended before the window, and of the
    newest one after it: from them one knows how old the data are.
    """
    organisation, day = id_param(organisation_id), _param(until)

    def params(windows_: list[Any]) -> list[Any]:
        own = [*windows_, organisation]
        return [*own, day, *own, day, organisation, day, *own, organisation, day]

    return _read(_IN_WINDOWS, [(one, *days) for one, days in sorted(wanted.items())], params)


def newest_two(organisation_id: UUID, series: Iterable[int], today: date) -> Readings:
    """The two newest ended periods of each series, and what is there of later ones."""
    organisation = id_param(organisation_id)
    wanted = [(one, date.min, today) for one in sorted(set(series))]
    return _read(_NEWEST_TWO, wanted, lambda own: [*own, organisation, organisation])


def _day() -> str:
    return "%s::date" if is_postgresql() else "%s"


def _param(day: date) -> object:
    return day if is_postgresql() else day.isoformat()


def _read(
    text: str, wanted: Sequence[Window], params: Callable[[list[Any]], list[Any]]
) -> Readings:
    """The rows of series of both kinds; one statement for each kind that there is."""
    rows: list[tuple[Any, ...]] = []
    for table in (COMPUTED, MEASURED):  # in the order of their numbers
        mine = table.windows(wanted)
        if not mine:
            continue
        expression, own = windows(mine)
        statement = table.filled(
            text,
            windows=expression,
            join="," if is_postgresql() else "CROSS JOIN",
            day=_day(),
            other_known=table.known.replace("o.", "x."),
        )
        in_order = f"{statement} ORDER BY 1 {table.order}, 2, 3, 4"
        found = statements.rows(in_order, params(own), things=len(mine))
        rows += found if table is MEASURED else [(-number, *rest) for number, *rest in found]
    return _readings(rows)


def _readings(rows: Sequence[tuple[object, ...]]) -> Readings:
    series, last, first, mark, label, value, number, above, below = (
        zip(*rows, strict=True) if rows else ((),) * 9
    )
    column = np.asarray(series, dtype=np.int64)
    ends = _ordinals(last)
    unique, rank = np.unique(column, return_inverse=True)
    return Readings(
        series=column,
        last=ends,
        first=_ordinals(first),
        number=np.asarray(number, dtype=np.float64),
        mark=mark,
        label=label,
        value=value,
        numerator=above,
        denominator=below,
        _unique=unique,
        _key=rank.reshape(-1) * _STRIDE + ends,
    )


def _ordinals(days: Sequence[object]) -> Ints:
    """Dates (PostgreSQL) or their texts (SQLite) as ordinals."""
    column = np.asarray(days, dtype="datetime64[D]")
    return column.astype(np.int64) + _EPOCH
