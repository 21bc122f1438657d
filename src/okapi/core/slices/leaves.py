"""The leaf cells that a change is looked for in: attributes as codes, figures as columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Bools, Floats, Ints, real_numbers
from okapi.core.errors import Refused

_NAN = float("nan")
# Sums of larger ones are no floats any more.
LARGEST = 1e300
# One value for each cell.
Column: TypeAlias = Sequence[Hashable] | npt.NDArray[Any]
# Denominators: one column, or a pair of those expected and those that came.
Weights: TypeAlias = npt.ArrayLike | tuple[npt.ArrayLike, npt.ArrayLike]


@dataclass(frozen=True, slots=True)
class Leaves:
    """Leaf cells: by attribute the code of each cell's value, and the values of the codes."""

    names: tuple[str, ...]
    codes: tuple[Ints, ...]
    values: tuple[tuple[Hashable, ...], ...]
    expected: Floats
    actual: Floats
    weights: Floats | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each attribute has."""
        return tuple(len(values) for values in self.values)

    def where(self, attributes: Sequence[int], row: int) -> dict[str, Any]:
        """The values of some attributes in one cell, by name."""
        return {self.names[at]: self.values[at][int(self.codes[at][row])] for at in attributes}

    def only(self, rows: Bools) -> Leaves:
        """Some of the cells; codes keep their meaning."""
        return Leaves(
            self.names,
            tuple(codes[rows] for codes in self.codes),
            self.values,
            self.expected[rows],
            self.actual[rows],
            None if self.weights is None else self.weights[rows],
        )


class _Codes(dict[Hashable, int]):
    """Numbers values in the order in which they come; all that are not-a-number are one."""

    def __missing__(self, value: Hashable) -> int:
        if value != value and value is not _NAN:  # noqa: PLR0124 - only NaN differs from itself
            return self[_NAN]
        self[value] = len(self)
        return self[value]


def read_leaves(
    cells: Mapping[str, Column],
    expected: npt.ArrayLike,
    actual: npt.ArrayLike,
    weights: Weights | None,
) -> Leaves:
    """Check what came in and number the values of each attribute.

    Weights before and after are one pair; the expected numerators are then brought to the later
    denominators, so that what remains is the change of rates. A cell without an earlier denominator
    has no rate to compare with: it says nothing (that it came is mix).

    Refused: ``slices.no_attributes``, ``slices.length``, ``slices.not_numbers``,
    ``slices.not_finite``, ``slices.too_large`` (beyond 1e300), ``slices.negative_weight``,
    ``slices.value`` (not hashable).
    """
    if not cells:
        raise Refused("slices.no_attributes", field="cells")
    figures = column_of("expected", expected), column_of("actual", actual)
    n = len(figures[0])
    of_length("actual", figures[1], n)
    before, after = _pair(weights, n)
    if before is not None and after is not None:
        had = before > 0
        figures = _at_later_weights(figures[0], before, after), np.where(had, figures[1], 0.0)
        after = np.where(had, after, 0.0)
    names, codes, values = [], [], []
    for name, column in cells.items():
        of_length(name, column, n)
        numbered, known = _numbered(name, column)
        names.append(name)
        codes.append(numbered)
        values.append(known)
    return Leaves(tuple(names), tuple(codes), tuple(values), *figures, after)


def _numbered(name: str, column: Column) -> tuple[Ints, tuple[Hashable, ...]]:
    known = _Codes()
    plain: Iterable[Hashable] = column.tolist() if isinstance(column, np.ndarray) else column
    try:
        codes = np.fromiter(map(known.__getitem__, plain), np.int64, len(column))
    except TypeError as error:
        raise Refused("slices.value", field=name) from error
    return codes, tuple(known)


def column_of(name: str, values: npt.ArrayLike) -> Floats:
    """Finite numbers, one for each cell."""
    try:
        column = real_numbers(values)
    except (TypeError, ValueError) as error:
        raise Refused("slices.not_numbers", field=name) from error
    except OverflowError as error:
        raise Refused("slices.too_large", field=name, most=LARGEST) from error
    if column.ndim != 1:
        raise Refused("slices.not_numbers", field=name)
    if not np.isfinite(column).all():
        row = int(np.flatnonzero(~np.isfinite(column))[0]) + 1
        raise Refused("slices.not_finite", field=name, row=row)
    if (np.abs(column) > LARGEST).any():
        raise Refused("slices.too_large", field=name, most=LARGEST)
    return column


def of_length(name: str, column: Column, n: int) -> None:
    """Refuse a column that is longer or shorter than the others."""
    if len(column) != n:
        raise Refused("slices.length", field=name, found=len(column), expected=n)


def _pair(weights: Weights | None, n: int) -> tuple[Floats | None, Floats | None]:
    """Denominators before (None: the same) and after."""
    if weights is None:
        return None, None
    if isinstance(weights, tuple) and [np.ndim(part) for part in weights] == [1, 1]:
        before, after = weights
        return weights_of(before, n), weights_of(after, n)
    return None, weights_of(cast("npt.ArrayLike", weights), n)


def weights_of(given: npt.ArrayLike, n: int) -> Floats:
    """Denominators: ``n`` numbers, none of them negative."""
    column = column_of("weights", given)
    of_length("weights", column, n)
    if (column < 0).any():
        row = int(np.flatnonzero(column < 0)[0]) + 1
        raise Refused("slices.negative_weight", field="weights", row=row)
    return column


def _at_later_weights(expected: Floats, before: Floats, after: Floats) -> Floats:
    """What the earlier rates make of the later denominators; 0 where there was no rate."""
    rates = np.divide(expected, before, out=np.zeros_like(expected), where=before > 0)
    return rates * after
