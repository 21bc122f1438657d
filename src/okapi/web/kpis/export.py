"""The filtered catalogue, and the values of one KPI, as CSV files that are written while sent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from okapi.core.quantities import canonical
from okapi.kpis.queries.catalogue import counts
from okapi.kpis.queries.measured import MeasuredRow, Origin
from okapi.kpis.queries.page import kpi_page
from okapi.kpis.queries.paging import everything
from okapi.kpis.queries.rows import KpiRow
from okapi.web import csv_files, http
from okapi.web.http import OrgRequest
from okapi.web.kpis import asked, shown
from okapi.wording import current_language, say, speaking

_CATALOGUE = (
    "key",
    "name",
    "team",
    "owner",
    "unit",
    "frequency",
    "direction",
    "period",
    "value",
    "target",
    "status",
    "freshness",
    "previous",
    "year_before",
    "to_date",
)
_VALUES = (
    "period",
    "first",
    "last",
    "value",
    "numerator",
    "denominator",
    "target",
    "status",
    "revision",
    "note",
    "source",
    "person",
    "recorded",
)


@require_safe
def kpis_csv(request: OrgRequest) -> HttpResponseBase:
    """Every matching KPI with its standing."""
    who = http.asking(request)
    found = asked.read(request, who)
    stands = counts(who, found.filter, sort=found.sort)
    language = current_language()

    def lines() -> Iterator[bytes]:
        with speaking(language):
            yield csv_files.MARK + csv_files.line(say(f"kpis.csv.{name}") for name in _CATALOGUE)
            rows = everything(who, found.filter, stands, sort=found.sort, order=found.order)
            for row in rows:
                yield csv_files.line(_cells(row))

    return http.streamed(request, lines, name="kpis.csv", kind="text/csv; charset=utf-8")


@require_safe
def measurements_csv(request: OrgRequest, key: str) -> HttpResponseBase:
    """The values of a KPI's slice, oldest first."""
    who = http.asking(request)
    found = kpi_page(who, key, slice_key=request.GET.get("slice"), everything=True)
    language = current_language()

    def lines() -> Iterator[bytes]:
        with speaking(language):
            yield csv_files.MARK + csv_files.line(say(f"kpis.csv.{name}") for name in _VALUES)
            for row in found.rows:
                yield csv_files.line(_value_cells(row))

    name = f"{found.row.key}.csv"
    return http.streamed(request, lines, name=name, kind="text/csv; charset=utf-8")


def _cells(row: KpiRow) -> list[str]:
    target = shown.target_of(row.target, row.measure)
    return [
        row.key,
        row.name,
        row.team,
        "" if row.owner is None else row.owner.name,
        row.measure.unit,
        say(f"frequency.{row.measure.frequency.value}"),
        say(f"direction.{row.measure.direction.value}"),
        row.age.label,
        _number(row.value),
        target.bare if target.known else "",
        say(f"mark.{row.status.value}"),
        say(f"mark.{row.age.freshness.value}"),
        _number(row.previous),
        _number(row.year_before),
        _number(row.to_date),
    ]


def _value_cells(row: MeasuredRow) -> list[str]:
    limits = None if row.target is None else row.target.limits
    band = None if limits is None else limits.band
    edges = [None if limits is None else limits.target] if band is None else [band.low, band.high]
    return [
        row.period.label,
        row.period.first.isoformat(),
        row.period.last.isoformat(),
        _number(row.value),
        _number(row.numerator),
        _number(row.denominator),
        "–".join(_number(edge) for edge in edges),
        say(f"mark.{row.status.value}"),
        str(row.revision),
        row.note,
        *_origin_cells(row.origin),
    ]


def _origin_cells(origin: Origin | None) -> tuple[str, str, str]:
    if origin is None:
        return say("kpis.formula.computed"), "", ""
    at = origin.at.isoformat(timespec="seconds")
    return origin.source or origin.file_name, origin.person, at


def _number(value: Decimal | None) -> str:
    return "" if value is None else canonical(value)
