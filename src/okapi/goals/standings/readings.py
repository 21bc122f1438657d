"""Measurements as columns: the values of the needed slices in their spans, with one statement.

Rows stand sorted by slice, then by period; `Readings` finds the rows of a slice between two days
by bisection for all key results at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np

from okapi.base import statements
from okapi.base.arrays import id_param, is_postgresql, table_of, windows
from okapi.core.columns import Bools, Floats, Ints
from okapi.core.periods import Period
from okapi.core.series import Point
from okapi.kpis.models import Measurement

# Wider than any ordinal: keys rank·STRIDE + day keep slices apart and days in order.
_STRIDE = 10_000_000
_EPOCH = date(1970, 1, 1).toordinal()
_COLUMNS = (
    "m.slice_id, m.last, m.first, m.mark, m.label, m.value, m.number, m.numerator, m.denominator"
)


@dataclass(frozen=True, slots=True)
class Readings:
    """The values that were loaded, sorted by slice, last day, first day and mark."""

    slices: Ints
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

    def rank(self, slices: Ints) -> Ints:
        """The place of each slice among those that have values, or where it would be."""
        return np.searchsorted(self._unique, slices)

    def up_to(self, slices: Ints, day: Ints) -> Ints:
        """Per slice the row after its last value whose period ends by the day."""
        rank = self.rank(slices)
        known = self._has(slices, rank)
        return np.where(known, np.searchsorted(self._key, rank * _STRIDE + day, side="right"), 0)

    def from_day(self, slices: Ints, day: Ints) -> Ints:
        """Per slice the row of its first value whose period ends on the day or later."""
        return self.up_to(slices, day - 1)

    def has_row_before(self, slices: Ints, row: Ints) -> Bools:
        """Whether the row before this one is a value of the same slice."""
        if len(self.slices) == 0:
            return np.zeros(len(slices), dtype=np.bool_)
        return np.asarray((row > 0) & (self.slices[np.maximum(row - 1, 0)] == slices))

    def _has(self, slices: Ints, rank: Ints) -> Bools:
        if len(self._unique) == 0:
            return np.zeros(len(slices), dtype=np.bool_)
        return np.asarray(self._unique[np.minimum(rank, len(self._unique) - 1)] == slices)

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
    """The values of each slice whose period ends in its window and has begun by `until`.

    With them, per slice, those of the newest period that ended before the window: from them one
    knows how old the data are.
    """
    if not wanted:
        return _readings([])
    table, params = windows([(one, *days) for one, days in sorted(wanted.items())])
    measurement = table_of(Measurement)
    own = f"m.organisation_id = %s AND m.slice_id = w.slice_id AND m.first <= {_day()}"
    before = (
        f"SELECT max(x.last) FROM {measurement} x WHERE x.organisation_id = %s"  # noqa: S608 - names of ours
        f" AND x.slice_id = w.slice_id AND x.last < w.since AND x.first <= {_day()}"
    )
    join = "CROSS JOIN" if not is_postgresql() else ","
    text = (
        f"SELECT {_COLUMNS} FROM {table} {join} {measurement} m"  # noqa: S608 - names of ours
        f" WHERE {own} AND m.last BETWEEN w.since AND w.until"
        f" UNION ALL SELECT {_COLUMNS} FROM {table} {join} {measurement} m"
        f" WHERE {own} AND m.last = ({before})"
        " ORDER BY 1, 2, 3, 4"
    )
    organisation, day = id_param(organisation_id), _param(until)
    both = [*params, organisation, day, *params, organisation, day, organisation, day]
    return _readings(statements.rows(text, both, things=len(wanted)))


def newest_two(organisation_id: UUID, slices: Iterable[int], today: date) -> Readings:
    """The two newest ended periods of each slice, and what is there of later ones."""
    wanted = sorted(set(slices))
    if not wanted:
        return _readings([])
    table, params = windows([(one, date.min, today) for one in wanted])
    measurement = table_of(Measurement)
    join = "CROSS JOIN" if not is_postgresql() else ","
    second = (
        f"SELECT min(y.last) FROM (SELECT x.last FROM {measurement} x WHERE x.organisation_id = %s"  # noqa: S608 - names of ours
        " AND x.slice_id = w.slice_id AND x.last <= w.until"
        " ORDER BY x.last DESC LIMIT 2) AS y"
    )
    text = (
        f"SELECT {_COLUMNS} FROM {table} {join} {measurement} m"  # noqa: S608 - names of ours
        " WHERE m.organisation_id = %s AND m.slice_id = w.slice_id"
        f" AND m.last >= coalesce(({second}), w.since) ORDER BY 1, 2, 3, 4"
    )
    organisation = id_param(organisation_id)
    both = [*params, organisation, organisation]
    return _readings(statements.rows(text, both, things=len(wanted)))


def _day() -> str:
    return "%s::date" if is_postgresql() else "%s"


def _param(day: date) -> object:
    return day if is_postgresql() else day.isoformat()


def _readings(rows: Sequence[tuple[object, ...]]) -> Readings:
    slices, last, first, mark, label, value, number, above, below = (
        zip(*rows, strict=True) if rows else ((),) * 9
    )
    column = np.asarray(slices, dtype=np.int64)
    ends = _ordinals(last)
    unique, rank = np.unique(column, return_inverse=True)
    return Readings(
        slices=column,
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
