"""One measurement: to its key results and objectives stored, and to the branches above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.seed import week_label
from bench.sizes import LAST_WEEK_ENDS
from bench.timing import Line, Taken, taken
from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Door
from okapi.goals import renewer
from okapi.kpis import ingest
from okapi.orgs.models import Organisation

TIMES = 100
LIMIT = {"sqlite": 15.0, "postgresql": 10.0}
BRANCHES = 300.0
GROWTH = 1.5


def measure(small: Organisation, large: Organisation) -> Iterator[Line]:
    """The cost at 100 and at 100,000 objectives, and their ratio."""
    little, much = _stored(small), _stored(large)
    limit = LIMIT[connection.vendor]
    for objectives, cost in (("100", little), ("100,000", much)):
        what = f"one measurement stored with KR and objective, {objectives}"
        yield Line(what, cost.median, "ms", limit, best=cost.least, note=cost.note)
    yield Line("its statements", _statements(large), "")
    growth, best = much.processor / little.processor, much.least / little.least
    yield Line("its growth from 100 to 100,000 objectives (CPU)", growth, "x", GROWTH, best=best)
    above = _branches(large)
    what = "branches above, 8 levels, two parents each"
    yield Line(what, above.median, "ms", BRANCHES, best=above.least, note=above.note)


def _take(found: Organisation, number: int) -> None:
    row: dict[str, Any] = {
        "kpi": f"kpi-{number % 10:06}",
        "period": week_label(LAST_WEEK_ENDS),
        "value": 200 + number,
    }
    ingest.take(actors.system(found.pk, Door.API), [row])


def _stored(found: Organisation) -> Taken:
    with scope.organisation(found.pk):
        for number in range(10):
            _take(found, number)
        # Values that an earlier run did not leave: each is a revision.
        return taken(lambda number: _take(found, number + 10), TIMES)


def _statements(found: Organisation) -> int:
    with scope.organisation(found.pk), CaptureQueriesContext(connection) as asked:
        _take(found, 1_000)
        return len(asked)


def _branches(found: Organisation) -> Taken:
    """The renewer's time after a value that takes its objectives from one health to another."""
    runs = []
    with scope.organisation(found.pk):
        renewer.drain(found.pk)
        for number in range(20):
            value = 1_000_000 if number % 2 else 1
            row = {
                "kpi": "kpi-000003",
                "period": week_label(LAST_WEEK_ENDS),
                "value": value + number,
            }
            ingest.take(actors.system(found.pk, Door.API), [row])
            runs.append(taken(lambda _: renewer.drain(found.pk), 1))
    runs.sort(key=lambda run: run.median)
    middle = runs[len(runs) // 2]
    return replace(middle, least=runs[0].median)
