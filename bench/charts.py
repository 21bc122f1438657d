"""The data of charts over HTTP, from a server of its own."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from bench.callers import token
from bench.serving import serving
from bench.sizes import LAST_WEEK_ENDS
from bench.timing import Line, Taken, taken
from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Door
from okapi.kpis import ingest
from okapi.kpis.models import Definition, Kpi, Slice
from okapi.orgs.models import Organisation
from okapi.search import indexing

KPIS = 100
DAYS = 365
TIMES = 100
LIMITS = {1: 3.0, KPIS: 40.0}


def measure(found: Organisation) -> Iterator[Line]:
    """One KPI and a hundred, each with a year of daily values, on a connection that stays open."""
    with scope.organisation(found.pk):
        keys = _kpis(found)
    text = token(found)
    indexing.catch_up_all()  # else the server would do it while it answers
    with serving() as server:
        called = http.client.HTTPConnection("127.0.0.1", server.port)
        for count, limit in LIMITS.items():
            query = urlencode(
                {"kpi": keys[:count], "form": "columns", "since": _since()}, doseq=True
            )
            path = f"/api/v1/measurements?{query}"
            size = [_get(called, path, text) for _ in range(10)][-1]
            before = server.processor_ms()
            took = _asked(called, path, text)
            processor = (server.processor_ms() - before) / TIMES
            yield Line(
                f"chart data over HTTP, {count} x {DAYS}",
                took.median,
                "ms",
                limit,
                best=took.least,
                note=f"server CPU {processor:,.2f}, {size / 1024:,.0f} kB",
            )
        called.close()


def _asked(called: http.client.HTTPConnection, path: str, text: str) -> Taken:
    return taken(lambda _: _get(called, path, text), TIMES)


def _since() -> str:
    return (LAST_WEEK_ENDS - timedelta(days=DAYS - 1)).isoformat()


def _get(called: http.client.HTTPConnection, path: str, text: str) -> int:
    called.request("GET", path, headers={"Authorization": f"Bearer {text}"})
    answer = called.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path[:60]} answered {answer.status}: {body[:500]!r}")
    return len(body)


def _kpis(found: Organisation) -> list[str]:
    """Daily KPIs of a year, made by the first run."""
    keys = [f"daily-{at:03}" for at in range(KPIS)]
    if Kpi.objects.filter(key=keys[-1]).exists():
        return keys
    for key in keys:
        kpi = Kpi.objects.create(key=key, name=key)
        kpi.definition = Definition.objects.create(kpi=kpi, frequency="day")
        kpi.save()
        Slice.objects.create(kpi=kpi)
    days = [(LAST_WEEK_ENDS - timedelta(days=back)).isoformat() for back in range(DAYS)]
    rows = [
        {"kpi": key, "period": day, "value": f"{at % 89}.{back % 7}"}
        for at, key in enumerate(keys)
        for back, day in enumerate(days)
    ]
    ingest.take(actors.system(found.pk, Door.COMMAND), rows)
    return keys
