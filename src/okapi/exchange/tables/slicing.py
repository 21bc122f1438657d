"""The slice of a row, from the columns of dimensions."""

from __future__ import annotations

from okapi.core.errors import Refused
from okapi.core.slices import LONGEST_KEY, read_slice_key
from okapi.exchange.tables.cells import Grid, cell_at, shown
from okapi.exchange.tables.known import KnownKpi
from okapi.exchange.tables.layouts import Layout
from okapi.exchange.tables.results import Slice
from okapi.exchange.tables.words import Role, is_total, is_whole

_LONGEST = 200


class WholeSlice(Exception):  # noqa: N818 - no error: the row sums up what the KPI does not total
    """A row of the total of a KPI that has none."""


class SliceReader:
    """Reads the slices of rows; every different one once."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.having(Role.DIMENSION)
        self._keys = layout.one(Role.SLICE)
        self._read: dict[tuple[str, ...], Slice | Refused | None] = {}

    def read(self, cells: Grid, kpi: KnownKpi) -> Slice:
        """The dimension values, in the order of their names; empty for the total.

        Refused: `slice.*`, with the column in `at`. `WholeSlice` where the row is a sum to be left
        out.
        """
        if not self._columns and self._keys is None:
            if not kpi.has_total:
                wanted = ", ".join(kpi.dimensions)
                raise Refused("slice.no_total", kpi=kpi.key, expected=wanted)
            return ()
        whole, texts = self._texts(cells)
        known = (kpi.key, whole, *texts)
        if known not in self._read:
            if len(self._read) >= 100_000:
                self._read.clear()
            try:
                self._read[known] = self._slice(texts, whole, kpi)
            except Refused as refused:
                self._read[known] = refused.again()
        answer = self._read[known]
        if isinstance(answer, Refused):
            raise answer.again()
        if answer is None:
            raise WholeSlice
        return answer

    def _texts(self, cells: Grid) -> tuple[str, list[str]]:
        """The whole slice and the dimensions' values, as they are written."""
        texts = [shown(cell_at(cells, column.index)) for column in self._columns]
        for column, text in zip(self._columns, texts, strict=True):
            if len(text) > _LONGEST:
                raise Refused("slice.unreadable", found=text[:60], at=column.index)
        if self._keys is None:
            return "", texts
        whole = shown(cell_at(cells, self._keys.index))
        if len(whole) > LONGEST_KEY:
            raise Refused("slice.unreadable", found=whole[:60], at=self._keys.index)
        return whole, texts

    def _slice(self, texts: list[str], whole: str, kpi: KnownKpi) -> Slice | None:
        values = self._of_key(whole) if whole and not is_whole(whole) else {}
        sums = bool(whole) and is_whole(whole)
        for column, text in zip(self._columns, texts, strict=True):
            if not text:
                continue
            if is_total(text) and not is_whole(text):
                return None  # a subtotal, of some of the values
            if column.dimension not in kpi.dimensions:
                if is_whole(text):
                    continue
                raise Refused(
                    "slice.unknown_dimension",
                    kpi=kpi.key,
                    found=column.dimension,
                    expected=", ".join(kpi.dimensions),
                    at=column.index,
                )
            if is_whole(text):
                sums = True
            else:
                values[column.dimension] = text
        return self._complete(values, kpi, sums=sums)

    def _of_key(self, key: str) -> dict[str, str]:
        try:
            return read_slice_key(key)
        except Refused as refused:
            column = self._keys.index if self._keys else 0
            raise Refused(refused.code, **{**refused.data, "at": column}) from None

    def _complete(self, values: dict[str, str], kpi: KnownKpi, *, sums: bool) -> Slice | None:
        if not values:
            if kpi.has_total:
                return ()
            if sums:
                return None
            raise Refused("slice.no_total", kpi=kpi.key, expected=", ".join(kpi.dimensions))
        missing = [name for name in kpi.dimensions if name not in values]
        if missing and sums:
            return None  # a subtotal: of one dimension, all values of another
        if missing:
            raise Refused("slice.missing_dimension", kpi=kpi.key, expected=missing[0])
        unknown = [name for name in values if name not in kpi.dimensions]
        if unknown:
            wanted = ", ".join(kpi.dimensions)
            raise Refused("slice.unknown_dimension", kpi=kpi.key, found=unknown[0], expected=wanted)
        return tuple(sorted(values.items()))
