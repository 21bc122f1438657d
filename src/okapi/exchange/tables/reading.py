"""Reading a sheet by its layout, row after row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.core.errors import OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import frequency_of
from okapi.exchange.tables.cells import (
    LONGEST_TOLD,
    Grid,
    Note,
    Raw,
    Spot,
    cell_at,
    column_of,
    is_empty,
    note,
    shown,
)
from okapi.exchange.tables.known import KnownKpi, Kpis, Named, Setting
from okapi.exchange.tables.layouts import Column, Form, Layout
from okapi.exchange.tables.numbers import Marks, NumberRead, read_number
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.repeats import Repeats
from okapi.exchange.tables.results import Cell, Measured, Outcome, RowKind, RowRead
from okapi.exchange.tables.row_kinds import RowKinds, Sections, Widths
from okapi.exchange.tables.slicing import SliceReader, WholeSlice
from okapi.exchange.tables.sources import FileKind, Source
from okapi.exchange.tables.units import unit_of
from okapi.exchange.tables.words import Role

_EMPTY = NumberRead(None)
LEAVABLE = frozenset({"kpi.computed", "kpi.not_yours", "ratio.part_missing"})
"""Refusals of a KPI's values that end where its rows are left out; they tell its name there."""
_SUMS = (Frequency.MONTH, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR)


@dataclass(frozen=True, slots=True)
class Values:
    """The columns from which one measurement's numbers come."""

    value: Column | None
    numerator: Column | None
    denominator: Column | None
    columns: tuple[Column, ...]

    @property
    def main(self) -> Column:
        """The one at which the measurement is told."""
        return self.columns[0]

    @classmethod
    def of(cls, *parts: Column | None) -> Values:
        """Value, numerator and denominator, as far as there are columns of them."""
        value, numerator, denominator = (*parts, None, None)[:3]
        columns = tuple(column for column in parts if column is not None)
        return cls(value, numerator, denominator, columns)


class TableReader:
    """Reads the rows of one sheet."""

    def __init__(
        self, source: Source, layout: Layout, kpis: Kpis, setting: Setting, repeats: Repeats
    ) -> None:
        self.source = source
        self.layout = layout
        self.kpis = kpis
        self._repeats = repeats
        self._setting = setting
        self._periods = self._periods_of(layout.year)
        self._marks: dict[int, Marks | None] = dict(layout.marks)
        self._headers = {column.index: column.header for column in layout.columns}
        self._key = layout.one(Role.KPI)
        self._name = layout.one(Role.NAME)
        self._period = layout.one(Role.PERIOD)
        self._year = layout.one(Role.YEAR)
        self._note = layout.one(Role.NOTE)
        self._unit = layout.one(Role.UNIT)
        self._slices = SliceReader(layout)
        self._groups = _groups(layout)
        self._above: tuple[Raw, Raw] = ("", "")
        valued = [column for values in self._groups for column in values.columns]
        self._kinds = RowKinds(layout, kpis, self._periods, valued)
        self._sections = Sections(layout)
        self._widths = Widths(layout, valued) if source.kind is FileKind.CSV else None

    def rows(self) -> Iterator[RowRead]:
        """All rows that are not blank; first the refusals at the header, if there are any."""
        layout = self.layout
        if layout.problems:
            refused = tuple(_of_problem(layout.sheet, problem) for problem in layout.problems)
            yield RowRead(layout.sheet, layout.header_row, RowKind.HEADER, refused)
        for number, cells in self.source.rows(layout.sheet):
            if number >= layout.data_row and not all(map(is_empty, cells)):
                row = self._row(number, cells)
                yield row
                if row.kind is not RowKind.DATA:
                    self._begin_section(row)

    def _periods_of(self, year: int | None) -> PeriodReader:
        return PeriodReader(
            self._setting,
            order=self.layout.order,
            year=year,
            spans_of_years=self.layout.spans_of_years,
            is_1904=self.source.is_1904,
        )

    def _begin_section(self, row: RowRead) -> None:
        """Another year may stand above a second table of the sheet, or of its rows."""
        year = self._sections.year_after(row)
        if year is not None:
            self._periods = self._periods_of(year)

    def _row(self, number: int, cells: Grid) -> RowRead:
        kind = self._kinds.of(cells)
        if kind is RowKind.PLAN:
            self._named(cells)
        if kind is None:
            try:
                return RowRead(
                    self.layout.sheet, number, RowKind.DATA, tuple(self._data(number, cells))
                )
            except WholeSlice:
                kind = RowKind.TOTAL
        found = next((shown(raw) for raw in cells if shown(raw)), "")
        return RowRead(self.layout.sheet, number, kind, found=found[:60])

    def _data(self, number: int, cells: Grid) -> Iterator[Cell]:
        torn = self._widths.torn(cells) if self._widths is not None else None
        if torn is not None:
            yield self._refused(Refused("tables.number.torn"), number, cells, torn)
            return
        if self.layout.form is Form.BY_KPI:
            yield from self._by_kpi(number, cells)
            return
        try:
            named, notes = self._kpi(cells)
        except Refused as refused:
            column = self._key or self._name or self.layout.columns[0]
            yield self._refused(refused, number, cells, column)
            return
        if self.layout.form is Form.LONG:
            yield self._measurement(number, cells, named, self._groups[0], "", notes)
            return
        read = []
        for values in self._groups:
            column = values.main
            cell = self._measurement(number, cells, named, values, column.period, notes)
            read.append((column, cell))
        has_own = any(cell.outcome is Outcome.READ for _, cell in read)
        for column, cell in read:
            yield self._without_sums(column, cell) if has_own else cell

    def _without_sums(self, column: Column, cell: Cell) -> Cell:
        """A quarter between the months of a KPI by month is a sum of them, and left out."""
        if cell.refusal is None or cell.refusal.code != "period.other_frequency":
            return cell
        try:
            period = self._periods.read(column.period, Frequency.IRREGULAR).period
        except Refused:
            return cell
        if frequency_of(period) not in _SUMS:
            return cell
        told = note("tables.period.other_column", period=period.label)
        return Cell(cell.spot, cell.found, Outcome.NOTHING, None, (told,))

    def _by_kpi(self, number: int, cells: Grid) -> Iterator[Cell]:
        for values in self._groups:
            named = self.kpis.known(values.main.kpi)
            if named is not None:
                yield self._measurement(number, cells, named, values, "", ())

    def _kpi(self, cells: Grid) -> tuple[Named, tuple[Note, ...]]:
        """The KPI of a row, by its key, else by its name; an empty cell repeats the one above."""
        if self.layout.kpi:
            return self.kpis.find(self.layout.kpi), ()
        key, name, is_above = self._named(cells)
        notes: tuple[Note, ...] = ()
        if is_above:
            if not shown(key) and not shown(name):
                raise Refused("kpi.missing")
            notes = (note("tables.kpi.from_above", kpi=(shown(key) or shown(name))[:60]),)
        named = self.kpis.known(shown(key)) if shown(key) else None
        if named is None and shown(name):
            named = self.kpis.find(shown(name))
        return named or self.kpis.find(shown(key)), notes

    def _named(self, cells: Grid) -> tuple[Raw, Raw, bool]:
        """Key and name in a row, or those above it and true; they are above the next row."""
        key = cell_at(cells, self._key.index) if self._key else ""
        name = cell_at(cells, self._name.index) if self._name else ""
        if not shown(key) and not shown(name):
            return (*self._above, True)
        self._above = (key, name)
        return key, name, False

    def _measurement(
        self,
        number: int,
        cells: Grid,
        named: Named,
        values: Values,
        period: Raw,
        notes: tuple[Note, ...],
    ) -> Cell:
        column = values.main
        kpi = named.kpi
        try:
            value, numerator, denominator = self._numbers(cells, named, values)
            spot = Spot(self.layout.sheet, number, column.index)
            found = shown(cell_at(cells, column.index))
            told = (*notes, *value.notes, *numerator.notes, *denominator.notes)
            if value.value is None and (numerator.value is None or denominator.value is None):
                return Cell(spot, found, Outcome.NOTHING, None, told)
            _require_open(kpi)
            _require_parts(kpi, numerator, denominator)
            column = self._period or self._year or column
            read = self._periods.read(
                period if period != "" else self._period_of(cells),
                kpi.frequency,
                year=self._year_of(cells),
            )
            column = values.main
            pairs = self._slices.read(cells, kpi)
            measured = Measured(
                kpi.key,
                read.period,
                pairs,
                value.value,
                numerator.value,
                denominator.value,
                self._note_of(cells, read.beside),
            )
        except Refused as refused:
            at = refused.data.get("at", column.index)
            where = self._column(at) if isinstance(at, int) else column
            return self._refused(refused, number, cells, where)
        return self._once(Cell(spot, found, Outcome.READ, measured, (*told, *read.notes)))

    def _numbers(
        self, cells: Grid, named: Named, values: Values
    ) -> tuple[NumberRead, NumberRead, NumberRead]:
        unit = named.kpi.unit
        read = []
        for column, own in (
            (values.value, unit),
            (values.numerator, ""),
            (values.denominator, ""),
        ):
            if column is None:
                read.append(_EMPTY)
                continue
            written = self._written_unit(cells, named, column) if own else column.unit
            try:
                read.append(
                    read_number(
                        cell_at(cells, column.index),
                        marks=self._marks.get(column.index, Marks.POINT),
                        unit=own,
                        written_unit=written,
                    )
                )
            except Refused as refused:
                raise Refused(refused.code, **{"at": column.index, **refused.data}) from None
        return read[0], read[1], read[2]

    def _written_unit(self, cells: Grid, named: Named, column: Column) -> str:
        """The unit that is written for a cell: beside it, in its header or name, else above all."""
        if self._unit is not None and (text := shown(cell_at(cells, self._unit.index))):
            return text
        if column.unit or named.unit:
            return column.unit or named.unit
        if self.layout.unit and self.layout.unit != named.kpi.unit:
            base = unit_of(self.layout.unit).base
            return self.layout.unit if base == unit_of(named.kpi.unit).base else ""
        return ""

    def _period_of(self, cells: Grid) -> Raw:
        if self._period is not None:
            return cell_at(cells, self._period.index)
        if self._year is not None:
            return cell_at(cells, self._year.index)
        return self.layout.period

    def _year_of(self, cells: Grid) -> int | None:
        if self._year is None or self._period is None:
            return None
        text = shown(cell_at(cells, self._year.index)).rstrip("年度 ")
        return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None

    def _note_of(self, cells: Grid, beside: tuple[str, ...]) -> str:
        text = shown(cell_at(cells, self._note.index)) if self._note else ""
        more = [part for part in beside if part not in text]
        return "; ".join([part for part in (text, *more) if part])

    def _once(self, cell: Cell) -> Cell:
        """The cell, unless the same measurement was read before."""
        measured = cell.measured
        if measured is None:
            return cell
        earlier = self._repeats.first(measured, cell.spot)
        if earlier is None:
            return cell
        spot, value, is_same = earlier
        if is_same:
            told = note("tables.repeated", first=_place(spot))
            return Cell(cell.spot, cell.found, Outcome.REPEATED, measured, (*cell.notes, told))
        refusal = Refused("tables.contradicted", first=_place(spot), value=value, found=cell.found)
        column = self._column(cell.spot.column)
        placed = self._placed(refusal, cell.spot, column)
        return Cell(cell.spot, cell.found, Outcome.REFUSED, measured, cell.notes, placed)

    def _name_of(self, column: Column) -> str:
        """What the KPI of a refused cell is called in the file, as refusals tell names."""
        if self.layout.form is Form.BY_KPI:
            return column.header.strip()[:LONGEST_TOLD]
        return next((text for raw in self._above if (text := shown(raw)[:LONGEST_TOLD])), "")

    def _column(self, index: int) -> Column:
        return Column(index, self._headers.get(index, ""), Role.IGNORED)

    def _refused(self, refused: Refused, number: int, cells: Grid, column: Column) -> Cell:
        spot = Spot(self.layout.sheet, number, column.index)
        found = shown(cell_at(cells, column.index))[:60]
        placed = self._placed(refused, spot, column)
        return Cell(spot, found, Outcome.REFUSED, None, (), placed)

    def _placed(self, refused: OkapiError, spot: Spot, column: Column) -> OkapiError:
        told = {
            "file": self.source.name,
            "line": spot.row,
            "field": column.header[:60] or spot.a1,
            "sheet": spot.sheet,
            "cell": "" if self.source.kind is FileKind.JSON else spot.a1,
            **({"named": self._name_of(column)} if refused.code in LEAVABLE else {}),
            **{name: value for name, value in refused.data.items() if name not in ("at", "field")},
        }
        return type(refused)(refused.code, **told)


def _groups(layout: Layout) -> tuple[Values, ...]:
    """Which columns belong to one measurement: parts of a ratio to its value."""
    if layout.form is Form.BY_PERIOD:
        return tuple(Values.of(column) for column in layout.having(Role.VALUE))
    if layout.form is Form.LONG:
        parts = (layout.one(Role.VALUE), layout.one(Role.NUMERATOR), layout.one(Role.DENOMINATOR))
        return (Values.of(*parts),)
    keys = dict.fromkeys(column.kpi for column in layout.columns if column.kpi)
    groups = []
    for key in keys:
        own = {c.role: c for c in reversed(layout.columns) if c.kpi == key}
        values = Values.of(own.get(Role.VALUE), own.get(Role.NUMERATOR), own.get(Role.DENOMINATOR))
        if values.columns:
            groups.append(values)
    return tuple(groups)


def _require_open(kpi: KnownKpi) -> None:
    if kpi.closed:
        raise Refused(kpi.closed, found=kpi.name or kpi.key)


def _require_parts(kpi: KnownKpi, numerator: NumberRead, denominator: NumberRead) -> None:
    if kpi.is_ratio and (numerator.value is None or denominator.value is None):
        raise Refused("ratio.part_missing", kpi=kpi.name or kpi.key)


def _of_problem(sheet: str, problem: OkapiError) -> Cell:
    name = str(problem.data.get("cell", "")).rstrip("0123456789")
    row = int(problem.data.get("line") or 0)
    spot = Spot(sheet, row, column_of(name) if name else 0)
    found = str(problem.data.get("found", ""))
    return Cell(spot, found, Outcome.REFUSED, refusal=problem)


def _place(spot: Spot) -> str:
    return f"{spot.sheet}!{spot.a1}" if spot.sheet else spot.a1
