"""What was measured or computed before, as columns, and brought onto the axes of formulas.

Several values of one series in one period (days of a month, a period twice) are combined by the
KPI's own aggregation over time: as ``core.series.aggregate``, for all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Codes, Floats, Ints, code_of
from okapi.core.formulas.axes import Axis, index_column
from okapi.core.formulas.cells import Why
from okapi.core.formulas.parts import Face, Read
from okapi.core.series import Aggregation

Kinds: TypeAlias = npt.NDArray[np.int8]

_ADDED = (Aggregation.SUM, Aggregation.RATIO)


@dataclass(frozen=True, slots=True)
class Readings:
    """Values as they are stored, one row each; days are ordinals, what is not there is NaN.

    ``read`` has each row's place in ``reads``. ``how`` and ``scale`` say of each of these how its
    values are combined, and by what a ratio's quotient is multiplied.
    """

    reads: Sequence[Read]
    how: Sequence[Aggregation]
    scale: Sequence[float]
    read: Ints
    first: Ints
    last: Ints
    values: Floats
    numerators: Floats
    denominators: Floats


NOTHING = Readings((), (), (), *(np.zeros(0, dtype=np.int64),) * 3, *(np.zeros(0),) * 3)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The cells of one axis: the row of each read, and per face its values and kinds of reasons."""

    row: Mapping[Read, int]
    faces: Mapping[Face, tuple[Floats, Kinds]]


def loaded(readings: Readings, axis: Axis, reads: Sequence[Read]) -> Loaded:
    """What was read of these, all of the axis's frequency, on the axis."""
    row = {read: at for at, read in enumerate(reads)}
    shape = (len(row), len(axis))
    faces = {
        face: (np.full(shape, np.nan), np.full(shape, Why.MISSING, dtype=np.int8)) for face in Face
    }
    for part in _cells(readings, axis, row):
        for face, (values, kinds) in zip(Face, part.faces, strict=True):
            faces[face][0].reshape(-1)[part.cell] = values
            faces[face][1].reshape(-1)[part.cell] = kinds
    return Loaded(row, faces)


@dataclass(frozen=True, slots=True)
class _Part:
    """Cells by their place in the flat array, and each face's values and kinds."""

    cell: Ints
    faces: tuple[tuple[Floats, Kinds], ...]


def _cells(readings: Readings, axis: Axis, row: Mapping[Read, int]) -> list[_Part]:
    row_of = np.asarray([row.get(read, -1) for read in readings.reads], dtype=np.int64)
    if not len(readings.read) or not len(row_of):
        return []
    place = index_column(axis.rhythm, readings.last) - axis.first
    rows = row_of[readings.read]
    used = np.flatnonzero((rows >= 0) & (place >= 0) & (place < len(axis)))
    cell = rows[used] * len(axis) + place[used]
    counts = np.bincount(cell, minlength=len(row) * len(axis))
    once = counts[cell] == 1
    found = [_single(readings, used[once], cell[once])]
    if not once.all():
        found.append(_several(readings, used[~once], cell[~once]))
    return found


def _single(readings: Readings, rows: Ints, cell: Ints) -> _Part:
    above, below = readings.numerators[rows], readings.denominators[rows]
    sums = np.where(np.isnan(above) | np.isnan(below), Why.NO_SUMS, 0).astype(np.int8)
    plain = np.zeros(len(rows), dtype=np.int8)
    return _Part(cell, ((readings.values[rows], plain), (above, sums), (below, sums)))


def _several(readings: Readings, rows: Ints, cell: Ints) -> _Part:
    """Cells with more than one value each, combined."""
    order = np.lexsort((readings.first[rows], readings.last[rows], cell))
    rows, cell = rows[order], cell[order]
    begins = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    how: Codes = np.asarray([code_of(one) for one in readings.how], dtype=np.int8)
    hows = how[readings.read[rows[begins]]]
    scale = np.asarray(readings.scale, dtype=np.float64)[readings.read[rows[begins]]]
    values, counts = readings.values[rows], np.diff(np.r_[begins, len(rows)])
    above = np.add.reduceat(readings.numerators[rows], begins)
    below = np.add.reduceat(readings.denominators[rows], begins)
    sums = np.add.reduceat(values, begins)
    with np.errstate(divide="ignore", invalid="ignore"):
        of = {
            Aggregation.LAST: values[begins + counts - 1],
            Aggregation.SUM: sums,
            Aggregation.MEAN: sums / counts,
            Aggregation.MIN: np.minimum.reduceat(values, begins),
            Aggregation.MAX: np.maximum.reduceat(values, begins),
            Aggregation.RATIO: above / below * scale,
        }
    result, kinds = np.full(len(begins), np.nan), np.zeros(len(begins), dtype=np.int8)
    for one, combined in of.items():
        mine = hows == code_of(one)
        result[mine] = combined[mine]
    ratio = hows == code_of(Aggregation.RATIO)
    no_sums = np.isnan(above) | np.isnan(below)
    kinds[ratio & (below == 0)] = Why.BY_ZERO
    kinds[ratio & no_sums] = Why.NO_SUMS
    added = np.isin(hows, [code_of(one) for one in _ADDED])
    overlaps = added & _overlap(readings, rows, cell, begins)
    kinds[overlaps] = Why.OVERLAP
    sum_kinds = np.where(no_sums, Why.NO_SUMS, np.where(overlaps, Why.OVERLAP, 0)).astype(np.int8)
    return _Part(cell[begins], ((result, kinds), (above, sum_kinds), (below, sum_kinds)))


def _overlap(readings: Readings, rows: Ints, cell: Ints, begins: Ints) -> npt.NDArray[np.bool_]:
    """Of each cell, whether two of its periods share a day."""
    order = np.lexsort((readings.last[rows], readings.first[rows], cell))
    ordered = rows[order]
    shares = np.zeros(len(rows), dtype=np.bool_)
    same = cell[1:] == cell[:-1]  # sorted by cell both ways
    shares[1:] = same & (readings.first[ordered[1:]] <= readings.last[ordered[:-1]])
    return np.logical_or.reduceat(shares, begins)
