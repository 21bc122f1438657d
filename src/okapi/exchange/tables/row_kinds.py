"""What the rows below a header are: data, the header again, totals, plans, remarks, titles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from okapi.exchange.tables.around import years_in
from okapi.exchange.tables.cells import (
    Grid,
    Raw,
    cell_at,
    folded,
    is_copy,
    is_empty,
    plain,
    shown,
)
from okapi.exchange.tables.known import Kpis
from okapi.exchange.tables.layouts import Column, Form, Layout
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.results import RowKind, RowRead
from okapi.exchange.tables.words import Role, is_comparison, is_remark, is_total, role_of

_SEPARATORS = (",", ";", "\t", "|")
_MOST_PLAIN = 100_000
_STARS = re.compile(r"\*{1,6}")  # how SAP marks the sums of its lists
_ONLY_A_YEAR = re.compile(r"(?:19|20)\d{2} ?(?:年度?)?")
_BEFORE_COMMA, _BEHIND_COMMA = re.compile(r"[-+]?\d{1,3}"), re.compile(r"\d{3}(?:\.\d+)?")
_SIGNED = re.compile(r"[^:\d]{1,12}:.*")  # `审核人：李四`


class RowKinds:
    """Tells the rows of one sheet apart."""

    def __init__(
        self, layout: Layout, kpis: Kpis, periods: PeriodReader, valued: Sequence[Column]
    ) -> None:
        self._layout = layout
        self._kpis = kpis
        self._periods = periods
        self._valued = valued
        self._key = layout.one(Role.KPI)
        self._name = layout.one(Role.NAME)
        self._period = layout.one(Role.PERIOD)
        self._year = layout.one(Role.YEAR)
        self._aspect = layout.one(Role.ASPECT)
        self._leads: set[Raw] = set()
        self._dates: set[Raw] = set()
        self._lead_at = next((c.index for c in (self._key, self._name) if c is not None), -1)
        self._dated_at = self._period.index if self._period is not None else -1
        self._value_at = valued[0].index if len(valued) == 1 and self._aspect is None else -1

    def of(self, cells: Grid) -> RowKind | None:
        """What a row is; None for a row of data.

        Of large files most rows say what rows before them said: those are looked up.
        """
        lead, dated = cell_at(cells, self._lead_at), cell_at(cells, self._dated_at)
        has_value = self._value_at >= 0 and cell_at(cells, self._value_at) != ""
        if has_value and lead in self._leads and dated in self._dates:
            return None
        kind = self._kind_of_new(cells)
        if kind is None and has_value and len(self._leads) + len(self._dates) < _MOST_PLAIN:
            self._leads.add(lead)
            self._dates.add(dated)
        return kind

    def _kind_of_new(self, cells: Grid) -> RowKind | None:
        first = next((raw for raw in cells if not is_empty(raw)), "")
        text = shown(first)
        lead = self._lead(cells)
        if self._is_header(cells):
            return RowKind.HEADER
        if self._is_sum(cells, lead):
            return RowKind.TOTAL
        if self._kpis.leaves_out(lead):
            return RowKind.PLAN
        if is_comparison(lead) and not self._kpis.may_be(lead):
            return RowKind.PLAN
        if self._aspect is not None:
            aspect = shown(cell_at(cells, self._aspect.index))
            if role_of(aspect) is Role.IGNORED:
                return RowKind.PLAN
        values = [
            shown(raw)
            for column in self._valued
            if not is_empty(raw := cell_at(cells, column.index)) and not is_copy(raw)
        ]
        if is_remark(text) and all(_SIGNED.fullmatch(plain(value)) for value in values):
            values = []
        if not values and (is_remark(text) or not self._is_known(cells, lead)):
            return None if self._is_run_together(text) else RowKind.REMARK
        return None

    def _is_sum(self, cells: Grid, lead: str) -> bool:
        if (is_total(lead) or _STARS.fullmatch(lead)) and not self._kpis.may_be(lead):
            return True
        dated = (self._period, self._year)
        return any(one is not None and is_total(shown(cell_at(cells, one.index))) for one in dated)

    def _is_run_together(self, text: str) -> bool:
        """Whether one cell holds a whole row, its parts between other separators: no remark."""
        for separator in _SEPARATORS:
            first, *rest = text.split(separator)
            if rest and len(rest) + 1 == len(self._layout.columns):
                return self._kpis.may_be(first.strip()) or self._periods.is_period(first.strip())
        return False

    def _is_known(self, cells: Grid, lead: str) -> bool:
        """Whether a row without values at least names what it would measure."""
        if self._layout.form is Form.BY_KPI or (self._key is None and self._name is None):
            raw = cell_at(cells, self._period.index) if self._period else ""
            return self._periods.is_period(raw)
        return self._kpis.may_be(lead)

    def _lead(self, cells: Grid) -> str:
        """What the row is called: its KPI, else its period."""
        for column in (self._key, self._name):
            if column is not None and (text := shown(cell_at(cells, column.index))):
                return text
        if self._key is None and self._name is None and self._period is not None:
            return shown(cell_at(cells, self._period.index))
        return shown(next((raw for raw in cells if not is_empty(raw)), ""))

    def _is_header(self, cells: Grid) -> bool:
        column = self._key or self._name or self._period
        if column is None or not column.header:
            return False
        if shown(cell_at(cells, column.index)) != column.header:
            return False
        told = [c for c in self._layout.columns if c.header]
        same = sum(folded(shown(cell_at(cells, c.index))) == folded(c.header) for c in told)
        return same * 2 > len(told)


class Widths:
    """Finds the rows of a CSV file in which a comma within a number has made two cells of one."""

    def __init__(self, layout: Layout, valued: Sequence[Column]) -> None:
        self._width = max((column.index for column in layout.columns), default=0) + 1
        self._valued = valued

    def torn(self, cells: Grid) -> Column | None:
        """The column at which a number was torn: `1,200` without quotation marks."""
        if len(cells) <= self._width or all(map(is_empty, cells[self._width :])):
            return None
        for column in self._valued:
            here, behind = (shown(cell_at(cells, column.index + at)) for at in (0, 1))
            if _BEFORE_COMMA.fullmatch(here) and _BEHIND_COMMA.fullmatch(behind):
                return column
        return None


class Sections:
    """Follows the years that stand above parts of a sheet.

    A year alone in its row holds from there on; one within a title only where the header comes
    again below it.
    """

    def __init__(self, layout: Layout) -> None:
        self._year = layout.year
        self._next: int | None = None

    def year_after(self, row: RowRead) -> int | None:
        """The year of the rows behind this one, where it is another than before."""
        if row.kind is RowKind.REMARK and self._year is not None:
            found = set() if is_remark(row.found) else years_in(row.found)
            self._next = found.pop() if len(found) == 1 else self._next
        is_bare = _ONLY_A_YEAR.fullmatch(plain(row.found)) is not None
        if self._next is None or not (row.kind is RowKind.HEADER or is_bare):
            return None
        year, self._next = self._next, None
        if year == self._year:
            return None
        self._year = year
        return year
