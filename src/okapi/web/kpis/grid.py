"""The grid of KPIs: the last thirteen periods of each, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period
from okapi.kpis.queries import grid as asks
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import counts
from okapi.kpis.queries.paging import page
from okapi.kpis.queries.rows import KpiRow
from okapi.web import http
from okapi.web.components import Choice, Crumb, GridCell, GridRow, PeriodGrid, Segmented
from okapi.web.http import OrgRequest
from okapi.web.kpis import asked, listing
from okapi.web.kpis.asked import Asked
from okapi.web.kpis.shown import figure, limits_of, target_of, unit_words
from okapi.wording import period, say

SIZE = 30
"""KPIs of a page: each brings the values of thirteen periods, which may be hundreds of days."""


@require_safe
def grid(request: OrgRequest) -> HttpResponse:
    """The grid; `?fragment=grid` is what lies below its title."""
    who = http.asking(request)
    return http.page(request, "kpis/grid.html", _context(request, who, asked.read(request, who)))


def _context(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    rhythm = http.member(Frequency, request.GET.get("rhythm", ""))
    shown = asks.window(
        who, rhythm if rhythm in asks.RHYTHMS else Frequency.MONTH, _until(request, who)
    )
    stands = counts(who, found.filter, sort=found.sort)
    listed = page(
        who,
        found.filter,
        stands,
        sort=found.sort,
        order=found.order,
        cursor=found.after,
        size=SIZE,
    )
    crumbs = (Crumb(say("nav.kpis"), http.at(request).kpis), Crumb(say("grid.title")))
    return {
        "frame": http.framed(request, "kpis", crumbs),
        "views": listing.views(request, is_grid=True),
        "filters": listing.filters(request, found, listed.rows, keep=("rhythm", "until", "sort")),
        "rhythms": _rhythms(request, shown.rhythm),
        "grid": _grid(request, listed.rows, shown) if listed.rows else None,
        "span": say("grid.span", first=_named(shown.periods[0]), last=_named(shown.periods[-1])),
        "earlier": _ending(request, shown.earlier),
        "later": _ending(request, shown.later),
        "pages": listing.pages(request, found, stands, listed.rows, listed.next_cursor),
        "empty": None if listed.rows else listing.empty(request, found),
    }


def _until(request: OrgRequest, who: Asking) -> date:
    """The day up to which the grid goes; nonsense and days to come are today."""
    try:
        return min(date.fromisoformat(request.GET.get("until", "")), who.today)
    except ValueError:
        return who.today


def _grid(request: OrgRequest, rows: tuple[KpiRow, ...], shown: asks.Window) -> PeriodGrid:
    cells, at = asks.cells_of(rows, shown), http.at(request)
    return PeriodGrid(
        say("grid.title"),
        tuple(_named(one, short=True) for one in shown.periods),
        tuple(
            GridRow(
                row.name,
                tuple(_cell(row, cell) for cell in cells[row.id]),
                _aim(row),
                at.kpi(row.key),
            )
            for row in rows
        ),
        is_running=shown.is_running,
    )


def _aim(row: KpiRow) -> str:
    """The target with its unit, which the cells leave out; the unit alone where none is set."""
    if row.target is None:
        return unit_words(row.measure.unit)
    return target_of(row.target, row.measure, compact=True).bare


def _cell(row: KpiRow, cell: asks.Cell) -> GridCell:
    value = figure(cell.value, row.measure, compact=True, limits=limits_of(cell.target))
    return GridCell(replace(value, unit=""), cell.status.value)


def _named(one: Period, *, short: bool = False) -> str:
    return period(one.label, short=short)


def _rhythms(request: OrgRequest, rhythm: Frequency) -> Segmented:
    def choice(one: Frequency) -> Choice:
        href = http.with_query(request.path, request.GET, rhythm=one.value)
        return Choice(one.value, say(f"grid.{one.value}"), one is rhythm, href=href)

    return Segmented(say("grid.rhythm"), tuple(choice(one) for one in asks.RHYTHMS))


def _ending(request: OrgRequest, day: date | None) -> str:
    """The address of the grid up to this day; empty for none."""
    if day is None:
        return ""
    return http.with_query(request.path, request.GET, until=day.isoformat())
