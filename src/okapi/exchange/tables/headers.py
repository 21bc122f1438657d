"""Finding the header of a table and its form: which row names the columns, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from okapi.core.errors import OkapiError, Refused
from okapi.exchange.tables.around import Around
from okapi.exchange.tables.cells import (
    Grid,
    Note,
    Raw,
    cell_at,
    is_copy,
    letters,
    note,
    shown,
    without_bracket,
)
from okapi.exchange.tables.forms import needs_year
from okapi.exchange.tables.header_columns import (
    PARTS,
    Rows,
    beside,
    has_numbers,
    is_number,
    joined,
    merged,
    once,
    parts_below,
    units_below,
    with_years,
    without_aspect,
    without_second_values,
)
from okapi.exchange.tables.known import Kpis
from okapi.exchange.tables.layouts import Column, ColumnMapping, Form
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.words import Role, is_total, role_of

_MOST_BELOW = 25


@dataclass(frozen=True, slots=True)
class Head:
    """A header that was found: its form, its last row, the first row of data, the columns."""

    form: Form
    row: int
    data_row: int
    columns: tuple[Column, ...]
    reasons: tuple[Note, ...] = ()
    problems: tuple[OkapiError, ...] = ()
    uses_kpi: bool = False
    uses_period: bool = False


class Strength(Enum):
    """How sure a row must look, the surest first: named columns, named KPIs, no numbers at all."""

    STRICT = "strict"
    USUAL = "usual"
    WEAK = "weak"


class Finder:
    """Looks for the header among the first rows of a sheet."""

    def __init__(
        self,
        rows: Rows,
        kpis: Kpis,
        periods: PeriodReader,
        mapping: ColumnMapping,
        around: Around,
    ) -> None:
        self.rows = rows
        self.kpis = kpis
        self.periods = periods
        self.mapping = mapping
        self.around = around

    def find(self) -> Head | None:
        """The first row that can be a header, and its form; None where there is none."""
        for strength in Strength:
            for at, (number, cells) in enumerate(self.rows):
                if self.mapping.header_row and number != self.mapping.header_row:
                    continue
                if strength is Strength.WEAK and has_numbers(cells):
                    continue
                head = self._head(at, strength)
                if head is not None:
                    return head
        return None if self.mapping.header_row else self._without_header()

    def _head(self, at: int, strength: Strength) -> Head | None:
        columns = self._columns(at)
        wanted = self.mapping.form
        ways = {Form.LONG: self._long, Form.BY_PERIOD: self._by_period, Form.BY_KPI: self._by_kpi}
        for form, way in ways.items():
            if not wanted or wanted == form.value:
                head = way(at, columns, strength)
                if head is not None:
                    return head
        return None

    def _columns(self, at: int) -> list[Column]:
        """The columns by their headers alone."""
        _, cells = self.rows[at]
        return [self._column(index, raw) for index, raw in enumerate(cells)]

    def _column(self, index: int, raw: Raw) -> Column:
        header = shown(raw)
        target = self.mapping.target_of(header, index)
        unit = without_bracket(header)[1]
        if target:
            head, _, rest = target.partition(":")
            if rest and head == "slice":
                return Column(index, header, Role.DIMENSION, dimension=rest)
            if rest:
                named = self.kpis.known(rest)
                key = named.kpi.key if named else rest
                return Column(index, header, Role.VALUE, kpi=key, unit=unit)
            return Column(index, header, Role(target), unit=unit)
        role = role_of(header)
        dimension = self.kpis.dimensions.called(header)
        if not dimension and role is None:
            dimension = self.kpis.dimensions.meant(header)
        if dimension:
            return Column(index, header, Role.DIMENSION, dimension=dimension)
        has_unit = unit and role in (Role.VALUE, *PARTS)
        return Column(index, header, role or Role.IGNORED, unit=unit if has_unit else "")

    def _long(self, at: int, columns: list[Column], strength: Strength) -> Head | None:
        """A KPI, a period and a value column; the first two may come from around the table."""
        del strength
        found = {column.role for column in columns}
        if self._kpi_columns(at, columns) or any(c.kpi for c in columns):
            return None
        has_value = Role.VALUE in found or {Role.NUMERATOR, Role.DENOMINATOR} <= found
        has_kpi = bool({Role.KPI, Role.NAME} & found)
        has_period = bool({Role.PERIOD, Role.YEAR} & found)
        uses_kpi = not has_kpi and bool(self.mapping.kpi or self.around.kpi)
        uses_period = not has_period and bool(self.mapping.period or self.around.period)
        if not (has_value and (has_kpi or uses_kpi) and (has_period or uses_period)):
            return None
        if not has_kpi and not has_period and self.mapping.form != Form.LONG:
            return None
        number = self.rows[at][0]
        # Of two columns that could be the value the first is; a plan beside it is left alone.
        kept = once(without_second_values(columns))
        reason = note("tables.form.long", row=number)
        return Head(
            Form.LONG,
            number,
            number + 1,
            tuple(kept),
            (reason,),
            uses_kpi=uses_kpi,
            uses_period=uses_period,
        )

    def _by_period(self, at: int, columns: list[Column], strength: Strength) -> Head | None:
        """KPIs in the rows, periods in the columns; the year may stand in a row above."""
        number, cells = self.rows[at]
        dates = {
            column.index: raw
            for column in columns
            if column.role is Role.IGNORED
            and not self.mapping.target_of(column.header, column.index)
            and self.periods.is_period(raw := self._actual(cells[column.index]))
        }
        dated = [*dates]
        if not dated or (strength is Strength.WEAK and len(dated) < 2):
            return None
        if strength is Strength.STRICT and len(dated) < 2 and not _is_called(columns):
            return None  # perhaps a line of a title: a row further down may say more
        columns, uses_kpi = self._with_kpi_column(at, columns, min(dated))
        if not uses_kpi and not _is_called(columns):
            return None
        below = self._second_row(at, dated)
        labels = with_years(dates)
        last = number
        if below is not None:
            last, labels, second = below
            columns = merged(columns, [self._column(i, raw) for i, raw in enumerate(second)])
        return self._head_by_period(last, columns, labels, uses_kpi)

    def _actual(self, raw: Raw) -> Raw:
        """A header without the word that says that its column is actual, not planned."""
        base, role = without_aspect(shown(raw))
        return base if role is Role.VALUE else raw

    def _head_by_period(
        self, number: int, columns: list[Column], labels: dict[int, Raw], uses_kpi: bool
    ) -> Head:
        taken = []
        for column in columns:
            if column.index in labels:
                taken.append(replace(column, role=Role.VALUE, period=labels[column.index]))
            else:
                taken.append(replace(column, role=Role.IGNORED) if column.role in PARTS else column)
        present = {column.index for column in columns}
        taken += [
            Column(index, shown(raw), Role.VALUE, period=raw)
            for index, raw in labels.items()
            if index not in present
        ]
        reason = note("tables.form.by_period", row=number, n=len(labels))
        return Head(
            Form.BY_PERIOD, number, number + 1, tuple(once(taken)), (reason,), uses_kpi=uses_kpi
        )

    def _second_row(self, at: int, dated: list[int]) -> tuple[int, dict[int, Raw], Grid] | None:
        """A second row of headers: months below years, or actual and plan below periods."""
        if at + 1 >= len(self.rows):
            return None
        number, second = self.rows[at + 1]
        first = self.rows[at][1]
        upper: dict[int, Raw] = {}
        current: Raw = ""
        for index in range(min(dated), max(len(first), len(second))):
            here = cell_at(first, index)
            if shown(here):
                current = here if index in dated else ""
            if current != "":
                upper[index] = current
        parts = {index: shown(cell_at(second, index)) for index in upper}
        told = {index: text for index, text in parts.items() if text}
        if not told:
            return None
        # A copy of the cell above it (merged downwards) says nothing new.
        repeated = all(
            is_copy(cell_at(second, i)) and text == shown(upper[i]) for i, text in told.items()
        )
        if repeated:
            return number, {index: upper[index] for index in dated}, second
        words = {index: role_of(text) for index, text in told.items()}
        yearless = {index for index, text in told.items() if needs_year(text.replace(" ", ""))}
        if yearless:
            labels = {index: joined(upper[index], told[index]) for index in sorted(yearless)}
            return number, dict(labels), second
        values = {index for index, role in words.items() if role is Role.VALUE}
        if values and all(role is not None for role in words.values()):
            return number, {index: upper[index] for index in sorted(values)}, second
        return None

    def _with_kpi_column(
        self, at: int, columns: list[Column], first_period: int
    ) -> tuple[list[Column], bool]:
        """The KPI column by its header, else by the names below; else the KPI around the table."""
        if _is_called(columns):
            return columns, False
        for index in range(first_period):
            told = columns[index].role if index < len(columns) else Role.IGNORED
            named = index < len(columns) and self.kpis.may_be(columns[index].header)
            if (
                told is Role.IGNORED
                and not named
                and any(
                    self.kpis.may_be(shown(raw)) for raw in self._below(at, index) if shown(raw)
                )
            ):
                changed = [c for c in columns if c.index != index]
                header = columns[index].header if index < len(columns) else ""
                return [*changed, Column(index, header, Role.KPI)], False
        return columns, bool(self.mapping.kpi or self.around.kpi)

    def _by_kpi(self, at: int, columns: list[Column], strength: Strength) -> Head | None:
        """Periods in the rows, KPIs in the columns; parts of a ratio may stand in a row below."""
        del strength
        number = self.rows[at][0]
        named = self._kpi_columns(at, columns)
        named |= {column.index: column.kpi for column in columns if column.kpi}
        if not named:
            return None
        periodic = self._period_column(at, columns, set(named))
        uses_period = periodic is None and bool(self.mapping.period or self.around.period)
        if periodic is None and not uses_period:
            return None
        taken, problems = [], []
        for column in columns:
            if column.index in named:
                base = self.kpis.known(shown(self._actual(column.header)))
                unit = column.unit or (base.unit if base else "")
                taken.append(replace(column, role=Role.VALUE, kpi=named[column.index], unit=unit))
            elif column.index == periodic:
                taken.append(replace(column, role=Role.PERIOD))
            else:
                taken.append(beside(column))
                problem = self._unknown_kpi(at, column)
                if problem is not None:
                    problems.append(problem)
        row, taken = parts_below(self.rows, at, taken)
        if row == number:
            row, taken = units_below(self.rows, at, taken)
        reason = note("tables.form.by_kpi", row=row, n=len(named))
        return Head(
            Form.BY_KPI,
            row,
            row + 1,
            tuple(once(taken)),
            (reason,),
            tuple(problems),
            uses_period=uses_period,
        )

    def _kpi_columns(self, at: int, columns: list[Column]) -> dict[int, str]:
        """The columns whose header is a KPI; words of ours only where a KPI is called so."""
        del at
        found = {}
        for column in columns:
            free = column.role in (
                Role.IGNORED,
                Role.VALUE,
                Role.NOTE,
            ) and not self.mapping.target_of(column.header, column.index)
            if free and column.header and not self.kpis.leaves_out(column.header):
                base, role = without_aspect(column.header)
                named = self.kpis.known(base if role is Role.VALUE else column.header)
                if named is not None and not (role is Role.IGNORED and named.unit):
                    found[column.index] = named.kpi.key
        return found

    def _period_column(self, at: int, columns: list[Column], taken: set[int]) -> int | None:
        roles = {column.role: column.index for column in reversed(columns)}
        for role in (Role.PERIOD, Role.YEAR):
            if role in roles:
                return roles[role]
        for index in range(min(taken)):
            below = [raw for raw in self._below(at, index) if shown(raw)]
            dated = [raw for raw in below if self.periods.is_period(raw)]
            if below and len(dated) * 2 > len(below):
                return index
        return None

    def _unknown_kpi(self, at: int, column: Column) -> OkapiError | None:
        """A column of numbers whose header is no KPI and no other word that is known."""
        free = column.role is Role.IGNORED and column.header and role_of(column.header) is None
        if (
            not free
            or self.mapping.target_of(column.header, column.index)
            or is_total(column.header)
            or without_aspect(column.header)[1] is Role.IGNORED
            or self.kpis.leaves_out(column.header)
        ):
            return None
        below = [raw for raw in self._below(at, column.index) if shown(raw)]
        if not any(is_number(raw) for raw in below):
            return None
        try:
            self.kpis.find(column.header)
        except Refused as refused:
            cell = f"{letters(column.index)}{self.rows[at][0]}"
            told = {"line": self.rows[at][0], "field": column.header[:60], "cell": cell}
            return Refused(refused.code, **{**refused.data, **told})
        return None

    def _without_header(self) -> Head | None:
        """A long table without header: the columns by what stands in the first row."""
        for number, cells in self.rows:
            if self.mapping.form not in ("", Form.LONG):
                return None
            found: dict[Role, int] = {}
            for index, raw in enumerate(cells):
                if Role.KPI not in found and self.kpis.known(shown(raw)) is not None:
                    found[Role.KPI] = index
                elif Role.PERIOD not in found and self.periods.is_period(raw):
                    found[Role.PERIOD] = index
                elif Role.VALUE not in found and is_number(raw):
                    found[Role.VALUE] = index
            if len(found) == 3:
                columns = tuple(
                    Column(
                        index, "", next((r for r, i in found.items() if i == index), Role.IGNORED)
                    )
                    for index in range(len(cells))
                )
                reason = note("tables.form.no_header", row=number)
                return Head(Form.LONG, 0, number, columns, (reason,))
        return None

    def _below(self, at: int, index: int) -> list[Raw]:
        rows = self.rows[at + 1 : at + 1 + _MOST_BELOW]
        return [cell_at(cells, index) for _, cells in rows]


def _is_called(columns: list[Column]) -> bool:
    """Whether a header says where the KPIs are."""
    return any(column.role in (Role.KPI, Role.NAME) for column in columns)
