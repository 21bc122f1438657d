"""A hundred thousand measurements in one request, answered with standings; and what follows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.test import Client

from bench.callers import program
from bench.ingest import weeks_before
from bench.seed import week_label
from bench.timing import Line, Taken, taken
from okapi.base import scope
from okapi.goals import renewer
from okapi.kpis.models import Slice
from okapi.orgs.models import Organisation

ROWS = 100_000
TIMES = 3
LEAST = {"new": 100_000.0, "revised": 60_000.0}


@dataclass(frozen=True, slots=True)
class Shape:
    """So many KPIs with as many weeks each as make the rows; only one shape has the limit."""

    kpis: int
    name: str
    has_limit: bool = False


SHAPES = [
    Shape(1_000, "1,000 KPIs, by KPI", has_limit=True),
    Shape(1_000, "1,000 KPIs, by week"),
    Shape(5_000, "5,000 KPIs, by KPI"),
]


def measure(found: Organisation) -> Iterator[Line]:
    """New and revised, with the figures of each KPI renewed; then the renewer."""
    client = program(found)
    for shape in SHAPES:
        runs = [_posted(found, client, shape) for _ in range(TIMES if shape.has_limit else 1)]
        for at, kind in enumerate(("new", "revised")):
            rates = sorted(ROWS / run[at].median * 1000 for run in runs)
            yield Line(
                f"POST of 100,000, {kind}: {shape.name}",
                rates[len(rates) // 2],
                "rows/s",
                LEAST[kind] if shape.has_limit else None,
                at_least=True,
                best=rates[-1],
                note=f"CPU {min(run[at].processor for run in runs):,.0f} ms",
            )
    with scope.organisation(found.pk):
        took = taken(lambda _: renewer.drain(found.pk), 1)
    yield Line("the goals of all these, by the renewer", took.median, "ms", note=took.note)


def _posted(found: Organisation, client: Client, shape: Shape) -> tuple[Taken, Taken]:
    with scope.organisation(found.pk):
        slices = Slice.objects.filter(kpi__key__startswith="kpi-").order_by("-id")
        rows = list(slices.values_list("pk", "kpi__key")[: shape.kpis])
        weeks = weeks_before([pk for pk, _ in rows], ROWS // len(rows))
    bodies = []
    for offset in (0.25, 1.25):
        lines = [
            {"kpi": key, "period": week_label(end), "value": (pk + at) % 97 + offset}
            for pk, key in rows
            for at, end in enumerate(weeks)
        ]
        if shape.name.endswith("week"):
            lines.sort(key=lambda line: str(line["period"]))
        bodies.append(orjson.dumps(lines))
    new, revised = (_timed(client, body) for body in bodies)
    return new, revised


def _timed(client: Client, body: bytes) -> Taken:
    return taken(lambda _: _post(client, body), 1)


def _post(client: Client, body: bytes) -> None:
    answer = client.post(
        "/api/v1/measurements",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": str(time.time_ns())},
    )
    counts = answer.json()
    if answer.status_code != 200 or counts["new"] + counts["revised"] != counts["received"]:
        raise RuntimeError(f"POST answered {answer.status_code}: {answer.content[:500]!r}")
