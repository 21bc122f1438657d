"""Finding out how the sheets of a file are laid out, and what only whole columns can tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from okapi.core.errors import OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.period_labels import is_ambiguous
from okapi.exchange.tables import days, numbers
from okapi.exchange.tables.around import Around, around
from okapi.exchange.tables.aspects import Aspects
from okapi.exchange.tables.cells import (
    LONGEST_NAME,
    Grid,
    Note,
    cell_at,
    is_copy,
    is_empty,
    letters,
    note,
    plain,
    shown,
)
from okapi.exchange.tables.days import DayOrder
from okapi.exchange.tables.headers import Finder, Head
from okapi.exchange.tables.known import Kpis, Setting
from okapi.exchange.tables.layouts import ALL_SHEETS, Column, ColumnMapping, Form, Layout
from okapi.exchange.tables.numbers import Marks
from okapi.exchange.tables.periods import PeriodReader
from okapi.exchange.tables.sources import FileKind, Source
from okapi.exchange.tables.words import Role, role_of

_SAMPLE_ROWS = 80
_LOOKED_AT = 2_000  # rows: a table that begins further down is none
_MOST_DAYS = 20_000  # different texts of days that are looked at to find their order
_NUMBERS = (Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_SPAN = re.compile(r"\d{4}-\d{2}", re.ASCII)


def layouts_of(
    source: Source, kpis: Kpis, setting: Setting, mapping: ColumnMapping | None = None
) -> tuple[Layout, ...]:
    """How the file is laid out: the sheet that was asked for, else the first that has a table.

    The mapping wins over what is found. Refused: `tables.header.missing`, `tables.sheet.unknown`,
    `tables.mapping.column_unknown`, and what the file itself refuses.
    """
    told = mapping or ColumnMapping()
    names = [sheet.name for sheet in source.sheets if not sheet.is_hidden]
    if told.sheet and told.sheet != ALL_SHEETS:
        names = [told.sheet]
    found: list[Layout] = []
    others: list[str] = []
    for name in names:
        layout = _Survey(source, kpis, setting, told, name).layout()
        if layout is None:
            continue
        if found and told.sheet != ALL_SHEETS:
            others.append(name)
        else:
            found.append(layout)
    if not found:
        raise Refused("tables.header.missing", file=source.name)
    if others:
        reason = note("tables.sheet.others", sheet=found[0].sheet, others=", ".join(others)[:200])
        found[0] = replace(found[0], reasons=(*found[0].reasons, reason))
    return tuple(found)


class _Survey:
    """The survey of one sheet."""

    def __init__(
        self, source: Source, kpis: Kpis, setting: Setting, mapping: ColumnMapping, sheet: str
    ) -> None:
        self.source = source
        self.kpis = kpis
        self.setting = setting
        self.mapping = mapping
        self.sheet = sheet

    def layout(self) -> Layout | None:
        sample = list(islice(self._rows(), _SAMPLE_ROWS))
        if not sample:
            return None
        near = self._around(sample)
        periods = PeriodReader(self.setting, year=near.year, is_1904=self.source.is_1904)
        head = Finder(sample, self.kpis, periods, self.mapping, near).find()
        if head is None:
            return None
        year = near.year or _year_in(head)
        layout = Layout(
            sheet=self.sheet,
            form=head.form,
            header_row=head.row,
            data_row=head.data_row,
            columns=head.columns,
            kpi=(self._kpi(near) if head.uses_kpi else ""),
            period=(self.mapping.period or near.period) if head.uses_period else "",
            year=self.mapping.year or year,
            unit=self.mapping.unit or near.unit,
            reasons=(*head.reasons, *near.notes),
            problems=tuple(self._placed(problem) for problem in head.problems),
        )
        return self._told(self._decided(layout))

    def _rows(self) -> Iterator[tuple[int, Grid]]:
        """Rows that are not blank, among those where a table may begin."""
        for number, cells in islice(self.source.rows(self.sheet), _LOOKED_AT):
            if not all(map(is_empty, cells)):
                yield number, cells

    def _around(self, sample: list[tuple[int, Grid]]) -> Around:
        periods = PeriodReader(self.setting, is_1904=self.source.is_1904)
        titles: list[str] = []
        for _, cells in sample[:15]:
            own = [raw for raw in cells if shown(raw) and not is_copy(raw)]
            telling = [
                raw
                for raw in own
                if role_of(shown(raw)) or self.kpis.may_be(shown(raw)) or periods.is_period(raw)
            ]
            others = [raw for raw in own if raw not in telling]
            is_title = all(":" in plain(shown(raw)) for raw in others)
            if len(telling) >= 2 or (telling and len(own) > 2 and not is_title):
                break
            titles += [shown(raw)[:300] for raw in own if isinstance(raw, str)]
        return around(titles, self.sheet, self.source.name, self.kpis)

    def _kpi(self, near: Around) -> str:
        if not self.mapping.kpi:
            return near.kpi
        return self.kpis.find(self.mapping.kpi).kpi.key

    def _decided(self, layout: Layout) -> Layout:
        """What the whole of the columns says: decimal marks, the order of days, spans of years."""
        marks: dict[int, Counter[str]] = {
            column.index: Counter() for column in layout.columns if column.role in _NUMBERS
        }
        dated = layout.one(Role.PERIOD)
        aspects = Aspects(layout, self.mapping)
        texts: set[str] = set()
        kpi_columns = [*layout.having(Role.KPI), *layout.having(Role.NAME)]
        names: set[str] = set()
        for number, cells in self.source.rows(self.sheet):
            if number < layout.data_row:
                continue
            for index, counts in marks.items():
                said = numbers.evidence(cell_at(cells, index))
                if said:
                    counts[said] += 1
            aspects.see(cells)
            if dated is not None and len(texts) < _MOST_DAYS:
                raw = cell_at(cells, dated.index)
                if isinstance(raw, str) and len(raw) <= LONGEST_NAME:
                    texts.add(raw)
            if len(names) < 5_000:
                found = (shown(cell_at(cells, column.index)) for column in kpi_columns)
                names.update(name for name in found if len(name) <= LONGEST_NAME)
        texts |= {c.period for c in layout.columns if isinstance(c.period, str) and c.period}
        by_day = self._is_daily(layout, names)
        order, how = self._order(texts, is_daily=by_day)
        reasons = list(layout.reasons)
        if order is not None and how != "one":
            reasons.append(note(f"tables.order.{order.value}"))
        columns, told = aspects.columns()
        reasons += told
        return replace(
            layout,
            columns=columns,
            marks=self._marks(marks, reasons),
            order=order,
            spans_of_years=_has_spans(texts),
            reasons=tuple(reasons),
        )

    def _is_daily(self, layout: Layout, names: set[str]) -> bool:
        keys = {column.kpi for column in layout.columns if column.kpi} | {layout.kpi}
        found = [self.kpis.known(name) for name in (*names, *keys) if name]
        return any(
            named.kpi.frequency in (Frequency.DAY, Frequency.WEEK, Frequency.IRREGULAR)
            for named in found
            if named is not None
        )

    def _order(self, texts: set[str], *, is_daily: bool) -> tuple[DayOrder | None, str]:
        if self.mapping.order:
            return DayOrder(self.mapping.order), "told"
        bare = {re.split(r"[T ]", plain(text))[0] for text in texts}
        return days.decide(bare, is_daily=is_daily, today=self.setting.today)

    def _marks(
        self, found: dict[int, Counter[str]], reasons: list[Note]
    ) -> tuple[tuple[int, Marks | None], ...]:
        """Each column by itself; one that says nothing goes with the others."""
        if self.mapping.marks:
            return tuple((index, Marks(self.mapping.marks)) for index in found)
        usual = self.source.comma_is_usual
        whole = sum(found.values(), Counter())
        common = numbers.decide(whole, comma_is_usual=usual)
        decided: list[tuple[int, Marks | None]] = []
        for index, counts in found.items():
            speaks = counts["point"] or counts["comma"]
            own = numbers.decide(counts, comma_is_usual=usual) if speaks else common
            decided.append((index, own))
        if any(marks is Marks.COMMA for _, marks in decided):
            reasons.append(note("tables.marks.comma"))
        return tuple(decided)

    def _told(self, layout: Layout) -> Layout:
        """What was taken from around the table, what is left out; headers that no period can be."""
        reasons = list(layout.reasons)
        if layout.kpi:
            reasons.append(note("tables.around.kpi", kpi=layout.kpi))
        if layout.period:
            reasons.append(note("tables.around.period", period=layout.period))
        reasons += [
            note("tables.column.dimension", column=column.header[:60], dimension=column.dimension)
            for column in layout.having(Role.DIMENSION)
            if not self.kpis.dimensions.called(column.header)
        ]
        left_out = [c.header for c in layout.columns if c.role is Role.IGNORED and c.header]
        if left_out:
            reasons.append(note("tables.column.ignored", columns=", ".join(left_out)[:200]))
        columns, problems = self._headed(layout)
        return replace(
            layout,
            columns=columns,
            reasons=tuple(reasons),
            problems=(*layout.problems, *problems, *self._unmapped(layout)),
        )

    def _headed(self, layout: Layout) -> tuple[tuple[Column, ...], list[OkapiError]]:
        """Columns of periods whose header cannot be read are refused once, at the header."""
        problems: list[OkapiError] = []
        kept: list[Column] = []
        reader = PeriodReader(
            replace(self.setting, today=None),
            order=layout.order,
            year=layout.year,
            is_1904=self.source.is_1904,
        )
        for column in layout.columns:
            refusal = None
            if layout.form is Form.BY_PERIOD and column.role is Role.VALUE:
                refusal = reader.objection(column.period)
            if refusal is None:
                kept.append(column)
            else:
                kept.append(replace(column, role=Role.IGNORED))
                problems.append(self._at_header(refusal, column, layout.header_row))
        return tuple(kept), problems

    def _unmapped(self, layout: Layout) -> list[OkapiError]:
        """Columns that the mapping names and the sheet has not, and KPIs that are not known."""
        headers = {column.header for column in layout.columns}
        missing: list[OkapiError] = [
            Refused("tables.mapping.column_unknown", file=self.source.name, found=name[:60])
            for name, _ in self.mapping.columns
            if not name.startswith("@")
            and not any(ColumnMapping(((name, "kpi"),)).target_of(h, -1) for h in headers)
        ]
        for column in layout.columns:
            if column.kpi and self.kpis.known(column.kpi) is None:
                try:
                    self.kpis.find(column.kpi)
                except Refused as refused:
                    missing.append(self._at_header(refused, column, layout.header_row))
        return missing

    def _at_header(self, refusal: OkapiError, column: Column, row: int) -> OkapiError:
        place = {
            "line": row,
            "field": column.header[:60],
            "cell": f"{letters(column.index)}{row}",
        }
        return self._placed(type(refusal)(refusal.code, **{**place, **refusal.data}))

    def _placed(self, refusal: OkapiError) -> OkapiError:
        told = {"file": self.source.name, "sheet": self.sheet, **refusal.data}
        if self.source.kind is FileKind.JSON:
            told["cell"] = ""
        return type(refusal)(refusal.code, **told)


def _has_spans(texts: set[str]) -> bool:
    """Whether `2018-20` stands among texts of the form `2003-05`, all of which can be years."""
    dashed = [text.strip() for text in texts if _SPAN.fullmatch(text.strip())]
    months = [text for text in dashed if "01" <= text[5:] <= "12"]
    return len(months) < len(dashed) and all(map(is_ambiguous, months))


def _year_in(head: Head) -> int | None:
    """A year in the header itself, as in `指标（2025年）`."""
    texts = [c.header for c in head.columns if c.role in (Role.KPI, Role.NAME, Role.PERIOD)]
    found = {year for text in texts for year in _YEAR.findall(text)}
    return int(found.pop()) if len(found) == 1 else None
