"""The tables of a KPI's page: its values and its revisions, each row with the way to its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okapi.kpis.queries.measured import MeasuredRow, Origin, RevisionRow
from okapi.kpis.queries.page import KpiPage
from okapi.web.components import Cell, Column, DataTable, Figure, StatusMark
from okapi.web.http import Addresses
from okapi.web.kpis import shown
from okapi.wording import moment, number, period, say

MOST = 400
"""Rows of a table on the page; the file has all."""


def values(found: KpiPage, rows: Sequence[MeasuredRow], at: Addresses) -> DataTable | None:
    """The values that the chart shows, newest first."""
    if not rows:
        return None
    has_parts = any(row.numerator is not None for row in rows)
    columns = (
        Column(say("chart.period")),
        Column(say("chart.value"), figures=True),
        *((Column(say("kpis.parts"), figures=True, hide="middle"),) if has_parts else ()),
        Column(say("chart.target"), figures=True, hide="narrow"),
        Column(say("chart.status")),
        Column(say("kpis.revision"), figures=True, hide="middle"),
        Column(say("chart.source")),
    )
    newest = rows[::-1][:MOST]
    return DataTable(
        say("kpis.values_of", name=found.row.name),
        columns,
        [list(_value(found, row, at, has_parts=has_parts)) for row in newest],
        id="values",
    )


def _value(found: KpiPage, row: MeasuredRow, at: Addresses, *, has_parts: bool) -> Iterator[Cell]:
    measure = found.row.measure
    target = shown.target_of(row.target, measure)
    yield Cell(
        period(row.period.label),
        note=shown.days_of(row.period.first, row.period.last, with_year=False),
    )
    yield Cell(shown.figure(row.value, measure), strong=True)
    if has_parts:
        yield Cell(_parts(row), quiet=True)
    yield Cell(target.bare if target.known else "", quiet=True)
    yield Cell(StatusMark(row.status.value))
    yield Cell(str(row.revision) if row.revision > 1 else "", quiet=True)
    yield _source(row.origin, row.note, at)


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
        Column(say("chart.period")),
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
