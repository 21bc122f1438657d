"""Readings of hours and minutes on a page: brought, looked at, and taken in as days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Forbidden, NotFound, OkapiError, Refusals, Refused, TooLarge
from okapi.core.moments import Bundle, Reading
from okapi.kpis import access, actions
from okapi.kpis.actions.readings import Row, Seen
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.page import KpiPage, kpi_page
from okapi.kpis.queries.rows import KpiRow
from okapi.web import errors, http
from okapi.web.components import Cell, Column, Crumb, DataTable, Field
from okapi.web.components.charts import ChartPoint, RunChart
from okapi.web.http import OrgRequest
from okapi.web.kpis import shown
from okapi.web.kpis.measure import slice_field
from okapi.wording import moment, number, period, say
from okapi.wording.readings import unusual_words

TEMPLATE = "kpis/readings.html"
LARGEST = 4_000_000
"""Bytes of a file, or characters that are typed."""
SHOWN = 400
"""So many of the newest readings are drawn."""
MOST_ROWS = 62
MOST_TOLD = 5

_BETWEEN = re.compile(r"[;\t]|,(?=[^,;\t]*$)")


@require_http_methods(["GET", "HEAD", "POST"])
def readings(request: OrgRequest, key: str) -> HttpResponse:
    """The form; a post shows what the readings come to, or takes it in."""
    who = http.asking(request)
    access.get(who.actor, key, "measure")
    asked = request.POST if request.method == "POST" else request.GET
    found = kpi_page(who, key, slice_key=asked.get("slice"))
    if request.method != "POST":
        return _page(request, found, "")
    text = ""
    try:
        text = _text(request)
        rows = list(rows_of(text))
        if "take" in request.POST:
            return _taken(request, who, found, rows)
        seen = actions.look_at_readings(who.actor, found.row.id, rows)
    except (Forbidden, NotFound):
        raise
    except OkapiError as refused:
        return _page(request, found, text, error=_wrong(refused), status=errors.status_of(refused))
    return _page(request, found, text, seen=seen)


def _wrong(refused: OkapiError) -> str:
    """What cannot be read: the first few, each with its place."""
    every = refused.errors if isinstance(refused, Refusals) else (refused,)
    told = [
        say("readings.line", line=one.data["line"], told=say(one.code, **one.data))
        if one.data.get("line")
        else say(one.code, **one.data)
        for one in every[:MOST_TOLD]
    ]
    if len(every) > MOST_TOLD:
        told.append(say("readings.more", n=len(every) - MOST_TOLD))
    return " ".join(told)


def _taken(request: OrgRequest, who: Asking, found: KpiPage, rows: Sequence[Row]) -> HttpResponse:
    row, of = found.row, {} if found.slice is None else found.slice.values

    def note_of(bundle: Bundle) -> str:
        return unusual_words(bundle.unusual, row.measure.unit)

    _, result = actions.record_readings(who.actor, row.id, rows, slice=of, note_of=note_of)
    return HttpResponseRedirect(http.at(request).intake(result.uid))


def _text(request: OrgRequest) -> str:
    """What was brought: a file, or what stands in the box."""
    sent = request.FILES.get("file")
    if sent is None:
        typed: str = request.POST.get("readings", "")
        return _fitting(typed)
    if (sent.size or 0) > LARGEST:
        raise TooLarge("readings.too_large", field="readings", most=LARGEST)
    try:
        return _fitting(sent.read().decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Refused(
            "file.encoding", field="readings", file=sent.name, line=0,
            found=f"0x{wrong.object[wrong.start]:02x}", expected="UTF-8",
        ) from None  # fmt: skip


def _fitting(text: str) -> str:
    if len(text) > LARGEST:
        raise TooLarge("readings.too_large", field="readings", most=LARGEST)
    return text


def rows_of(text: str) -> Iterator[Row]:
    """Lines of a moment and a value, with a comma, semicolon or tab between; a head is left out."""
    for at, line in enumerate(line for line in text.splitlines() if line.strip()):
        when, _, value = _split(line)
        if at == 0 and not any(mark.isdigit() for mark in when):
            continue
        yield when, value


def _split(line: str) -> tuple[str, str, str]:
    found = _BETWEEN.search(line)
    if found is None:
        return line.strip(), "", ""
    cells = (line[: found.start()], found[0], line[found.end() :])
    when, between, value = (cell.strip().strip('"') for cell in cells)
    return when, between, value


def _page(
    request: OrgRequest,
    found: KpiPage,
    text: str,
    *,
    seen: Seen | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    row, of = found.row, found.slice
    at, title = http.at(request), say("readings.title", name=row.name)
    crumbs = (Crumb(say("nav.kpis"), at.kpis), Crumb(row.name, at.kpi(row.key)), Crumb(title))
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", crumbs),
        "title": title,
        "row": row,
        "cancel": at.kpi(row.key),
        "readings": Field(
            "readings", say("readings.typed"), kind="textarea", rows=8, value=text,
            help=say("readings.typed_help"), error=error,
        ),
        "file": Field(
            "file", say("readings.file"), kind="file", accept=".csv,.tsv,.txt",
            help=say("readings.file_help"),
        ),
        "slice": slice_field(found),
        "slice_key": "" if of is None else of.key,
        "draft": f"readings:{row.id}",
        "came_back": request.method == "POST",
        "text": text,
        "seen": seen,
    }  # fmt: skip
    if seen is not None:
        context |= _shown(row, seen)
    return http.page(request, TEMPLATE, context, status=status)


def _shown(row: KpiRow, seen: Seen) -> dict[str, Any]:
    """What the readings come to: a chart of the newest, the unusual ones, the values."""
    everything = [one for bundle in seen.bundles for one in bundle.readings] + [*seen.running]
    unusual = [one for one in everything if one.is_unusual]
    return {
        "chart": _chart(row, everything[-SHOWN:]),
        "cut": say("readings.cut", n=SHOWN) if len(everything) > SHOWN else "",
        "found": _found(everything, unusual),
        "unusual": [(moment(one.at), number(one.value, row.measure.unit)) for one in unusual[-20:]],
        "running": say("readings.running", n=len(seen.running)) if seen.running else "",
        "values": _table(row, seen.bundles),
        "take": say("readings.take", n=len(seen.bundles)) if seen.bundles else "",
    }


def _found(everything: Sequence[Reading], unusual: Sequence[Reading]) -> str:
    if unusual:
        return say("readings.unusual", n=len(unusual), all=len(everything))
    is_judged = any(one.score for one in everything)
    return say("readings.usual" if is_judged else "readings.too_few", n=len(everything))


def _chart(row: KpiRow, newest: Sequence[Reading]) -> RunChart:
    points = [
        ChartPoint(
            moment(one.at, short=True),
            one.value,
            signal="neither" if one.is_unusual else "",
            signal_text=say("readings.unlike") if one.is_unusual else "",
        )
        for one in newest
    ]
    return RunChart(
        id="readings-chart",
        label=say("readings.chart", name=row.name),
        points=points,
        unit=row.measure.unit,
        height=240,
    )


def _table(row: KpiRow, bundles: Sequence[Bundle]) -> DataTable | None:
    if not bundles:
        return None
    columns = (
        Column(say("chart.period"), whole=True),
        Column(say("chart.value"), figures=True),
        Column(say("readings.count"), figures=True),
        Column(say("kpis.note"), hide="narrow"),
    )
    rows = [
        [
            Cell(period(one.period.label)),
            Cell(shown.figure(one.value, row.measure), strong=True),
            Cell(number(len(one.readings))),
            Cell(unusual_words(one.unusual, row.measure.unit), quiet=True),
        ]
        for one in reversed(bundles[-MOST_ROWS:])
    ]
    return DataTable(say("readings.values"), columns, rows)
