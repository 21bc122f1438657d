"""The tables of a KPI's page: its values and its revisions, each row with the way to its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from okapi.kpis.queries.measured import MeasuredRow, Origin, RevisionRow
from okapi.kpis.queries.page import KpiPage
from okapi.web.components import Cell, Column, DataTable, Figure, StatusMark
from okapi.web.http import Addresses
from okapi.web.kpis import shown
from okapi.wording import moment, number, period, say

MOST = 400
"""Rows of a table on the page; the file has all."""


def values(found: KpiPage, rows: Sequence[MeasuredRow], at: Addresses) -> DataTable | None:
    """The values that the chart shows, newest first, in the columns that say something."""
    if not rows:
        return None
    newest = rows[::-1][:MOST]
    shown_columns = tuple(_columns(rows))
    table = [[column.cell(found, row, at) for column in shown_columns] for row in newest]
    heads = tuple(column.head for column in shown_columns)
    return DataTable(say("kpis.values_of", name=found.row.name), heads, table, id="values")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the values: its head, and the cell of a row."""

    head: Column
    cell: Callable[[KpiPage, MeasuredRow, Addresses], Cell]


def _columns(rows: Sequence[MeasuredRow]) -> Iterator[_Column]:
    yield _Column(Column(say("chart.period"), whole=True), _period)
    yield _Column(Column(say("chart.value"), figures=True), _value)
    if any(row.numerator is not None for row in rows):
        yield _Column(Column(say("kpis.parts"), figures=True, hide="middle"), _both_parts)
    if any(row.target is not None for row in rows):
        yield _Column(Column(say("chart.target"), figures=True, hide="narrow"), _target)
        yield _Column(Column(say("chart.status")), _status)
    if any(row.revision > 1 for row in rows):
        yield _Column(Column(say("kpis.revision"), figures=True, hide="middle"), _which)
    if any(row.origin is not None for row in rows):
        yield _Column(Column(say("chart.source")), _origin)


def _period(_found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    here = row.period
    is_said = here.first == here.last or (here.first.day, here.first.month, here.days) in _YEARS
    days = "" if is_said else shown.days_of(here.first, here.last, with_year=False)
    return Cell(period(here.label), note=days)


_YEARS = {(1, 1, 365), (1, 1, 366)}
"""The label of a day or a calendar year says its days."""


def _value(found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    limits = shown.limits_of(row.target)
    return Cell(shown.figure(row.value, found.row.measure, limits=limits), strong=True)


def _both_parts(_found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    return Cell(_parts(row), quiet=True)


def _target(found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    target = shown.target_of(row.target, found.row.measure)
    return Cell(target.bare if target.known else "", quiet=True)


def _status(_found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    return Cell(StatusMark(row.status.value))


def _which(_found: KpiPage, row: MeasuredRow, _at: Addresses) -> Cell:
    return Cell(str(row.revision) if row.revision > 1 else "", quiet=True)


def _origin(_found: KpiPage, row: MeasuredRow, at: Addresses) -> Cell:
    return Cell("") if row.origin is None else _source(row.origin, row.note, at)


def _parts(row: MeasuredRow) -> str:
    if row.numerator is None or row.denominator is None:
        return ""
    return f"{number(row.numerator)} / {number(row.denominator)}"


def _source(origin: Origin, note: str, at: Addresses) -> Cell:
    said = say("kpis.joint").join(one for one in (moment(origin.at, short=True), note) if one)
    return Cell(shown.origin_words(origin), href=at.intake(origin.uid), note=said)


def revisions(found: KpiPage, at: Addresses) -> DataTable | None:
    """The newest values that were superseded, and by whom; None where there are none."""
    rows = found.revisions.rows
    if not rows:
        return None
    columns = (
        Column(say("chart.period"), whole=True),
        Column(say("kpis.was"), figures=True),
        Column(say("kpis.said_by"), hide="narrow"),
        Column(say("kpis.superseded_by")),
    )
    caption = say("kpis.revisions_of", name=found.row.name)
    return DataTable(caption, columns, [list(_revision(found, row, at)) for row in rows])


def _revision(found: KpiPage, row: RevisionRow, at: Addresses) -> Iterator[Cell]:
    yield Cell(period(row.period.label, short=True), note=say("kpis.revision_n", n=row.revision))
    yield Cell(Figure(row.value, found.row.measure.unit, digits=found.row.measure.decimals))
    yield _source(row.origin, row.note, at)
    undone = say("kpis.undone_note") if row.was_undone else ""
    yield _source(row.superseded_by, undone, at)
