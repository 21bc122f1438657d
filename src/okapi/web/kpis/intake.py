"""An intake: what came in, by whom and how; the way back from every number to its source."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.kpis.choices import IntakeState
from okapi.kpis.queries.intakes import BroughtRow, IntakePage, intake_page
from okapi.web import http
from okapi.web.components import Cell, Column, Crumb, DataTable, Notice, Pill
from okapi.web.editing.told import CHANGED
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown
from okapi.web.kpis.chart import slice_of
from okapi.wording import moment, percent, period, say


@require_safe
def intake(request: OrgRequest, uid: UUID) -> HttpResponse:
    """The page; `?fragment=body` is its live region."""
    who = http.asking(request)
    found, at = intake_page(who, uid), http.at(request)
    title = say("kpis.intake.title", at=moment(found.created_at, short=True))
    context = {
        "frame": http.framed(request, "kpis", (Crumb(say("nav.kpis"), at.kpis), Crumb(title))),
        "at": at,
        "title": title,
        "found": found,
        "here": f"{at.intake(uid)}?fragment=body",
        "changed": CHANGED,
        "state": Pill(say(f"intake_state.{found.state.value}")),
        "pairs": tuple(_pairs(found)),
        "notice": _notice(found),
        "rows": _table(found, at),
        "is_large": found.rows is None,
        "corrected": _corrected(found),
        "undo": f"{at.intake(uid)}undo" if found.may_undo else "",
    }
    return http.page(request, "kpis/intake.html", context)


def _pairs(found: IntakePage) -> Iterator[tuple[str, str]]:
    yield say("kpis.intake.door"), say(f"door.{found.door}")
    if found.person:
        yield say("kpis.intake.person"), found.person
    yield say("kpis.intake.at"), moment(found.created_at)
    if found.source:
        yield say("kpis.intake.source"), found.source
    if found.file_name:
        yield say("kpis.intake.file"), found.file_name


def _notice(found: IntakePage) -> Notice | None:
    match found.state:
        case IntakeState.UNDONE:
            at = moment(found.undone_at)
            code = "kpis.intake.undone_by" if found.undone_by else "kpis.intake.undone"
            return Notice("none", say(code, name=found.undone_by, at=at))
        case IntakeState.LOADING:
            return Notice("due", say("kpis.intake.loading", share=percent(found.done)))
        case IntakeState.CHECKED | IntakeState.COMMITTED | IntakeState.REFUSED:
            return None


def _table(found: IntakePage, at: Addresses) -> DataTable | None:
    if not found.rows:
        return None
    columns = (
        Column(say("nav.kpis")),
        Column(say("chart.period"), whole=True),
        Column(say("chart.value"), figures=True),
        Column(say("kpis.intake.stands"), whole=True),
        Column(say("kpis.note"), hide="narrow"),
    )
    gone = "undone" if found.state is IntakeState.UNDONE else "no"
    rows = [_row(row, at, "yes" if row.stands else gone) for row in found.rows]
    return DataTable(say("kpis.intake.values"), columns, rows)


def _corrected(found: IntakePage) -> DataTable | None:
    """The cells that people put right: what was read there, what they put, who and when."""
    if not found.corrected:
        return None
    columns = (
        Column(say("file.cell"), whole=True),
        Column(say("kpis.intake.was_read")),
        Column(say("kpis.intake.put")),
        Column(say("kpis.intake.corrected_by"), hide="narrow"),
    )
    rows = [
        [
            Cell(one.place, quiet=True),
            Cell(one.was or say("kpis.intake.cell_empty") if one.was is not None else "—"),
            Cell(one.put or say("kpis.intake.cell_empty"), strong=True),
            Cell(one.person, note=moment(one.at, short=True)),
        ]
        for one in found.corrected
    ]
    return DataTable(say("kpis.intake.corrected"), columns, rows)


def _row(row: BroughtRow, at: Addresses, stands: str) -> list[Cell]:
    return [
        Cell(row.kpi_name, href=at.kpi(row.kpi_key), note=slice_of(row.slice_key)),
        Cell(period(row.period.label)),
        Cell(shown.figure(row.value, row.measure), strong=row.stands),
        Cell(say(f"kpis.intake.stands_{stands}"), quiet=True),
        Cell(row.note, quiet=True),
    ]
